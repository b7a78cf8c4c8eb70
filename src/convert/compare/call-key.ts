import { userPartOf } from '../../legacy/correlation.js';
import { objectMembers } from '../verify/json-spans.js';
import type { CallKey } from './call-record.js';
import type { CompareRules } from './compare-task.js';
import { readString } from './json-at.js';

const PART = /(?:\.r\d+)?(?:\.\d+)?$/;

/** Azure's collector knows no parts: its events are named by their calls alone. */
export function callKeyOfEvent(correlationId: string, { writer }: Pick<CompareRules, 'writer'>): CallKey {
  const mayHaveParts = writer !== 'azure' && correlationId.includes('.');
  return { correlationId, base: mayHaveParts ? correlationId.replace(PART, '') : correlationId };
}

/**
 * What a call of the legacy tree is known by: `id` as the SDK made it, `part` the 1,000 rows, `correlationId` what its event is called
 * by the mapping.
 */
export function callKeyOfRows(
  id: string,
  part: number,
  correlationId: string,
  { writer, rowId }: Pick<CompareRules, 'writer' | 'rowId'>,
): CallKey {
  if (writer !== 'azure') return callKeyOfEvent(correlationId, { writer });
  const base = rowId?.by === 'user' ? (userPartOf(id) ?? id) : id;
  return { correlationId: part === 0 ? base : `${base}.${part}`, base };
}

/** The call that a row of a batched event says it is of; absent: it says nothing. `from`: the row's brace. */
export function rowCall(
  text: string,
  from: number,
  { name }: NonNullable<CompareRules['rowId']>,
): string | undefined {
  const id = objectMembers(text, from).findLast(({ key }) => key === name);
  if (id === undefined || text[id.from] !== '"') return undefined;
  return readString(text.slice(id.from, id.to)).replace(/_\d+$/, '');
}
