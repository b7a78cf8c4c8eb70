// tsc never deletes: without this, the output of a file that was renamed or removed would ship.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
