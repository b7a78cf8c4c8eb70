import type { Stage } from '../../event/stage-line.js';
import type { Outbox } from '../delivery/outbox.js';
import type { Frame } from '../table.js';
import type { CallPart, CallPlaces } from './call-places.js';
import type { CollectedPart, EventOutlet, OutgoingRows } from './event-outlet.js';
import type { RowsEncoder } from './frame-encoder.js';
import type { RowIdColumn } from './row-id-column.js';
import { StageRecord, type StageRecordOptions, type StageRecordPlace } from './stage-record.js';

/** One call of `collect`, with what it is written under. */
export interface EventCall extends Pick<CollectedPart, 'time' | 'headers'> {
  readonly id: string;
  /** The id unless told. */
  readonly requestId?: string;
  readonly frame: Frame;
}

/** A collection that events go to, and in which form. */
export interface EventRouteOptions {
  readonly outlet: EventOutlet;
  readonly encoder: RowsEncoder;
  readonly rowId: RowIdColumn | undefined;
  /** Where the writer's stage is told; without it, nowhere. */
  readonly stages?: { readonly place: StageRecordPlace; readonly options: StageRecordOptions };
}

/** The way of calls into one collection. */
export class EventRoute {
  readonly outlet: EventOutlet;
  readonly #encoder: RowsEncoder;
  readonly #rowId: RowIdColumn | undefined;
  readonly #stages: StageRecord | undefined;
  readonly #places: CallPlaces;

  constructor({ outlet, encoder, rowId, stages }: EventRouteOptions, outbox: Outbox, places: CallPlaces) {
    this.outlet = outlet;
    this.#encoder = encoder;
    this.#places = places;
    this.#rowId = rowId;
    this.#stages = stages && new StageRecord(outbox, outlet.sink.url, stages.place, stages.options);
  }

  /** Whether the end of its stage is still to be told. */
  get isOpen(): boolean {
    return this.#stages?.isOpen === true;
  }

  /**
   * A call's rows as what waits in the outbox; its places are taken.
   *
   * @throws MdcBridgeError `usage` for what can't be written.
   */
  format(call: EventCall): OutgoingRows[] {
    this.#stages?.called();
    const places = this.#places.take(call.id, call.frame.count);
    const encodable = this.#encoder.open(call.frame, this.#rowId?.of(call.id, places));
    const isOne = places.length === 1;
    const part = ({ correlationId, start, end }: CallPart): CollectedPart => ({
      correlationId,
      requestId: call.requestId ?? call.id,
      time: call.time,
      headers: call.headers,
      data: isOne ? encodable.encode(start, end) : Uint8Array.from(encodable.encode(start, end)),
      rows: end - start,
    });
    return this.outlet.format(places.map(part));
  }

  /** Since when the writer is in its stage. */
  get since(): number | undefined {
    return this.#stages?.since;
  }

  /** The writer is in this stage: from now on, unless told since when. */
  note(stage: Stage, since?: number): void {
    this.#stages?.note(stage, since);
  }

  /** Nothing more may come. */
  end(): void {
    this.#stages?.end();
  }
}
