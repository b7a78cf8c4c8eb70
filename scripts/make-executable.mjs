// tsc writes plain files; npm sets this bit in the packages it installs, but `npx mdc-bridge` here needs it too.
import { chmodSync } from 'node:fs';

chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755);
