import { describe, expect, it } from 'vitest';
import { HeaderChoice } from '../../src/collect/rows/header-choice.js';
import { CORRELATION_COLUMNS } from '../../src/legacy/correlation.js';
import type { Designation } from '../../src/legacy/designation.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, filesIn, nameOf } from './collectors.js';

const EIGHT = `,${CORRELATION_COLUMNS.join(',')}`;

type Offer = readonly [names: readonly string[] | undefined, isCorrelated: boolean];

function headers(
  designation: Designation,
  featureNames: readonly string[] | undefined,
  offers: readonly Offer[],
) {
  const choice = new HeaderChoice(designation, featureNames);
  const text = (line: Uint8Array | undefined): string | undefined =>
    line && Buffer.from(line).toString().replace(/\r\n$/, '').replace(EIGHT, ' + 8');
  return [text(choice.line), ...offers.map((offer) => text(choice.next(...offer)))];
}

const NONE: Offer = [undefined, false];
const CORRELATED: Offer = [undefined, true];

describe('the header', () => {
  it('of inputs has the eight names always, and the names of the first data that has some', () => {
    const offers: Offer[] = [CORRELATED, [['x', 'y'], true], [['z'], true], CORRELATED];
    expect(headers('inputs', ['a'], offers)).toEqual(['a + 8', 'a + 8', 'x,y + 8', 'x,y + 8', 'x,y + 8']);
    expect(headers('inputs', undefined, offers)).toEqual([
      undefined,
      undefined,
      'x,y + 8',
      'x,y + 8',
      'x,y + 8',
    ]);
  });

  it('of general data stays as it was first', () => {
    const offers: Offer[] = [CORRELATED, [['x'], true], [['z'], false]];
    expect(headers('general', ['a'], offers)).toEqual(['a', 'a', 'x + 8', 'x + 8']);
  });

  it('of others is each call’s own; feature names have the eight once correlations were seen', () => {
    const offers: Offer[] = [NONE, [['x'], false], [['x'], true], NONE, CORRELATED];
    expect(headers('predictions', ['a'], offers)).toEqual(['a', 'a', 'x', 'x + 8', 'a + 8', 'a + 8']);
    expect(headers('labels', undefined, [NONE, CORRELATED])).toEqual([undefined, undefined, undefined]);
  });

  it('is the same object while it says the same', () => {
    const choice = new HeaderChoice('predictions', undefined);
    expect(choice.next(['x', 'y'], true)).toBe(choice.next(['x', 'y'], true));
  });

  it('is quoted where a name needs it', () => {
    expect(headers('predictions', ['a,b', 'say "x"'], [])).toEqual(['"a,b","say ""x"""']);
  });

  it('of a file is the last one that was offered before its first rows were written, and stays', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'predictions', []);
    collector.collect([{ p: 1 }]);
    collector.collect([{ z: 2 }]);
    collector.collect([3]);
    await collector.flush();
    collector.collect([{ q: 4 }]);
    await collector.close();
    expect(filesIn(folder)[nameOf('predictions')]).toBe('z\r\n1\r\n2\r\n3\r\n4\r\n');
  });
});
