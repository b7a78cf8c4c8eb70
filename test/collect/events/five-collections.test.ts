import { expect, it, vi } from 'vitest';
import { collectorIn } from './events.js';

it('over five distinct collections in a process are warned of, once each: the service supports five', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const names = ['a1', 'a2', 'a3', 'a4', 'a5', 'a1', 'a5'];
  const make = (name: string) => collectorIn('/nowhere', {}, name);
  const collectors = names.map(make);
  expect(warn).not.toHaveBeenCalled();
  collectors.push(make('a6'), make('a6'), make('a7'));
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    'a6 is the 6th collection of this process: Azure ML supports up to 5 for a deployment',
    'a7 is the 7th collection of this process: Azure ML supports up to 5 for a deployment',
  ]);
  warn.mockRestore();
  for (const collector of collectors) await collector.close();
});
