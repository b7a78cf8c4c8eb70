import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderFilter } from '../../src/convert/folder-filter.js';
import { folderRange } from '../../src/convert/folder-range.js';
import { sourceFilter } from '../../src/convert/source.js';
import { parseDataPath } from '../../src/legacy/data-path.js';

type Asked = Parameters<typeof folderFilter>[0];

const MODEL = 'sub/rg/ws/svc/model/3';

/** Which of the folders below a model are listed. */
function listed(asked: Asked, ...folders: readonly string[]): string[] {
  const filter = folderFilter(asked);
  return folders.filter((folder) => filter?.(`${MODEL}/${folder}/`) ?? true);
}

describe('the folders of a range of days', () => {
  it('are not decided on where everything was asked for', () => {
    for (const lists of [{}, { include: [] }, { include: ['*.csv'] }, { exclude: ['**/2019/**'] }]) {
      expect(folderFilter(lists)).toBeUndefined();
    }
    expect(folderFilter({ since: '2019-01-01T00:00:00' })).toBeDefined();
    expect(folderFilter({ exclude: ['**/inputs/**'] })).toBeDefined();
  });

  it('are months and days out of the range, which are refused; beside it by a day they are listed', () => {
    const asked = { since: '2019-03-05T10:00:00', until: '2019-04-02T00:00:00' };
    const months = ['inputs/2018/03', 'inputs/2019/02', 'inputs/2019/03', 'inputs/2019/04', 'inputs/2019/05'];
    expect(listed(asked, ...months)).toEqual(['inputs/2019/03', 'inputs/2019/04']);
    const days = ['2019/03/03', '2019/03/04', '2019/03/05', '2019/04/01', '2019/04/02', '2019/04/03'];
    expect(listed(asked, ...days.map((day) => `inputs/${day}`))).toEqual(
      ['2019/03/04', '2019/03/05', '2019/04/01', '2019/04/02'].map((day) => `inputs/${day}`),
    );
  });

  it('are listed where only their last or first day may be in the range', () => {
    for (const [since, last, beyond] of [
      ['2020-03-01T12:00:00', '2020/02', '2020/01'],
      ['2019-03-01T12:00:00', '2019/02', '2019/01'],
      ['2020-01-01T00:00:00', '2019/12', '2019/11'],
    ] as const) {
      expect(listed({ since }, `inputs/${last}`, `inputs/${beyond}`)).toEqual([`inputs/${last}`]);
    }
    const until = '2019-01-31T12:00:00';
    expect(listed({ until }, 'inputs/2019/02', 'inputs/2019/03')).toEqual(['inputs/2019/02']);
  });

  it('know leap days', () => {
    const asked = { since: '2020-03-01T00:00:00', until: '2020-03-01T01:00:00' };
    const days = ['2020/02/27', '2020/02/28', '2020/02/29', '2020/03/01', '2020/03/02', '2020/03/03'];
    expect(listed(asked, ...days.map((day) => `inputs/${day}`))).toEqual(
      ['2020/02/29', '2020/03/01', '2020/03/02'].map((day) => `inputs/${day}`),
    );
    const from2019 = { since: '2019-03-01T00:00:00', until: '2019-03-01T01:00:00' };
    expect(listed(from2019, 'inputs/2019/02/27', 'inputs/2019/02/28')).toEqual(['inputs/2019/02/28']);
  });

  it('may lack their zeros', () => {
    const since = '2019-03-05T10:00:00';
    expect(listed({ since }, 'inputs/2019/2', 'inputs/2019/3', 'inputs/2019/3/3', 'inputs/2019/3/4')).toEqual(
      ['inputs/2019/3', 'inputs/2019/3/4'],
    );
  });

  it('are listed where they are no date: they are told as what they are', () => {
    const odd = [
      'inputs/2018/13',
      'inputs/2018/00',
      'inputs/2018/13/01',
      'inputs/2018/01/32',
      'inputs/2018/01/00',
    ];
    expect(listed({ since: '2019-03-05T10:00:00' }, ...odd)).toEqual(odd);
  });

  it('are neither years nor hours nor anything else: a model’s version may be 2018', () => {
    const filter = folderFilter({ since: '2019-03-05T10:00:00' });
    const others = [
      'sub/',
      'svc/model/2018/',
      'svc/model/2018/inputs/',
      'inputs/2018/',
      '2018/1/inputs/',
      '',
    ];
    for (const folder of [...others, 'inputs/2018/01/01/07/', '12018/01/', 'x2018/01/', '2018/001/']) {
      expect([folder, filter?.(folder)]).toEqual([folder, true]);
    }
  });
});

