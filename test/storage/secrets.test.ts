import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsCredential, withoutSecrets } from '../../src/storage/secrets.js';
import { anyText } from '../support/any-text.js';

test.each([
  [
    'https://a.blob.core.windows.net/c?sv=1&sig=ab%2Bc%3D&se=2',
    'https://a.blob.core.windows.net/c?sv=1&sig=***&se=2',
  ],
  ['SIG=abc', 'SIG=***'],
  ['GET /c?sig=abc HTTP/1.1', 'GET /c?sig=*** HTTP/1.1'],
  ['url=https%3A%2F%2Fa%2Fc%3Fsv%3D1%26sig%3Dabc%253D', 'url=https%3A%2F%2Fa%2Fc%3Fsv%3D1%26sig%3D***'],
  ['"https://a/c?sv=1\\u0026sig=abc"', '"https://a/c?sv=1\\u0026sig=***"'],
  ['one\\nsig=abc', 'one\\nsig=***'],
  ['{"sig":"abc","sv":"1"}', '{"sig":"***","sv":"1"}'],
  [
    'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=ab+/c==;EndpointSuffix=x',
    'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;EndpointSuffix=x',
  ],
  [
    'BlobEndpoint=https://a/;SharedAccessSignature=sv=1&sig=abc%3D;x=1',
    'BlobEndpoint=https://a/;SharedAccessSignature=***;x=1',
  ],
  ['{"accountKey": "ab+/c=="}', '{"accountKey": "***"}'],
  ['authorization: Bearer eyJ0.eyJh.x-_y', 'authorization: Bearer ***'],
  ['authorization: SharedKey acct:ab+/c=', 'authorization: SharedKey acct:***'],
])('%j is shown as %j', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
  expect(withoutSecrets(shown)).toBe(shown);
});

test.each([
  'design=5/year=2020/a.csv',
  'the signature is missing (sig)',
  '/data/modeldata',
  'AccountName=a;',
])('%j has no secret and stays as it is', (text) => {
  expect(withoutSecrets(text)).toBe(text);
  expect(holdsCredential(text)).toBe(false);
});

test('no secret is left of any text that has one', () => {
  const signature = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('base64'));
  const encoded = fc.constantFrom<(text: string) => string>(
    (text) => text,
    encodeURIComponent,
    (text) => encodeURIComponent(encodeURIComponent(text)),
    (text) => JSON.stringify(text).slice(1, -1),
  );
  const mark = fc.constantFrom(
    '?sig=',
    '&sig=',
    ' SIG=',
    '\nsig=',
    ';AccountKey=',
    ';accountkey = ',
    ';SharedAccessSignature=sv=1&sig=',
  );
  const end = fc.constantFrom('', '&se=1', ';x', ' ', '\n', '"', "'");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyText(20), mark, signature, end), { minLength: 1, maxLength: 3 }),
      encoded,
      (parts, encode) => {
        const text = parts.map(
          ([before, name, secret, after]) => `${before}${name}${encodeURIComponent(secret)}${after}`,
        );
        const shown = withoutSecrets(encode(text.join('')));
        for (const [, , secret] of parts) {
          // Its longest part without a character that some encoding changes.
          const [piece = ''] = secret.split(/[+/=]/).sort((a, b) => b.length - a.length);
          expect(shown).not.toContain(piece);
        }
      },
    ),
  );
});

test('an address or a connection string with a credential is told from a folder', () => {
  for (const text of ['./a?sig=1', 'a&SIG=1', 'AccountKey=1', 'SharedAccessSignature=1']) {
    expect(holdsCredential(text)).toBe(true);
  }
  expect(holdsCredential('/data/sig=5')).toBe(false);
});
