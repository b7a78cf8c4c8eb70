import { numericKinds } from './numeric-rows.ts';
import { BEST_MODEL, daysOf, type Shape, type Slot, WORKSPACE } from './shape.ts';
import { textKinds } from './text-rows.ts';
import type { ShapeName } from './tree-manifest.ts';
import { wideKinds } from './wide-rows.ts';

/** 16 days of two files are the 32 files of issue 4. */
const DAYS = 16;
/** Inputs and predictions of about 40 rows together. */
const SMALL_FOLDER_BYTES = 26_000;
const SERVICES = 5;
const MODELS_OF_SERVICE = 4;

export const DEFAULT_SIZES: Readonly<Record<ShapeName, string>> = {
  numeric: '0.74GB',
  text: '0.74GB',
  wide: '0.74GB',
  many: '0.26GB', // 20,000 files
  one: '2GB',
};

export function makeShape(name: ShapeName, size: number, seed: number): Shape {
  switch (name) {
    case 'numeric':
      return { kinds: numericKinds(seed), slots: days(), userIdEvery: 0 };
    case 'text':
      return { kinds: textKinds(seed), slots: days(), userIdEvery: 8 };
    case 'wide':
      return { kinds: wideKinds(seed), slots: days(), userIdEvery: 0 };
    case 'many':
      return {
        kinds: numericKinds(seed),
        slots: hours(Math.ceil(size / SMALL_FOLDER_BYTES)),
        userIdEvery: 0,
      };
    case 'one':
      return { kinds: numericKinds(seed).slice(0, 1), slots: days().slice(0, 1), userIdEvery: 0 };
  }
}

function days(): Slot[] {
  return daysOf(DAYS).map((date) => ({ identity: BEST_MODEL, date }));
}

/** All models collect at the same time, hour by hour. */
function hours(count: number): Slot[] {
  const models = Array.from({ length: SERVICES * MODELS_OF_SERVICE }, (_, i) => ({
    workspace: WORKSPACE,
    service: `aks-service-${i % SERVICES}`,
    model: `model_${Math.floor(i / SERVICES)}`,
    version: '3',
  }));
  const dates = daysOf(Math.ceil(count / (models.length * 24)));
  return Array.from({ length: count }, (_, i) => {
    const hour = Math.floor(i / models.length);
    return { identity: models[i % models.length]!, date: dates[Math.floor(hour / 24)]!, hour: hour % 24 };
  });
}
