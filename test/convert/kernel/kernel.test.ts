import { afterEach, expect, test, vi } from 'vitest';
import type { Kernel } from '../../../src/convert/kernel/kernel.js';
import { convert } from '../../support/converted.js';

const SOURCE = 'sub/rg/ws/svc/model/3/inputs/2018/12/30/inputs.csv';
const CONTENT =
  'a,b,$aml_dc_correlation_id,$aml_dc_scoring_timestamp,$aml_dc_boundary,$aml_workspace,$aml_service_name,' +
  '$aml_model_name,$aml_model_version,$aml_request_id\r\n' +
  '1,x,id-1,2018-12-30T01:00:00,1440,sub/rg/ws,svc,model,3,00000000-0000-0000-0000-000000000000\r\n';

/** The module anew, as a process that has just started has it. */
async function freshKernel(): Promise<typeof import('../../../src/convert/kernel/kernel.js')> {
  vi.resetModules();
  return await import('../../../src/convert/kernel/kernel.js');
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('the kernel is there, and its memory holds its layout', async () => {
  const { withKernel } = await freshKernel();
  const [needed = 0, there = 0] =
    (await withKernel(async ({ call, bytes }) => [call.MEMORY_BYTES.value, bytes.length])) ?? [];
  expect(needed).toBeGreaterThan(0);
  expect(there).toBeGreaterThanOrEqual(needed);
  expect(there - needed).toBeLessThan(65536);
});

test('two files at once have a kernel each, and a kernel is used again', async () => {
  const { withKernel } = await freshKernel();
  const kernels = new Set<Kernel>();
  const use = (): Promise<unknown> => withKernel(async (kernel) => kernels.add(kernel));
  await Promise.all([use(), use()]);
  await use();
  expect(kernels.size).toBe(2);
});

test('a write out of bounds fails the file', async () => {
  const { withKernel } = await freshKernel();
  const guards = await withKernel(async ({ call }) => {
    const all: number[] = [];
    for (let at = call.guardAt(0); at !== 0; at = call.guardAt(all.length)) all.push(at);
    return all;
  });
  expect(guards).toHaveLength(22);
  for (const at of guards ?? []) {
    const work = withKernel(async (kernel) => {
      const before = kernel.bytes[at] ?? 0;
      kernel.bytes[at] = before ^ 1;
      try {
        kernel.checkGuards('x.csv');
      } finally {
        kernel.bytes[at] = before;
      }
    });
    await expect(work).rejects.toMatchObject({ code: 'internal', place: { file: 'x.csv' } });
  }
});

test('without SIMD everything goes the reference path, to the same bytes, with one warning', async () => {
  const usual = await convert({ [SOURCE]: CONTENT });
  const webAssembly = (globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } })
    .WebAssembly;
  vi.spyOn(webAssembly, 'validate').mockReturnValue(false);
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  vi.resetModules();
  const { convert: convertAnew } = await import('../../support/converted.js');
  const slow = await convertAnew({ [SOURCE]: CONTENT });
  expect(await slow.files()).toEqual(await usual.files());
  expect([...(await slow.results()).values()]).toEqual([...(await usual.results()).values()]);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('no WebAssembly SIMD'), {
    code: 'MDC_BRIDGE_NO_KERNEL',
  });
});

test('MDC_BRIDGE_KERNEL=off turns it off', async () => {
  vi.stubEnv('MDC_BRIDGE_KERNEL', 'off');
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const { withKernel } = await freshKernel();
  expect(await withKernel(async () => 'used')).toBeUndefined();
});
