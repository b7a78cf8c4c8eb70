/** What stands for a secret in a message. */
const HIDDEN = '***';

/** Values end where a URL's, a connection string's or a quoted text's part ends; rather too much is hidden than too little. */
const PATTERNS: readonly RegExp[] = [
  // A connection string's parts, also as JSON. A SAS within one goes as a whole.
  /((?:AccountKey|SharedAccessSignature)["']?(?:\s|%(?:25)*20)*(?:=|:|%(?:25)*3D)\s*["']?)[^;\s"'<>]+/gi,
  // A SAS's signature, also where its URL is itself percent-encoded (`%26sig%3D`, `%0Asig%3D`) or JSON-escaped (`\u0026sig=`,
  // `\nsig=`), but not a word's end: `design=`.
  /((?<!(?<!\\|%(?:25)*[0-9a-f])[a-z])sig(?:=|%(?:25)*3D|["']\s*:\s*["']))[^&;\s"'<>\\#]+/gi,
  /(\bBearer\s+)[\w.~+/-]+=*/gi,
  /(\bSharedKey(?:Lite)?\s+[^:\s]*:)[\w+/=]+/gi,
];

/** Any text, fit for messages and logs: signatures, account keys and tokens are hidden. */
export function withoutSecrets(text: string): string {
  return PATTERNS.reduce((clean, pattern) => clean.replace(pattern, `$1${HIDDEN}`), text);
}

/** An address or a connection string with a credential in it; a folder named `sig=5` is none. */
export function holdsCredential(text: string): boolean {
  return /[?&]sig=|AccountKey=|SharedAccessSignature=/i.test(text);
}