describe('the folders of designations', () => {
  const months = ['inputs/2019/03', 'predictions/2019/03', 'yinputs/2019/03'];

  it('are refused by month where other designations are included, or theirs is excluded', () => {
    expect(listed({ include: ['**/inputs/**'] }, ...months)).toEqual(['inputs/2019/03']);
    expect(listed({ include: ['**/inputs/**', '**/yinputs/**'] }, ...months)).toEqual([months[0], months[2]]);
    expect(listed({ exclude: ['**/inputs/**'] }, ...months)).toEqual(months.slice(1));
    expect(listed({ include: ['**/inputs/**'], exclude: ['**/svc/**'] }, ...months)).toEqual([]);
  });

  it('are listed where a pattern may ask for a file in them', () => {
    for (const pattern of ['*.csv', '**/inputs/**/*.csv', '**/in*/**', '**/03/**', '**/{a,b}/**', '**']) {
      expect(listed({ include: ['**/inputs/**', pattern] }, ...months)).toEqual(months);
      expect(listed({ exclude: [pattern], since: '2019-01-01T00:00:00' }, ...months)).toEqual(months);
    }
  });

  it('above a month are listed', () => {
    expect(listed({ include: ['**/inputs/**'] }, 'predictions', 'predictions/2019')).toHaveLength(2);
  });
});

const day = fc.tuple(
  fc.integer({ min: 2018, max: 2020 }),
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 1, max: 31 }),
);
const time = day.map(
  ([y, m, d]) => `${y}-${String(m).padStart(2, '0')}-${String(Math.min(d, 28)).padStart(2, '0')}T07:30:00`,
);
const pattern = fc.constantFrom(
  ...[
    '**/inputs/**',
    '**/raw/**',
    '**/model/**',
    '*.csv',
    '**/2019/**',
    '**/03/**',
    'sub/**',
    '**/2019/0[1-6]/**',
  ],
  ...['**/in*/**', '**/predictions/2020/**', '**/v2/**', '**/data.csv'],
);
const asked = fc.record(
  {
    since: time,
    until: time,
    include: fc.array(pattern, { maxLength: 2 }),
    exclude: fc.array(pattern, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const pathBelow = (before: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      before,
      fc.constantFrom('inputs', 'predictions', 'yinputs', 'raw', 'default'),
      day,
      fc.boolean(),
      fc.option(fc.integer({ min: 0, max: 23 }), { nil: undefined }),
      fc.constantFrom('data.csv', 'inputs.csv'),
    )
    .map(([above, designation, [y, m, d], zeros, hour, file]) => {
      const parts = [m, d, ...(hour === undefined ? [] : [hour])];
      const folders = parts.map((part) => String(part).padStart(zeros ? 2 : 1, '0'));
      return [above, designation, y, ...folders, file].join('/');
    });

/** No folder above a source that is asked for is refused. */
function checkAbove(path: string, one: Asked): void {
  const parsed = parseDataPath(path);
  if (parsed.kind !== 'data' || !folderRange(one)(parsed.date) || !sourceFilter(one)(path)) return;
  const filter = folderFilter(one);
  const segments = path.split('/').slice(0, -1);
  for (const i of segments.keys()) {
    const folder = `${segments.slice(0, i + 1).join('/')}/`;
    expect([folder, filter?.(folder) ?? true]).toEqual([folder, true]);
  }
}

describe('a folder', () => {
  it('is refused only if no source below it is asked for (property)', () => {
    const before = fc.constantFrom(
      MODEL,
      'sub/rg/ws/svc/model/2019',
      'backup/2019/sub/rg/ws/svc/a/v2',
      'model/12',
    );
    fc.assert(fc.property(pathBelow(before), asked, checkAbove), { numRuns: 3000 });
  });

  // Known: what looks like a month's folder is taken for one wherever it stands.
  it('is refused only so too where a model’s name or what stands before all looks like a date (property)', () => {
    const before = fc.constantFrom(
      'sub/rg/ws/svc/2019/3',
      'backup/2019/03/sub/rg/ws/svc/a/1',
      'old/2019/3/5/sub/rg/ws/svc/a/1',
    );
    fc.assert(fc.property(pathBelow(before), asked, checkAbove), { numRuns: 3000 });
  });
});
