import { Random } from '../generate/random.ts';

export const FEATURES: readonly string[] = ['age', 'sex', 'bmi', 'bp', 's1', 's2', 's3', 's4', 's5', 's6'];

/** What ten of the diabetes data's features are to pino. */
export type FeatureRecord = Readonly<Record<string, number>>;

/** Floats of 17 or so digits, never the same twice: a repeated one is found in V8's cache, and costs a third. */
export class DistinctValues {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed, 'collect');
  }

  /** In (-1, 1). */
  value(): number {
    return this.#random.fraction() * 2 - 1;
  }

  row(): number[] {
    const row: number[] = [];
    for (let i = 0; i < 10; i += 1) row.push(this.value());
    return row;
  }

  /** A literal, as one writes it: V8 knows its shape. */
  record(): FeatureRecord {
    return {
      age: this.value(),
      sex: this.value(),
      bmi: this.value(),
      bp: this.value(),
      s1: this.value(),
      s2: this.value(),
      s3: this.value(),
      s4: this.value(),
      s5: this.value(),
      s6: this.value(),
    };
  }
}
