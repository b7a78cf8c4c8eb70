import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDataPath, parseDataPath } from '../../src/legacy/data-path.js';
import { anyText } from '../support/any-text.js';

const BEFORE = 'sub/rg/ws/svc/model/1';

/** The parts of a data file's name that depend on its right end. */
function parsed(name: string): unknown {
  const path = parseDataPath(name);
  return path.kind === 'data' ? [path.date, path.hour, path.file, path.before.join('/')] : path;
}

describe('a data file’s name', () => {
  it('is read from the right: file, day, month, year, designation, and all that stands before', () => {
    expect(parseDataPath(`${BEFORE}/inputs/2018/12/30/inputs.csv`)).toEqual({
      kind: 'data',
      before: ['sub', 'rg', 'ws', 'svc', 'model', '1'],
      designation: { kind: 'known', designation: 'inputs', prefix: '' },
      date: '2018-12-30',
      hour: undefined,
      file: 'inputs.csv',
    });
  });

  it('may have an hour folder', () => {
    expect(parsed(`${BEFORE}/inputs/2018/12/30/07/inputs.csv`)).toEqual([
      '2018-12-30',
      '07',
      'inputs.csv',
      BEFORE,
    ]);
    expect(parsed(`${BEFORE}/inputs/2018/12/30/23/inputs.csv`)).toMatchObject({ 0: '2018-12-30', 1: '23' });
  });

  it('may lack the zeros of its date and hour, which then are added', () => {
    expect(parsed(`${BEFORE}/inputs/2018/3/1/data.csv`)).toMatchObject({ 0: '2018-03-01', 1: undefined });
    expect(parsed(`${BEFORE}/inputs/2018/3/01/7/data.csv`)).toMatchObject({ 0: '2018-03-01', 1: '07' });
  });

  it('keeps a slash in a model’s name, spaces and prefixes in what stands before', () => {
    expect(parsed('backup/sub/rg/ws/svc/team/credit risk/3/labels/2018/12/30/x.csv')).toEqual([
      '2018-12-30',
      undefined,
      'x.csv',
      'backup/sub/rg/ws/svc/team/credit risk/3',
    ]);
  });

  it('may have a model or version that looks like a date', () => {
    expect(parsed('sub/rg/ws/svc/2018/12/30/inputs/2019/01/02/inputs.csv')).toEqual([
      '2019-01-02',
      undefined,
      'inputs.csv',
      'sub/rg/ws/svc/2018/12/30',
    ]);
  });

  it('may have a free-text designation, also a number', () => {
    expect(parseDataPath(`${BEFORE}/raw/2018/12/30/data.csv`)).toMatchObject({
      designation: { kind: 'free', designation: 'raw' },
    });
    expect(parseDataPath(`${BEFORE}/17/2018/12/30/data.csv`)).toMatchObject({
      designation: { kind: 'free', designation: '17' },
      date: '2018-12-30',
    });
  });

  it('may have a designation that looks like a year, whatever the day', () => {
    for (const day of ['20', '30']) {
      expect(parseDataPath(`${BEFORE}/2017/2018/12/${day}/data.csv`)).toMatchObject({
        designation: { kind: 'free', designation: '2017' },
        date: `2018-12-${day}`,
        hour: undefined,
      });
    }
  });

  it('may have nothing before the designation', () => {
    expect(parsed('inputs/2018/12/30/inputs.csv')).toEqual(['2018-12-30', undefined, 'inputs.csv', '']);
  });

  it('survives any names before the designation (property)', () => {
    const segment = anyText(8, 1).filter((s) => !s.includes('/'));
    const date = fc.date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 8 }),
        date,
        fc.option(fc.integer({ min: 0, max: 23 }), { nil: undefined }),
        fc.boolean(),
        (before, day, hour, padded) => {
          const iso = day.toISOString().slice(0, 10);
          const [year = '', month = '', dd = ''] = iso.split('-');
          const short = (text: string): string => (padded ? text : String(Number(text)));
          const hours = hour === undefined ? [] : [short(String(hour).padStart(2, '0'))];
          const folders = [...before, 'signals', year, short(month), short(dd), ...hours, 'web.csv'];
          expect(parseDataPath(folders.join('/'))).toEqual({
            kind: 'data',
            before,
            designation: { kind: 'known', designation: 'signals', prefix: '' },
            date: iso,
            hour: hour === undefined ? undefined : String(hour).padStart(2, '0'),
            file: 'web.csv',
          });
        },
      ),
    );
  });
});

