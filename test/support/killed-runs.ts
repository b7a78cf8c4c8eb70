import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type CliRun, runCli, startCli } from './cli-child.js';
import { isForReaders, Onlooker } from './onlooker.js';
import { journalOf } from './outcome.js';
import { contentsOf, type Place } from './places.js';

/** A holder that is killed while it takes the lock, before its name is in it, has it for a minute. */
const LOCK_MS = 75_000;
/** Reruns that may be killed too. */
const MOST_KILLS = 3;

/** One source, and how to reach it and its destinations. */
export interface KillTarget {
  /** As the command line names it. */
  readonly source: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A new, empty destination. */
  place(): Promise<Place>;
}

/** What was done, for the note of a test run. */
export interface KillTally {
  kills: number;
  /** Kills when nothing was visible yet, and when everything was. */
  early: number;
  late: number;
  /** Runs that ended before the moment came. */
  missed: number;
  /** Runs that had to wait for the lock of one that was killed while taking it. */
  waits: number;
  /** Contents that the onlooker has read. */
  reads: number;
  /** Of an uninterrupted run. */
  milliseconds: number;
}

/** What an uninterrupted run comes to. */
interface Whole {
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly milliseconds: number;
  /** So much of them after the first file was visible. */
  readonly visible: number;
}

/** Kills runs into new destinations at random moments until there were so many kills, and holds each end against a whole run's. */
export async function killRuns(target: KillTarget, kills: number, random: () => number): Promise<KillTally> {
  const whole = await wholeRun(target);
  const { milliseconds } = whole;
  const tally = { kills: 0, early: 0, late: 0, missed: 0, waits: 0, reads: 0, milliseconds };
  while (tally.kills < kills) await killRun(target, whole, random, tally);
  return tally;
}

async function wholeRun(target: KillTarget): Promise<Whole> {
  const place = await target.place();
  // Watched as the others are, which takes time.
  const onlooker = new Onlooker(place, new Map());
  const start = performance.now();
  expectDone(await convert(target, place).ended);
  const end = performance.now();
  await onlooker.end();
  const visible = Math.max(0, end - (await onlooker.first));
  return { contents: await contentsOf(place), milliseconds: end - start, visible };
}

async function killRun(
  target: KillTarget,
  whole: Whole,
  random: () => number,
  tally: KillTally,
): Promise<void> {
  const place = await target.place();
  const expected = new Map([...whole.contents].filter(([name]) => isForReaders(name)));
  const onlooker = new Onlooker(place, expected);
  for (let n = 0; n === 0 || (n < MOST_KILLS && random() < 0.4); n += 1) {
    const child = convert(target, place);
    const isOver = await Promise.race([child.ended, momentOf(random, whole, onlooker)]);
    child.process.kill('SIGKILL');
    const { status } = await child.ended;
    if (isOver !== undefined || status !== null) {
      tally.missed += 1;
      continue;
    }
    tally.kills += 1;
    const visible = [...(await place.list()).keys()].filter(isForReaders).length;
    if (visible === 0) tally.early += 1;
    if (visible === expected.size) tally.late += 1;
  }
  await finish(target, place, tally);
  await onlooker.end();
  tally.reads += onlooker.reads;
  expect(onlooker.wrong).toEqual([]);
  await expectWhole(target, place, whole);
}

/** Anywhere in a run, or anywhere in the part of it that readers see: starting and planning take as long. */
async function momentOf(random: () => number, whole: Whole, onlooker: Onlooker): Promise<undefined> {
  const [isLate, share] = [random() < 0.5, random()];
  if (isLate) await onlooker.first;
  await sleep(share * (isLate ? whole.visible : whole.milliseconds));
}

/** Again until it is done. */
async function finish(target: KillTarget, place: Place, tally: KillTally): Promise<void> {
  const start = performance.now();
  let ran = await convert(target, place).ended;
  if (isRefused(ran)) tally.waits += 1;
  while (isRefused(ran) && performance.now() - start < LOCK_MS) {
    await sleep(1000);
    ran = await convert(target, place).ended;
  }
  expectDone(ran);
}

function isRefused({ status, stderr }: CliRun): boolean {
  return status === 3 && stderr.includes("somebody whose lock can't be read");
}

async function expectWhole(target: KillTarget, place: Place, { contents }: Whole): Promise<void> {
  const found = await contentsOf(place);
  // Nothing staged or hidden is left, nor a lock.
  expect([...found.keys()]).toEqual([...contents.keys()]);
  for (const [name, content] of contents) {
    // One has entries in the order of the work, the other DEST's name.
    if (/^_migration\/[^/]+\/(?:journal\.jsonl|report\.json)$/.test(name)) continue;
    expect(found.get(name)?.equals(content), name).toBe(true);
  }
  expect(entries(found)).toEqual(entries(contents));
  const proof = await runCli(['verify', target.source, place.address], target.environment);
  expect(proof.status, proof.stdout + proof.stderr).toBe(0);
}

/** A source that is converted again has the same entry twice. */
function entries(contents: ReadonlyMap<string, Buffer>): string[] {
  return [...new Set(journalOf(contents).lines)].sort();
}

function convert({ source, environment }: KillTarget, { address }: Place): ReturnType<typeof startCli> {
  return startCli(['convert', source, address, '--workers', '2', '--quiet'], environment);
}

function expectDone({ status, stdout, stderr }: CliRun): void {
  expect([0, 1], stdout + stderr).toContain(status);
}
