import { styleText } from 'node:util';

export type Tone = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** Colours a text, or leaves it alone where colours are not wanted. */
export type Paint = (tone: Tone, text: string) => string;

export const plainPaint: Paint = (_tone, text) => text;

/** Whether to colour was decided from the stream at hand; styleText would ask process.stdout. */
export const colourPaint: Paint = (tone, text) => styleText(tone, text, { validateStream: false });