describe('a name that is no data file’s', () => {
  const others: readonly (readonly [name: string, why: string])[] = [
    [`${BEFORE}/inputs/2018/02/30/inputs.csv`, 'no such date: 2018/02/30'],
    [`${BEFORE}/inputs/2018/13/01/inputs.csv`, 'no such date: 2018/13/01'],
    [`${BEFORE}/inputs/0000/01/01/inputs.csv`, 'no such date: 0000/01/01'],
    [`${BEFORE}/inputs/2018/12/inputs.csv`, 'not in a date folder'],
    [`${BEFORE}/inputs/18/12/30/inputs.csv`, 'not in a date folder'],
    [`${BEFORE}/inputs/2018/123/30/inputs.csv`, 'not in a date folder'],
    [`${BEFORE}/inputs/2018/12/30/24/inputs.csv`, 'not in a date folder'],
    [`${BEFORE}/inputs/2018/12/30/x/inputs.csv`, 'not in a date folder'],
    [`${BEFORE}/inputs/2018/12/30/inputs.csv.gz`, 'not a .csv file'],
    [`${BEFORE}/inputs/2018/12/30/inputs.CSV`, 'not a .csv file'],
    [`${BEFORE}/inputs/2018/12/30`, 'not a .csv file'],
    ['2018/12/30/inputs.csv', 'no designation before the date'],
    ['inputs.csv', 'not in a date folder'],
  ];
  for (const [name, why] of others) {
    it(`says why: ${name}: ${why}`, () => {
      expect(parseDataPath(name)).toEqual({ kind: 'other', why });
    });
  }

  it('may be telemetry, beside data or not', () => {
    const before = ['sub', 'rg', 'ws', 'svc', 'model', '1'];
    expect(parseDataPath(`${BEFORE}/inputs/2018/12/30/aml_telemetry.csv`)).toEqual({
      kind: 'telemetry',
      before,
    });
    expect(parseDataPath(`${BEFORE}/aml_telemetry.csv`)).toEqual({ kind: 'telemetry', before });
  });
});

describe('formatDataPath', () => {
  const parts = { folder: 'sub/rg/ws/svc/m/1/', designation: 'inputs', date: '2018-03-01', file: 'data.csv' };

  it('names a blob by its day, or its day and hour', () => {
    expect(formatDataPath({ ...parts, hour: undefined })).toBe(
      'sub/rg/ws/svc/m/1/inputs/2018/03/01/data.csv',
    );
    expect(formatDataPath({ ...parts, hour: '07' })).toBe('sub/rg/ws/svc/m/1/inputs/2018/03/01/07/data.csv');
  });

  it('puts a storage path that ends without a slash right before the designation, as the SDK did', () => {
    expect(formatDataPath({ ...parts, folder: 'x/y', hour: undefined })).toBe(
      'x/yinputs/2018/03/01/data.csv',
    );
  });

  it('gives what parseDataPath reads (property)', () => {
    const segment = anyText(8, 1).filter((s) => !s.includes('/'));
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 6 }),
        fc.constantFrom('inputs', 'predictions', 'labels', 'signals', 'general'),
        date,
        fc.option(fc.integer({ min: 0, max: 23 }), { nil: undefined }),
        segment,
        (before, designation, day, hour, file) => {
          const given = {
            folder: before.map((one) => `${one}/`).join(''),
            designation,
            date: day.toISOString().slice(0, 10),
            hour: hour === undefined ? undefined : String(hour).padStart(2, '0'),
            file: `${file}x.csv`,
          };
          expect(parseDataPath(formatDataPath(given))).toEqual({
            kind: 'data',
            before,
            designation: { kind: 'known', designation, prefix: '' },
            date: given.date,
            hour: given.hour,
            file: given.file,
          });
        },
      ),
    );
  });
});
