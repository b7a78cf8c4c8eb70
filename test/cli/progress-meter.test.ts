import { describe, expect, test } from 'vitest';
import { progressLine, startProgressMeter } from '../../src/cli/progress-meter.js';
import { textWidth } from '../../src/cli/render/text-width.js';
import type { Progress } from '../../src/convert/run-options.js';
import { fakeIo } from './fake-io.js';

const half: Progress = {
  phase: 'convert',
  filesDone: 12,
  filesTotal: 1_234,
  rows: 1_234_567,
  bytesDone: 200e6,
  bytesTotal: 400e6,
  seconds: 4,
};
const LINE = 'converting  12/1\u202f234 files · 1\u202f234\u202f567 rows · 200/400 MB · 50 MB/s · ETA 4.0 s';

test('the line tells files, rows, MB, MB/s and the time left', () => {
  expect(progressLine(half)).toBe(LINE);
});

test('nothing is promised before there is something to go by', () => {
  const start = { ...half, phase: 'plan', bytesDone: 0, filesDone: 0, rows: 0, seconds: 0 } as const;
  expect(progressLine(start)).toBe('planning  0/1\u202f234 files · 0 rows · 0/400 MB · – MB/s');
});

describe('on a terminal', () => {
  test('one line moves, is drawn at most ten times a second, and is cleared at the end', () => {
    const io = fakeIo({ stderrColumns: 100 });
    const meter = startProgressMeter(io);
    for (let i = 0; i < 1000; i += 1) meter.update({ ...half, filesDone: i });
    io.clock.advance(100);
    expect(io.stderr.text).toBe(`\r\u001b[K${progressLine({ ...half, filesDone: 999 })}`);
    io.stderr.text = '';
    io.clock.advance(1000);
    expect(io.stderr.text).toBe('');
    meter.stop();
    expect(io.stderr.text).toBe('\r\u001b[K');
    expect(io.clock.timers).toBe(0);
  });

  test.each([40, 60, 80])('of %i columns the line never reaches the last one', (columns) => {
    const io = fakeIo({ stderrColumns: columns });
    const meter = startProgressMeter(io);
    meter.update(half);
    io.clock.advance(100);
    expect(textWidth(io.stderr.text.replace('\r\u001b[K', ''))).toBeLessThan(columns);
  });

  test('a window made narrower is heeded', () => {
    const io = fakeIo({ stderrColumns: 100 });
    const meter = startProgressMeter(io);
    io.stderr.columns = 30;
    meter.update(half);
    io.clock.advance(100);
    expect(io.stderr.text).toBe(`\r\u001b[K${LINE.slice(0, 28)}…`);
  });

  test('other text finds the line free, and the next update draws it again', () => {
    const io = fakeIo({ stderrColumns: 100 });
    const meter = startProgressMeter(io);
    meter.update(half);
    io.clock.advance(100);
    io.stderr.text = '';
    meter.clear();
    meter.clear();
    expect(io.stderr.text).toBe('\r\u001b[K');
    meter.update(half);
    io.clock.advance(100);
    expect(io.stderr.text).toBe(`\r\u001b[K\r\u001b[K${LINE}`);
  });
});

describe.each([
  ['not on a terminal', fakeIo],
  ['on a terminal that can only print', () => fakeIo({ stderrColumns: 100, env: { TERM: 'dumb' } })],
])('%s', (_, makeIo) => {
  test('a line every ten seconds, also while nothing changes', () => {
    const io = makeIo();
    const meter = startProgressMeter(io);
    meter.update(half);
    io.clock.advance(9_999);
    expect(io.stderr.text).toBe('');
    io.clock.advance(1);
    expect(io.stderr.text).toBe(`${LINE}\n`);
    io.clock.advance(10_000);
    expect(io.stderr.text).toBe(`${LINE}\n${LINE}\n`);
    meter.stop();
    io.clock.advance(60_000);
    expect(io.stderr.text).toBe(`${LINE}\n${LINE}\n`);
  });
});
