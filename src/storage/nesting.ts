import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MdcBridgeError } from '../errors.js';

/** Refuses a destination inside its source, or the other way round: a run would read what it writes. */
export async function refuseNesting(source: string, destination: string): Promise<void> {
  const [from, to] = [await realUrl(source), await realUrl(destination)];
  if (!`${from}/`.startsWith(`${to}/`) && !`${to}/`.startsWith(`${from}/`)) return;
  const what =
    from === to
      ? 'SRC and DEST are the same'
      : to.startsWith(from)
        ? 'DEST is inside SRC'
        : 'SRC is inside DEST';
  throw new MdcBridgeError('usage', `${what}: the conversion would read what it writes`, {
    place: { file: destination },
    remedy: 'choose a DEST beside SRC, such as ./modelDataCollector',
  });
}

/** Follows the links of the part of a local path that exists; other addresses stay as they are. */
async function realUrl(url: string): Promise<string> {
  return url.startsWith('file:') ? pathToFileURL(await realPath(fileURLToPath(url))).href : url;
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPath(parent), basename(path));
  }
}
