// Compiles the kernel, for the sources (tests run from there) and for the package.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
// By its command, not its module: the module's types would put AssemblyScript's globals in place of Node's.
const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
const entry = `${root}src/convert/kernel/assembly/kernel.ts`;
execFileSync(process.execPath, [compiler, entry, '-o', built, ...options], { stdio: 'inherit' });

// Renamed into place: a test that runs meanwhile finds the old one or the new one, never half of one.
for (const folder of ['src', 'dist']) {
  const target = `${root}${folder}/convert/kernel/kernel.wasm`;
  copyFileSync(built, `${target}.new`);
  renameSync(`${target}.new`, target);
}
rmSync(built);
