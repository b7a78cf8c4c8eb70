import { describe, expect, it } from 'vitest';
import { plan } from '../../support/converted.js';
import { correlatedFile } from '../../support/legacy-file.js';
import { correlation } from '../../support/rows.js';

const DAY = '2024/02/29';

/** A row's eight values with an identity of its own. */
function rowOf(workspace: string, service: string, model: string, version: string): string {
  return `1,${correlation('x').replace('sub/rg/ws,svc,m,1', [workspace, service, model, version].join(','))}`;
}

/** Identities of the sources, in order of names, as `workspace service model version`. */
async function identities(
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof plan>[1] = {},
): Promise<string[]> {
  const { files: planned, names } = await plan(files, options);
  return planned.map(({ name }) => {
    const { workspace, service, model, version } = names[name]!;
    return [workspace, service, model, version].join(' ');
  });
}

const NOTHING = 'y\n1\n';

describe('whose a source is', () => {
  it('say its rows, in their own case, where they are the path’s ignoring case', async () => {
    const content = correlatedFile('a', rowOf('SUB/RG/Ws', 'Svc', 'M', '1'));
    expect(await identities({ [`sub/rg/ws/svc/m/1/inputs/${DAY}/inputs.csv`]: content })).toEqual([
      'SUB/RG/Ws Svc M 1',
    ]);
  });

  it('say its rows where a model’s name has a slash, which the path alone gets wrong', async () => {
    const content = correlatedFile('a', rowOf('sub/rg/ws', 'svc', 'team/model', '1'));
    expect(await identities({ [`sub/rg/ws/svc/team/model/1/inputs/${DAY}/inputs.csv`]: content })).toEqual([
      'sub/rg/ws svc team/model 1',
    ]);
  });

  it('says one row of the path’s among many others', async () => {
    const content = correlatedFile(
      'a',
      rowOf('sub/rg/ws', 'other', 'n', '2'),
      rowOf('sub/rg/ws', 'another', 'n', '2'),
      rowOf('sub/rg/ws', 'Svc', 'm', '1'),
    );
    const files = { [`sub/rg/ws/svc/m/1/general/${DAY}/web.csv`]: content };
    expect(await identities(files)).toEqual(['sub/rg/ws Svc m 1']);
    expect((await plan(files)).files[0]?.counts.otherIdentity).toBe(2);
  });

  it('says the path, from the right, where the rows are all another’s; they are counted', async () => {
    const files = {
      [`backup/sub/rg/ws/svc/m/1/general/${DAY}/web.csv`]: correlatedFile(
        'a',
        rowOf('sub/rg/ws', 'other', 'n', '2'),
      ),
    };
    expect(await identities(files)).toEqual(['sub/rg/ws svc m 1']);
    expect((await plan(files)).files[0]?.counts.otherIdentity).toBe(1);
  });

  it('says the path where rows say nothing: a workspace is its one to three last segments', async () => {
    expect(
      await identities(
        {
          [`a/b/c/d/e/svc/m/1/labels/${DAY}/labels.csv`]: NOTHING,
          [`ws/svc/m/1/labels/${DAY}/labels.csv`]: NOTHING,
          [`x/ws/svc/m/2/labels/${DAY}/labels.csv`]: NOTHING,
        },
        { endpoint: '{ws}-{service}' },
      ),
    ).toEqual(['c/d/e svc m 1', 'ws svc m 1', 'x/ws svc m 2']);
  });

  it('say its rows, which agree, where the path is too short', async () => {
    const content = correlatedFile(
      'a',
      rowOf('sub/rg/ws', 'svc', 'm', '1'),
      rowOf('sub/rg/ws', 'svc', 'm', '1'),
    );
    expect(await identities({ [`inputs/${DAY}/inputs.csv`]: content })).toEqual(['sub/rg/ws svc m 1']);
  });

  it('say its rows also where they differ in the workspace’s case only', async () => {
    const content = correlatedFile(
      'a',
      rowOf('sub/rg/WS', 'svc', 'm', '1'),
      rowOf('sub/rg/ws', 'svc', 'm', '1'),
    );
    expect(await identities({ [`inputs/${DAY}/inputs.csv`]: content })).toEqual(['sub/rg/WS svc m 1']);
  });

  it('say its rows where the designation has a prefix, whatever the path', async () => {
    const content = correlatedFile('a', rowOf('sub/rg/ws', 'svc', 'm', '1'));
    expect(await identities({ [`some/where/else/than/here/yinputs/${DAY}/inputs.csv`]: content })).toEqual([
      'sub/rg/ws svc m 1',
    ]);
  });

  it('say its siblings of the same path and prefix before its own path does', async () => {
    const before = 'sub/rg/ws/svc/team/model/1';
    expect(
      await identities({
        [`${before}/inputs/${DAY}/inputs.csv`]: correlatedFile(
          'a',
          rowOf('sub/rg/ws', 'svc', 'team/model', '1'),
        ),
        [`${before}/labels/${DAY}/labels.csv`]: NOTHING,
      }),
    ).toEqual(['sub/rg/ws svc team/model 1', 'sub/rg/ws svc team/model 1']);
  });

  it('does not say a sibling of another prefix', async () => {
    const files = {
      [`root/xinputs/${DAY}/inputs.csv`]: correlatedFile('a', rowOf('sub/rg/ws', 'svc', 'm', '1')),
      [`root/ylabels/${DAY}/labels.csv`]: NOTHING,
    };
    await expect(identities(files)).rejects.toMatchObject({
      code: 'plan',
      place: { file: `root/ylabels/${DAY}/labels.csv` },
    });
    expect(
      await identities(
        { ...files, [`root/ylabels/${DAY}/labels.csv`]: NOTHING },
        {
          identity: { 'root/y*/**': 'w/s/m/1' },
        },
      ),
    ).toEqual(['sub/rg/ws svc m 1', 'w s m 1']);
  });

  it('is asked of a person where rows disagree and the path is no help', async () => {
    const content = correlatedFile(
      'a',
      rowOf('sub/rg/ws', 'svc', 'm', '1'),
      rowOf('sub/rg/ws', 'svc', 'm', '2'),
    );
    const work = identities({ [`inputs/${DAY}/inputs.csv`]: content });
    await expect(work).rejects.toMatchObject({
      code: 'plan',
      message: expect.stringContaining("1 source can't be attributed"),
    });
  });

  it('may be given by pattern, over whatever else says something', async () => {
    const content = correlatedFile('a', rowOf('sub/rg/ws', 'svc', 'm', '1'));
    const files = { [`sub/rg/ws/svc/m/1/inputs/${DAY}/inputs.csv`]: content };
    expect(await identities(files, { identity: { '**/inputs/**': 'w1/w2/w3/s/m/9' } })).toEqual([
      'w1/w2/w3 s m 9',
    ]);
    await expect(identities(files, { identity: { '*': 'too/short' } })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('is one workspace whatever its case in each source; the first spelling stands for all', async () => {
    expect(
      await identities({
        [`SUB/rg/ws/svc/m/1/inputs/${DAY}/inputs.csv`]: correlatedFile(
          'a',
          rowOf('SUB/rg/ws', 'svc', 'm', '1'),
        ),
        [`sub/rg/ws/svc/m/1/labels/${DAY}/labels.csv`]: NOTHING,
      }),
    ).toEqual(['SUB/rg/ws svc m 1', 'SUB/rg/ws svc m 1']);
  });
});

describe('a source below a prefix', () => {
  it('is named within its container, prefix included', async () => {
    const name = `sub/rg/ws/svc/m/1/labels/${DAY}/labels.csv`;
    const { files, source } = await plan({ [name]: NOTHING }, { prefix: '/data/2024/' });
    expect([files[0]?.source, source.prefix]).toEqual([`data/2024/${name}`, 'data/2024/']);
  });

  it('has its identity from the prefix where that holds part of it', async () => {
    expect(
      await identities({ [`m/1/labels/${DAY}/labels.csv`]: NOTHING }, { prefix: 'sub/rg/ws/svc' }),
    ).toEqual(['sub/rg/ws svc m 1']);
  });
});
