import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const WRITE_CHARACTERS = 1024 * 1024;

/** One source's event files, of which one is open: its rows come in the order of time. */
export class HourFiles {
  readonly #folder: string;
  readonly #name: string;
  #hour = '';
  #file: number | undefined;
  #text = '';

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** @param day `2024/02/29` */
  write(day: string, hour: string, line: string): void {
    if (`${day}/${hour}` !== this.#hour) {
      this.close();
      this.#hour = `${day}/${hour}`;
      const folder = join(this.#folder, this.#hour);
      mkdirSync(folder, { recursive: true });
      this.#file = openSync(join(folder, this.#name), 'a');
    }
    this.#text += line;
    if (this.#text.length >= WRITE_CHARACTERS) this.#flush();
  }

  close(): void {
    if (this.#file === undefined) return;
    this.#flush();
    closeSync(this.#file);
    this.#file = undefined;
    this.#hour = '';
  }

  #flush(): void {
    if (this.#file === undefined) return;
    const bytes = Buffer.from(this.#text, 'utf8');
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    this.#text = '';
  }
}
