import type { Progress, RunOptions } from './run-options.js';

/** Adds up what workers report and passes it on. */
export class ProgressMeter {
  readonly #report: RunOptions['onProgress'];
  readonly #start = performance.now();
  #state: Omit<Progress, 'seconds'>;

  constructor(phase: Progress['phase'], report: RunOptions['onProgress']) {
    this.#report = report;
    this.#state = { phase, filesDone: 0, filesTotal: 0, rows: 0, bytesDone: 0, bytesTotal: 0 };
  }

  get progress(): Progress {
    return { ...this.#state, seconds: this.seconds };
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  expect(files: number, bytes: number): void {
    this.#change({ filesTotal: this.#state.filesTotal + files, bytesTotal: this.#state.bytesTotal + bytes });
  }

  read(bytes: number, rows: number): void {
    this.#change({ bytesDone: this.#state.bytesDone + bytes, rows: this.#state.rows + rows });
  }

  fileDone(): void {
    this.#change({ filesDone: this.#state.filesDone + 1 });
  }

  #change(change: Partial<Progress>): void {
    this.#state = { ...this.#state, ...change };
    this.#report?.(this.progress);
  }
}
