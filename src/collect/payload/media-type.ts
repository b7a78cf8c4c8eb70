/** What a `content-type` says. */
export interface MediaType {
  /** Lower-cased, without parameters. */
  readonly name: string;
  readonly isJson: boolean;
  /** Or JSON. */
  readonly isText: boolean;
  /** Lower-cased; as named, or UTF-8. */
  readonly charset: string;
}

const JSON_TYPE = /^(?:application|text)\/(?:[\w.+-]+\+)?json$/;
const TEXT_TYPE =
  /^(?:text\/[\w.+-]+|[\w.+-]+\/[\w.+-]+\+xml|application\/(?:xml|x-www-form-urlencoded|x-ndjson|ndjson|jsonlines|javascript|yaml|x-yaml|toml|graphql))$/;
const MEDIA_TYPE = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*(?:;|$)/;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** A service has few; a client may send any. */
const MOST_KNOWN = 100;
const known = new Map<string, MediaType | undefined>();

/** None if it is no media type. */
export function mediaType(contentType: string | undefined): MediaType | undefined {
  if (contentType === undefined) return undefined;
  const found = known.get(contentType);
  if (found !== undefined || known.has(contentType)) return found;
  const type = parsed(contentType);
  if (known.size < MOST_KNOWN) known.set(contentType, type);
  return type;
}

function parsed(contentType: string): MediaType | undefined {
  const name = MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  const isJson = JSON_TYPE.test(name);
  return {
    name,
    isJson,
    isText: isJson || TEXT_TYPE.test(name),
    charset: CHARSET.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8',
  };
}
