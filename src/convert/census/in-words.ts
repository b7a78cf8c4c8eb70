import { type ByteString, decodeText, sliceBytes } from '../../csv/byte-string.js';
import type { RawRow } from '../../csv/split-rows.js';
import type { Correlation } from '../../legacy/correlation.js';
import type { Identity } from '../plan-file.js';
import type { Example } from './file-census.js';

const SAMPLE_CHARACTERS = 60;
/** More than a sample's characters can take. */
const SAMPLE_BYTES = 400;

/** Text as far as a person needs it to recognise it. */
export function cut(text: string): string {
  return text.length <= SAMPLE_CHARACTERS ? text : `${text.slice(0, SAMPLE_CHARACTERS)}…`;
}

/** A row to show. */
export function exampleOf({ offset, text }: RawRow): Example {
  return { offset, text: cut(decodeText(sliceBytes(text, 0, SAMPLE_BYTES))) };
}

/** Whose a row says that it is; the values are still the file's bytes. */
export function identityOf({ workspace, service, model, version }: Correlation): Identity {
  return {
    workspace: decodeText(workspace as ByteString),
    service: decodeText(service as ByteString),
    model: decodeText(model as ByteString),
    version: decodeText(version as ByteString),
  };
}
