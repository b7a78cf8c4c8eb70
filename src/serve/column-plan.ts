import type { Redactor } from '../collect/redact.js';
import { areSameNames, resolveColumnNames } from '../mapping/column-names.js';

/** What a collection's configuration says of columns. */
export interface ColumnRules {
  readonly redactor: Redactor | undefined;
  /** Columns of dates, which the SDK sends as epoch milliseconds. */
  readonly dates: ReadonlySet<string>;
}

/** A column that is written. */
export interface PlannedColumn {
  /** Its place in the rows as they were sent. */
  readonly place: number;
  readonly name: string;
  /** In events, with its colon: `"a":`. */
  readonly key: string;
  readonly isDate: boolean;
  /** Its values are masked or hashed. */
  readonly isHidden: boolean;
}

/** What becomes of a request's columns. */
export interface ColumnPlan {
  /** As they were sent. */
  readonly sent: readonly string[];
  readonly columns: readonly PlannedColumn[];
  readonly names: readonly string[];
  /** Events have the rows as they were sent. */
  readonly isAsSent: boolean;
  readonly hidesAny: boolean;
  readonly hasDates: boolean;
}

/** Plans by their rules; the last one is kept, since a collection's requests mostly have the same columns. */
export class ColumnPlans {
  readonly #rules: ColumnRules;
  #last: ColumnPlan | undefined;

  constructor(rules: ColumnRules) {
    this.#rules = rules;
  }

  of(sent: readonly string[]): ColumnPlan {
    if (this.#last === undefined || !areSameNames(sent, this.#last.sent))
      this.#last = plan(sent, this.#rules);
    return this.#last;
  }
}

function plan(sent: readonly string[], { redactor, dates }: ColumnRules): ColumnPlan {
  const kept = [...sent.keys()].filter((place) => redactor?.ruleOf(sent[place] ?? '') !== 'drop');
  const names = kept.map((place) => sent[place] ?? '');
  // As in converted events: what the monitors can't read ('', correlationid, names that differ only by case) is renamed.
  const [inEvents = names] = resolveColumnNames([[names]])[0] ?? [];
  const columns = kept.map((place, i): PlannedColumn => {
    const name = names[i] ?? '';
    return {
      place,
      name,
      key: `${JSON.stringify(inEvents[i])}:`,
      isDate: dates.has(name),
      isHidden: redactor?.ruleOf(name) !== undefined,
    };
  });
  const hidesAny = columns.some(({ isHidden }) => isHidden);
  const isAsSent = !hidesAny && columns.length === sent.length && areSameNames(names, inEvents);
  const hasDates = columns.some(({ isDate }) => isDate);
  return { sent, columns, names, isAsSent, hidesAny, hasDates };
}
