import { mix } from '../../event/event-id.js';
import { STEP_A } from './rows-digest.js';
import { hashText } from './text-hash.js';

/** The cells of one row, added up in whatever order they come. */
export class RowSum {
  a = 0;
  b = 0;
  /** Of cells whose numbers have a shorter text. */
  spelling = 0;

  /** Both hashes of a cell. They are mixed before they are added: otherwise two changes could cancel each other. */
  add(a: number, b: number): void {
    this.a = (this.a + mix(a)) | 0;
    this.b = (this.b + mix(b ^ STEP_A)) | 0;
  }

  /** A cell whose value has another text than its own: that text is told apart from the value. */
  respell(column: number, text: string): void {
    this.spelling = (this.spelling + hashText(text, column)) | 0;
  }

  clear(): void {
    this.a = 0;
    this.b = 0;
    this.spelling = 0;
  }
}
