/** The JSON type a column has over its whole collection; `null` while only empty fields were seen. */
export type ColumnType = 'null' | 'integer' | 'number' | 'boolean' | 'string';

/** What one field's text can be. `infinity` is a number that JSON can't write; `nan` and `empty` fit every column. */
export type TokenKind = 'empty' | 'nan' | 'integer' | 'number' | 'infinity' | 'boolean' | 'text';

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;

/** Number tokens are JSON numbers, to be copied digit for digit: `05601`, `+1` and `.5` are text. */
export function classifyToken(token: string): TokenKind {
  switch (token) {
    case '':
      return 'empty';
    case 'nan':
      return 'nan';
    case 'inf':
    case '-inf':
      return 'infinity';
    case 'True':
    case 'False':
      return 'boolean';
    default:
      return INTEGER.test(token) ? 'integer' : NUMBER.test(token) ? 'number' : 'text';
  }
}

/** How often each kind of token stood in a column, and the first token of each kind. */
export interface TokenCounts {
  readonly counts: Partial<Record<TokenKind, number>>;
  readonly samples: Partial<Record<TokenKind, string>>;
}

/** null < integer < number, boolean, string; any clash is a string. */
export function columnType(counts: Partial<Record<TokenKind, number>>): ColumnType {
  const has = (kind: TokenKind): boolean => (counts[kind] ?? 0) > 0;
  const numeric = has('integer') || has('number') || has('infinity');
  if (has('text') || (numeric && has('boolean'))) return 'string';
  if (has('boolean')) return 'boolean';
  if (has('number') || has('infinity')) return 'number';
  return numeric ? 'integer' : 'null';
}

/** The type of a column that holds values of both types. */
export function mergeTypes(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b || b === 'null') return a;
  if (a === 'null') return b;
  const numbers = (a === 'integer' || a === 'number') && (b === 'integer' || b === 'number');
  return numbers ? 'number' : 'string';
}

/**
 * The JSON text of a field in a column of this type, or `undefined` if the token does not fit it (a type that a person or a
 * deployed collection has given). Tokens are byte strings; so is the result.
 */
export function encodeToken(token: string, type: ColumnType, empty: 'null' | 'string'): string | undefined {
  if (token === '') return type === 'string' && empty === 'string' ? '""' : 'null';
  if (token === 'nan') return 'null';
  switch (type) {
    case 'string':
      return JSON.stringify(token);
    case 'number':
      return NUMBER.test(token) ? token : token === 'inf' || token === '-inf' ? 'null' : undefined;
    case 'integer':
      return INTEGER.test(token) ? token : undefined;
    case 'boolean':
      return token === 'True' ? 'true' : token === 'False' ? 'false' : undefined;
    case 'null':
      return undefined;
  }
}
