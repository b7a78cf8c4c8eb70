// Compiles the kernel, for the sources (tests run from there) and for the package.
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** What MEMORY_BYTES in `layout.ts` comes to, in pages of 64 KiB. */
const PAGES = 534;

const root = fileURLToPath(new URL('../', import.meta.url));
const built = `${root}dist/kernel-${process.pid}.wasm`;
mkdirSync(`${root}dist/convert/kernel`, { recursive: true });

const options = [
  ...['--runtime', 'stub', '--use', 'abort=', '--noAssert'],
  ...['--enable', 'simd', '--enable', 'bulk-memory'],
  ...['--initialMemory', String(PAGES), '--maximumMemory', String(PAGES)],
  ...['-O3', '--converge'],
];
const { error, stderr } = await asc.main([
  `${root}src/convert/kernel/assembly/kernel.ts`,
  '-o',
  built,
  ...options,
]);
if (error) throw new Error(stderr.toString(), { cause: error });

// Renamed into place: a test that runs meanwhile finds the old one or the new one, never half of one.
for (const folder of ['src', 'dist']) {
  const target = `${root}${folder}/convert/kernel/kernel.wasm`;
  copyFileSync(built, `${target}.new`);
  renameSync(`${target}.new`, target);
}
rmSync(built);
