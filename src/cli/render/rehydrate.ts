import { shellQuoted } from './page.js';

/** What brings the archived blobs below an address back, as `az` does it; `undefined` for an address that is no container's. */
export function rehydrateCommand(url: string): string | undefined {
  const [, account, container, prefix = ''] =
    /^https:\/\/([^./]+)\.[^/]+\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (account === undefined || container === undefined) return undefined;
  const place = `--account-name ${account} --container-name ${shellQuoted(container)}`;
  const within = prefix === '' ? '' : ` --prefix ${shellQuoted(`${decodeURIComponent(prefix)}/`)}`;
  const archived = shellQuoted("[?properties.blobTier=='Archive'].name");
  return (
    `az storage blob list ${place}${within} --num-results '*' --query ${archived} -o tsv | ` +
    `xargs -d '\\n' -I{} az storage blob set-tier ${place} --name {} --tier Hot`
  );
}
