import { Refusal } from './refusal.js';

/** The event's attributes that the SDK's requests have headers for, by the attributes' names. Texts as they came: Latin-1. */
export interface CeHeaders {
  type: string | undefined;
  time: string | undefined;
  xrequestid: string | undefined;
  modelversion: string | undefined;
  collectdatatype: string | undefined;
  agent: string | undefined;
  /** All others, the context's own among them. */
  more: Map<string, string> | undefined;
}

/** What a request's headers say, as far as it matters here. */
export interface RequestHeaders {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** 0 where it is not told. */
  readonly contentLength: number;
  /** `ce-x-request-id` → `xrequestid`. Of two of a name, the first. */
  readonly ce: Readonly<CeHeaders>;
}

type Named = Exclude<keyof CeHeaders, 'more'>;

/** As the SDK sends them: most requests have no others. */
const KNOWN: Readonly<Record<string, Named>> = {
  'ce-type': 'type',
  'ce-time': 'time',
  'ce-x-request-id': 'xrequestid',
  'ce-model-version': 'modelversion',
  'ce-collect-data-type': 'collectdatatype',
  'ce-agent': 'agent',
};
const NAMED: ReadonlySet<string> = new Set(Object.values(KNOWN));
/** As CloudEvents has it. */
const MAX_ATTRIBUTE = 20;
const MAX_MORE = 64;
const [DASH, SMALL_C, SMALL_E, LOWER] = [45, 99, 101, 32];

/**
 * In one pass: Node's own `headers` costs more than all that is done with them.
 *
 * @param raw names and values in turn, as Node has them.
 * @returns a refusal for too many attributes.
 */
export function readRequestHeaders(raw: readonly string[]): RequestHeaders | Refusal {
  let contentType: string | undefined;
  let contentEncoding: string | undefined;
  let contentLength = 0;
  const ce = noHeaders();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    if (isCe(name)) {
      const known = KNOWN[name];
      if (known === undefined) addOther(ce, name, value);
      else ce[known] ??= value;
    } else if (name.length === 12 && name.toLowerCase() === 'content-type') contentType ??= value;
    else if (name.length === 14 && name.toLowerCase() === 'content-length') contentLength = Number(value);
    else if (name.length === 16 && name.toLowerCase() === 'content-encoding') contentEncoding ??= value;
  }
  const { size = 0 } = ce.more ?? {};
  if (size > MAX_MORE) {
    return new Refusal(400, `the request has ${size} ce- headers of its own`, {
      remedy: `send ${MAX_MORE} at most`,
    });
  }
  return { contentType, contentEncoding, contentLength, ce };
}

/** All members in one order, so that V8 sees one shape. */
function noHeaders(): CeHeaders {
  return {
    type: undefined,
    time: undefined,
    xrequestid: undefined,
    modelversion: undefined,
    collectdatatype: undefined,
    agent: undefined,
    more: undefined,
  };
}

function addOther(ce: CeHeaders, header: string, value: string): void {
  const name = attributeName(header);
  if (name === '') return;
  if (NAMED.has(name)) {
    ce[name as Named] ??= value;
    return;
  }
  ce.more ??= new Map();
  if (!ce.more.has(name)) ce.more.set(name, value);
}

function isCe(name: string): boolean {
  return (
    name.charCodeAt(2) === DASH &&
    (name.charCodeAt(0) | LOWER) === SMALL_C &&
    (name.charCodeAt(1) | LOWER) === SMALL_E
  );
}

/** CloudEvents has lower-case letters and digits alone. */
function attributeName(header: string): string {
  return header
    .slice('ce-'.length)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, MAX_ATTRIBUTE);
}
