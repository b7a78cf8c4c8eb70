import { expect, test } from 'vitest';
import { errorText } from '../../src/cli/error-text.js';
import { colourPaint, plainPaint } from '../../src/cli/render/paint.js';
import { MdcBridgeError, StorageError } from '../../src/errors.js';

function text(error: unknown): string {
  return errorText(error, plainPaint).join('\n');
}

test('an error says what, where, why and what to do', () => {
  const cause = new Error('ENOSPC: no space left on device, write');
  const error = new StorageError('ENOSPC', "can't write a/b.jsonl", {
    place: { file: '/data/a/b.jsonl' },
    cause,
    remedy: 'free some space and run the same command again',
  });
  expect(text(error)).toBe(`mdc-bridge: can't write a/b.jsonl (/data/a/b.jsonl)
  because ENOSPC: no space left on device, write
→ free some space and run the same command again`);
});

test('the place may be a line or a byte', () => {
  const at = (place: object): string => text(new MdcBridgeError('plan-file', 'wrong', { place }));
  expect(at({ file: 'plan.json', line: 7 })).toBe('mdc-bridge: wrong (plan.json, line 7)');
  expect(at({ offset: 12 })).toBe('mdc-bridge: wrong (byte 12)');
  expect(at({})).toBe('mdc-bridge: wrong');
});

test('a chain of causes is short and never repeats itself', () => {
  const root = new Error('e');
  const chain = ['d', 'c', 'b', 'a'].reduce((cause, message) => new Error(message, { cause }), root);
  const error = new MdcBridgeError('storage', 'x', { cause: new Error('x: a', { cause: chain }) });
  expect(text(error)).toBe('mdc-bridge: x\n  because x: a\n  because b\n  because c');
});

test('a cause in a circle ends', () => {
  const cause = new Error('round');
  cause.cause = cause;
  expect(text(new MdcBridgeError('storage', 'x', { cause }))).toBe('mdc-bridge: x\n  because round');
});

test('a list in the message keeps its lines', () => {
  expect(text(new MdcBridgeError('plan', 'clash:\n  a\n  b'))).toBe('mdc-bridge: clash:\n    a\n    b');
});

test('control characters of names are shown, not sent to the terminal', () => {
  const error = new MdcBridgeError('source', 'bad \u001b[2J name', {
    place: { file: 'a\nb\u0007' },
    remedy: '\u001b]0;x\u0007',
  });
  expect(text(error)).toBe('mdc-bridge: bad \\u001b[2J name (a\\nb\\u0007)\n→ \\u001b]0;x\\u0007');
});

test('no stack, unless the fault is ours; then how to report it', () => {
  expect(text(new MdcBridgeError('storage', 'x', { cause: new Error('y') }))).not.toContain('    at ');
  for (const bug of [
    new TypeError('x is not a function'),
    new MdcBridgeError('internal', 'counts do not balance'),
  ]) {
    expect(text(bug)).toContain('this is a bug in mdc-bridge');
    expect(text(bug)).toContain('    at ');
    expect(text(bug)).toContain('→ please report it');
  }
  expect(text('thrown text')).toContain('  thrown text');
});

test('colours stand only where they are wanted', () => {
  expect(errorText(new MdcBridgeError('usage', 'x'), colourPaint)[0]).toBe(
    '\u001b[31mmdc-bridge:\u001b[39m x',
  );
});

test('no secret is shown, whichever part has it, not even of a bug', () => {
  const url = 'https://a.blob.core.windows.net/c?sv=1&sig=S3cr%3D';
  const details = { cause: new Error(`GET ${url}`), place: { file: url }, remedy: `see ${url}` };
  for (const error of [new MdcBridgeError('usage', `not ${url}`, details), new Error(url)]) {
    expect(text(error)).toContain('sig=***');
    expect(text(error)).not.toContain('S3cr');
  }
});
