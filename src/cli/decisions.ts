import { createReadStream } from 'node:fs';
import type { Plan } from '../convert/plan-file.js';
import { MdcBridgeError } from '../errors.js';
import type { MappingOptions } from '../mapping/settings.js';
import { givenMappingFlags, mappingValues, type OptionValues } from './option-values.js';
import { shellQuoted } from './render/page.js';

/** What the plan has decided, if one is given, else the options. */
export async function decisionsOf(
  values: OptionValues & { readonly plan?: string; readonly typesLike?: string },
): Promise<{ readonly plan: Plan } | MappingOptions> {
  const { plan } = values;
  return plan === undefined ? mappingValues(values) : { plan: await givenPlan(plan, values) };
}

/** A file that someone may have edited by hand. */
async function givenPlan(
  file: string,
  values: OptionValues & { readonly typesLike?: string },
): Promise<Plan> {
  const flags = [...givenMappingFlags(values), ...(values.typesLike === undefined ? [] : ['--types-like'])];
  if (flags.length > 0) {
    throw new MdcBridgeError(
      'usage',
      `--plan and ${flags.join(', ')} exclude each other: the plan has decided`,
      {
        remedy: `edit the plan, or give ${flags.length === 1 ? 'that option' : 'those options'} to \`plan\``,
      },
    );
  }
  const { readPlan } = await import('../convert/plan-file-reader.js');
  return readPlan(() => readBytes(file), { file });
}

async function* readBytes(file: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new MdcBridgeError('plan-file', "the plan file can't be read", {
      place: { file },
      cause,
      remedy: `write one with: mdc-bridge plan SRC --out ${shellQuoted(file)}`,
    });
  }
}
