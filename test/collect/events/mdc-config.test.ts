import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MdcConfig, readMdcConfig } from '../../../src/collect/events/mdc-config.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

async function fromFile(config: unknown, env: Record<string, string> = {}): Promise<MdcConfig> {
  const path = join(await temporaryFolder(), 'config.json');
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  return readMdcConfig({ AZUREML_MDC_CONFIG_PATH: path, ...env });
}

describe('the environment', () => {
  it.each(['true', 'True', 'TRUE'])('enables every collection: AZUREML_MDC_ENABLED=%s', (text) => {
    const config = readMdcConfig({ AZUREML_MDC_ENABLED: text });
    expect(config).toMatchObject({
      isGiven: true,
      enabled: true,
      host: '127.0.0.1',
      port: 50011,
      localCapture: false,
      queueCapacity: 1500,
    });
    expect([config.isEnabled('any'), config.sampleRate('any')]).toEqual([true, 100]);
  });

  it.each(['', 'yes', '1', ' true', 'false'])('enables nothing by another value: %j', (text) => {
    const config = readMdcConfig({ AZUREML_MDC_ENABLED: text, AZUREML_MDC_PORT: 'not looked at' });
    expect([config.enabled, config.isEnabled('any')]).toEqual([false, false]);
    expect(config.isGiven).toBe(text !== '');
  });

  it('sets the rest, in the forms that Python’s int reads', () => {
    const config = readMdcConfig({
      AZUREML_MDC_ENABLED: 'true',
      AZUREML_MDC_HOST: 'sidecar',
      AZUREML_MDC_PORT: ' +8080 ',
      AZUREML_MDC_SAMPLE_RATE: '-5',
      AZUREML_MDC_QUEUE_CAPACITY: '7',
      AZUREML_MDC_LOCAL_CAPTURE: 'True',
    });
    expect(config).toMatchObject({ host: 'sidecar', port: 8080, queueCapacity: 7, localCapture: true });
    expect(config.sampleRate('any')).toBe(-5);
  });

  it('is refused where a number is none', () => {
    expect(() => readMdcConfig({ AZUREML_MDC_ENABLED: 'true', AZUREML_MDC_SAMPLE_RATE: '80.5' })).toThrow(
      'AZUREML_MDC_SAMPLE_RATE must be a whole number, not 80.5',
    );
  });

  it('is refused where it asks for pandas’ own text', () => {
    expect(() => readMdcConfig({ AZUREML_MDC_ENABLED: 'true', AZUREML_MDC_FORMAT_COMPACT: 'true' })).toThrow(
      "AZUREML_MDC_FORMAT_COMPACT asks for pandas' own text",
    );
  });
});

describe('the config file', () => {
  it('enables its collections one by one, lower-cased, and wins over the variables', async () => {
    const collections = {
      model_inputs: { enabled: true, sampleRatePercentage: 25.5 },
      Mixed_Case: { enabled: true },
      off: { enabled: false },
      nothing: {},
    };
    const config = await fromFile(
      { collections },
      { AZUREML_MDC_ENABLED: 'false', AZUREML_MDC_SAMPLE_RATE: '1', AZUREML_MDC_PORT: '5' },
    );
    expect(config).toMatchObject({
      isGiven: true,
      enabled: true,
      port: 5,
      localCapture: false,
      queueCapacity: 1500,
    });
    const names = ['model_inputs', 'mixed_case', 'Mixed_Case', 'off', 'nothing', 'unknown'];
    expect(names.filter((name) => config.isEnabled(name))).toEqual(['model_inputs', 'mixed_case']);
    expect([config.sampleRate('model_inputs'), config.sampleRate('mixed_case')]).toEqual([25.5, 100]);
  });

  it('takes any value that Python takes for true: the text "false" too', async () => {
    const collections = {
      a: { enabled: 'false' },
      b: { enabled: 1 },
      c: { enabled: '' },
      d: { enabled: 0 },
      e: { enabled: [] },
    };
    const config = await fromFile({ collections });
    expect(Object.keys(collections).filter((name) => config.isEnabled(name))).toEqual(['a', 'b']);
  });

  it('with request and response alone enables no custom logging', async () => {
    const config = await fromFile({
      collections: { request: { enabled: true }, Response: { enabled: true } },
    });
    expect([config.enabled, config.isEnabled('request')]).toEqual([false, true]);
  });

  it.each([
    ['local', true],
    ['LOCAL', false],
    ['cloud', false],
  ])('runMode %s', async (runMode, localCapture) => {
    expect((await fromFile({ runMode, collections: {} })).localCapture).toBe(localCapture);
  });

  it('that is empty, by its name, is none', () => {
    expect(readMdcConfig({ AZUREML_MDC_CONFIG_PATH: '' }).isGiven).toBe(false);
  });

  it.each([
    ['{', 'it can’t be read as JSON'],
    ['[]', 'it holds no object'],
    [
      '{"collections":{"a":{"enabled":true,"sampleRatePercentage":"5"}}}',
      'the sampleRatePercentage of a is no number',
    ],
  ])('is refused: %s', async (text, why) => {
    await expect(fromFile(text)).rejects.toThrow(
      `AZUREML_MDC_CONFIG_PATH names no collector's configuration: ${why}`,
    );
  });
});
