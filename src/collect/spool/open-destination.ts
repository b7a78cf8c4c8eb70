import type { Environment } from '../../legacy/environment.js';
import type { StorageOptions } from '../../storage/storage-options.js';
import { openSinkAt } from '../delivery/open-sink.js';
import type { RowSink } from '../delivery/row-sink.js';
import { SIDECAR_PATH, SidecarSink } from '../events/sidecar-sink.js';

/** Where a spool's files say that their rows go: a folder, a container, or the sidecar of an endpoint. */
export function openDestination(
  url: string,
  storage: StorageOptions | undefined,
  environment: Environment,
): RowSink {
  const sidecar = sidecarAt(url);
  if (sidecar === undefined) return openSinkAt(url, storage, environment);
  // What it refuses stays in the spool, for a person to look at.
  const refuse = (_rows: number, error: Error): never => {
    throw error;
  };
  return new SidecarSink(sidecar, { onRefused: refuse });
}

function sidecarAt(url: string): { readonly host: string; readonly port: number } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  if (protocol !== 'http:' || pathname !== SIDECAR_PATH) return undefined;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) };
}
