import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { eventsIn } from './events.js';
import { RecordingSidecar } from './recording-sidecar.js';

const COLLECTOR = new URL('../../../src/collect/collector.ts', import.meta.url).href;

/** Node reads the sources as they are, but for the names by which they call each other. */
const LOADER = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve: (name, context, next) =>
      next(name.startsWith('.') && context.parentURL?.includes('/src/') ? name.replace(/\\.js$/, '.ts') : name, context),
  });`;

/** A script of its own, run until it ends by itself. */
async function run(body: string, environment: Record<string, string>): Promise<void> {
  const script = join(await temporaryFolder(), 'script.mjs');
  await writeFile(
    script,
    `${LOADER}\nconst { Collector } = await import(${JSON.stringify(COLLECTOR)});\n${body}`,
  );
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  await promisify(execFile)(process.execPath, ['--no-warnings', script], { env });
}

const TWENTY = 'for (let i = 0; i < 20; i += 1) collector.collect([{ i }]);';

describe('20 calls, and then the script ends', () => {
  it('are 20 requests to the sidecar: of the SDK’s, none arrived', async () => {
    const sidecar = await RecordingSidecar.start();
    await run(`const collector = new Collector('model_inputs');\n${TWENTY}`, sidecar.environment);
    expect(sidecar.bodies).toEqual(Array.from({ length: 20 }, (_, i) => `[{"i":${i}}]`));
  });

  it('are 20 events in storage, also when the process is ended by force of its own', async () => {
    for (const end of ['', 'process.exit(0);']) {
      const folder = await temporaryFolder();
      const place = JSON.stringify({ storage: folder, endpoint: 'ep', deployment: 'blue' });
      await run(`const collector = new Collector('model_inputs', ${place});\n${TWENTY}\n${end}`, {});
      expect(eventsIn(folder).events.map(({ data }) => data)).toEqual(
        Array.from({ length: 20 }, (_, i) => [{ i }]),
      );
    }
  });
});
