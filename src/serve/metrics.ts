import type { Destination } from './destination.js';
import type { CollectionTally } from './side-counters.js';

/** One side's destinations. */
export interface SideMetrics {
  readonly side: 'legacy' | 'v2';
  readonly destination: Destination;
}

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly values: (tally: CollectionTally) => Iterable<readonly [labels: string, value: number]>;
}

const PREFIX = 'mdc_bridge_serve_';

const METRICS: readonly Metric[] = [
  {
    name: 'rows_accepted_total',
    type: 'counter',
    help: 'Rows that were answered 200, or are about to be.',
    values: ({ accepted }) => [['', accepted]],
  },
  {
    name: 'rows_written_total',
    type: 'counter',
    help: 'Rows that the storage has, those that an earlier process had accepted among them.',
    values: ({ written }) => [['', written]],
  },
  {
    name: 'rows_dropped_total',
    type: 'counter',
    help: 'Rows that are not written, by reason.',
    values: ({ dropped }) => [...dropped].map(([reason, rows]) => [`,reason="${reason}"`, rows] as const),
  },
  {
    name: 'bytes_buffered',
    type: 'gauge',
    help: 'Bytes that wait for the storage.',
    values: ({ bytesBuffered }) => [['', bytesBuffered]],
  },
  {
    name: 'flush_lag_seconds',
    type: 'gauge',
    help: 'For so long rows have waited and none were written.',
    values: ({ lagMs }) => [['', lagMs / 1000]],
  },
];

/** All that is counted, as Prometheus reads it. @param requests answers by status. */
export function metricsText(sides: readonly SideMetrics[], requests: ReadonlyMap<number, number>): string {
  const lines: string[] = [];
  const head = ({ name, type, help }: Omit<Metric, 'values'>): void => {
    lines.push(`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} ${type}`);
  };
  const tallies = sides.flatMap(({ side, destination }) =>
    [...destination.counters.collections].map(([collection, tally]) => ({ side, collection, tally })),
  );
  for (const metric of METRICS) {
    head(metric);
    for (const { side, collection, tally } of summed(tallies)) {
      for (const [labels, value] of metric.values(tally)) {
        lines.push(
          `${PREFIX}${metric.name}{collection="${escaped(collection)}",side="${side}"${labels}} ${value}`,
        );
      }
    }
  }
  head({ name: 'requests_total', type: 'counter', help: 'Answers, by status.' });
  for (const [status, count] of requests) lines.push(`${PREFIX}requests_total{code="${status}"} ${count}`);
  return `${lines.join('\n')}\n`;
}

interface LabelledTally {
  readonly side: string;
  readonly collection: string;
  readonly tally: CollectionTally;
}

/** Each label once: a configuration may have sent a collection to several places. */
function summed(tallies: readonly LabelledTally[]): Iterable<LabelledTally> {
  const sums = new Map<string, LabelledTally>();
  for (const one of tallies) {
    const key = `${one.side} ${one.collection}`;
    const before = sums.get(key);
    sums.set(key, before === undefined ? one : { ...one, tally: sum(before.tally, one.tally) });
  }
  return sums.values();
}

function sum(a: CollectionTally, b: CollectionTally): CollectionTally {
  const dropped = new Map(a.dropped);
  for (const [reason, rows] of b.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + rows);
  return {
    accepted: a.accepted + b.accepted,
    written: a.written + b.written,
    dropped,
    bytesBuffered: a.bytesBuffered + b.bytesBuffered,
    lagMs: Math.max(a.lagMs, b.lagMs),
  };
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
