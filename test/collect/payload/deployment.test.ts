import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type PayloadLogger, payloadLogger } from '../../../src/collect/payload/payload-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { inStorage } from '../events/events.js';
import { listening, recordedIn } from './payload-server.js';

const YAML = `
endpoint_name: diabetes
name: green
data_collector:
  request_logging:
    capture_headers: [x-user-agent-class]
  collections:
    request: { enabled: 'True', data: { path: PATH } }
    response: { enabled: 'False' }
    model_inputs: { enabled: 'True' }
`;

async function serveOnce(log: PayloadLogger): Promise<void> {
  const port = await listening(createServer(log((_request, response) => response.end('x'))));
  await fetch(`http://127.0.0.1:${port}/a`, { headers: { 'x-user-agent-class': 'bot' } });
  await log.close();
}

it('a deployment’s YAML says what is recorded, where, and with which headers', async () => {
  const folder = await temporaryFolder();
  const { storage: _, ...others } = inStorage(folder);
  const deploymentYaml = YAML.replace('PATH', join(folder, 'own/request'));
  await serveOnce(payloadLogger({ ...others, deploymentYaml }));
  const { request, files } = recordedIn(folder);
  expect(files).toEqual([expect.stringMatching(/^own\/request\/2026\/11\/22\/10\/[0-9a-f]+\.jsonl$/)]);
  expect(request[0]).toMatchObject({
    path: '/a',
    xuseragentclass: 'bot',
    source: expect.stringContaining('/onlineEndpoints/diabetes/deployments/green'),
  });
});

it('and a storage where it says no path', async () => {
  const folder = await temporaryFolder();
  const deploymentYaml = YAML.replace(', data: { path: PATH }', '').replace("'False'", "'True'");
  await serveOnce(payloadLogger({ ...inStorage(folder), deploymentYaml }));
  const { files } = recordedIn(folder);
  expect(files.map((name) => name.split('/').slice(0, 3).join('/'))).toEqual([
    'diabetes/green/request',
    'diabetes/green/response',
  ]);
});

it('its headers with secrets are refused', () => {
  const deploymentYaml = YAML.replace('x-user-agent-class', 'Authorization');
  expect(() => payloadLogger({ ...inStorage('/nowhere'), deploymentYaml })).toThrow('it holds a secret');
});

it('in an endpoint, whose platform logs payloads itself, there is nothing to write to', () => {
  const environment = { AZUREML_MDC_ENABLED: 'true' };
  const { storage: _, ...others } = inStorage('');
  expect(() => payloadLogger({ ...others, environment, deploymentYaml: YAML })).toThrow(
    'payload logging writes to a storage, and none is named',
  );
});

it.each([
  [{ sampleRatePercentage: 101 }, 'sampleRatePercentage must be a number from 0 to 100, not 101'],
  [{ maxBodyBytes: Number.NaN }, 'maxBodyBytes must be a number from 0 on, not NaN'],
  [{ collections: ['model_inputs'] }, 'there is no payload collection "model_inputs"'],
  [{ endpoint: '_x' }, 'the endpoint\'s name can\'t be "_x"'],
])('options that can’t be are refused: %j', (options, message) => {
  expect(() => payloadLogger({ ...inStorage('/nowhere'), ...options } as never)).toThrow(message);
});
