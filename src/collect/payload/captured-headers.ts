import { MdcBridgeError } from '../../errors.js';
import { EVENT_ATTRIBUTES } from '../../event/collected-event.js';
import { withoutSecrets } from '../../storage/secrets.js';
import { attributeText } from './attribute-text.js';

/** As `req.headers` and `res.getHeader` have them. */
export type HeaderValue = string | number | readonly string[] | undefined;

/** Whatever its value is, it lets somebody in. */
const SECRET =
  /(?:^|-)(?:authorization|cookie2?|tokens?|secrets?|passw(?:or)?d|signature|credentials?|sas|jwt|session(?:-?id)?)$|(?:api|access|subscription|functions?|account|shared|private|auth|master|secret|host|signing|encryption)[-_]?(?:key|code)$/;
/** Of a CloudEvents attribute's name. */
const MAX_NAME = 20;
const TAKEN: ReadonlySet<string> = new Set([
  ...EVENT_ATTRIBUTES,
  ...['dataschema', 'subject', 'database64', 'datainblob'],
  ...['method', 'path', 'status', 'incomplete', 'error'],
]);

/** The allow-list of headers: each becomes an attribute of its own. */
export class CapturedHeaders {
  /** Lower-cased header → attribute. */
  readonly #attributes: readonly (readonly [header: string, attribute: string])[];

  /** @throws MdcBridgeError `usage` for a header that holds a secret, or has no attribute of its own. */
  constructor(headers: readonly string[]) {
    const names = new Set(headers.map((name) => name.trim().toLowerCase()));
    // What always is the events' own.
    names.delete('x-request-id');
    this.#attributes = [...names].map((name) => [name, attributeOf(name)]);
    const taken = new Map<string, string>();
    for (const [header, attribute] of this.#attributes) {
      const other = TAKEN.has(attribute) ? 'an attribute of every event' : taken.get(attribute);
      if (other !== undefined) throw notAlone(header, attribute, other);
      taken.set(attribute, header);
    }
  }

  get isEmpty(): boolean {
    return this.#attributes.length === 0;
  }

  /** The events' part with these headers: `,"xuseragentclass":"…"`. Signatures in a value (a URL's, say) are hidden. */
  json(find: (header: string) => HeaderValue): string {
    let json = '';
    if (this.isEmpty) return json;
    for (const [header, attribute] of this.#attributes) {
      const value = find(header);
      if (value === undefined) continue;
      const text = typeof value === 'object' ? value.join(', ') : String(value);
      json += `,"${attribute}":${JSON.stringify(attributeText(withoutSecrets(text)))}`;
    }
    return json;
  }
}

/** CloudEvents has lower-case letters and digits, twenty at most. */
function attributeOf(header: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header) || !/[0-9a-z]/.test(header)) {
    throw refusal(header, 'it is no header name', 'give names such as x-user-agent-class');
  }
  if (SECRET.test(header)) {
    throw refusal(
      header,
      'it holds a secret',
      'take it off captureHeaders (request_logging.capture_headers)',
    );
  }
  return header.replace(/[^0-9a-z]/g, '').slice(0, MAX_NAME);
}

function notAlone(header: string, attribute: string, other: string): MdcBridgeError {
  return refusal(header, `its attribute ${attribute} is that of ${other}`, 'leave out one of the two');
}

function refusal(header: string, why: string, remedy: string): MdcBridgeError {
  return new MdcBridgeError('usage', `the header ${JSON.stringify(header)} can't be captured: ${why}`, {
    remedy,
  });
}
