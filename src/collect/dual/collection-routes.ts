import { CORRELATION_COLUMNS, type CorrelationFields } from '../../legacy/correlation.js';
import { collectionNameOf, mapNames } from '../../mapping/names.js';
import { type MappingSettings, resolveSettings } from '../../mapping/settings.js';
import { checkChoice } from '../choice.js';
import type { CollectorIdentity, CollectorSettings } from '../collector-settings.js';
import type { RowSink } from '../delivery/row-sink.js';
import type { EventRoute, EventRouteOptions } from '../events/event-route.js';
import type { EventRows } from '../events/event-rows.js';
import { RowIdColumn } from '../events/row-id-column.js';
import type { StageRecordOptions } from '../events/stage-record.js';
import { StorageOutlet } from '../events/storage-outlet.js';
import { correlationText } from '../rows/correlation-tail.js';
import type { PlainDoubles } from '../rows/plain-doubles.js';
import { RowBytes } from '../rows/row-bytes.js';
import { scoringTimestamp } from '../rows/target-names.js';
import type { EventSideOptions } from './event-side-options.js';
import { History } from './known-types.js';
import { TypedRowsEncoder } from './typed-rows.js';

const [, , , WORKSPACE, SERVICE, MODEL, VERSION] = CORRELATION_COLUMNS;
/** Of others' collections: a labeller has one for each version of each model that is still answered. */
const MAX_ROUTES = 64;
/** Rows of one call may be any number: what they need is asked for before they are accepted. */
const MAX_BYTES = 2 ** 31;

/** Where a collector's events go: into its own collection, or into that of the request that they answer, as their rows do. */
export class CollectionRoutes {
  readonly #settings: CollectorSettings;
  readonly #mapping: MappingSettings;
  readonly #history: History;
  readonly #rowId: RowIdColumn | undefined;
  readonly #sink: RowSink;
  readonly #record: StageRecordOptions;
  readonly #doubles: PlainDoubles;
  readonly #out = new RowBytes(MAX_BYTES);
  /** The least lately used one first. */
  readonly #routes = new Map<string, EventRoute>();
  /** Of the last call's request, which the next one's often shares. */
  #last: CollectorIdentity | undefined;
  #lastRoute: EventRoute | undefined;

  /** @throws MdcBridgeError `usage` for options that can't be, `plan-file` for a plan that can't be read. */
  constructor(
    settings: CollectorSettings,
    options: EventSideOptions,
    sink: RowSink,
    record: StageRecordOptions,
    doubles: PlainDoubles,
  ) {
    checkChoice('v2.empty', options.empty, ['null', 'string']);
    this.#settings = settings;
    this.#history = new History(options.types);
    this.#mapping = resolveSettings({ ...this.#history.settings, ...options });
    this.#rowId = this.#mapping.rowId && new RowIdColumn(this.#mapping.rowId);
    this.#sink = sink;
    this.#record = record;
    this.#doubles = doubles;
  }

  /**
   * Of the collection in which a conversion would look for rows of this model.
   *
   * @throws MdcBridgeError `plan-file` if the plan has no such collection.
   */
  optionsOf(identity: CollectorIdentity): EventRouteOptions & { readonly collection: string } {
    const { designation, file } = this.#settings;
    const collectionName = collectionNameOf(designation, file);
    const path = mapNames({ ...identity, designation, collectionName }, this.#mapping);
    const { endpoint, deployment, collection } = path;
    const outlet = new StorageOutlet(this.#sink, {
      workspace: identity.workspace,
      ...path,
      folder: `${endpoint}/${deployment}/${collection}/`,
      rollingRate: 'hour',
      instance: undefined,
    });
    const types = this.#history.typesOf(path);
    const place = outlet.stageRecord;
    return {
      collection,
      outlet,
      encoder: new TypedRowsEncoder(types, this.#mapping.empty, this.#doubles, this.#out),
      rowId: this.#rowId,
      ...(place === undefined ? {} : { stages: { place, options: this.#record } }),
    };
  }

  /**
   * Of rows with these correlations; `undefined` where that is the collector's own.
   *
   * @throws MdcBridgeError `usage` if they are none, `plan-file` if the plan has no such collection.
   */
  answering(fields: CorrelationFields, rows: EventRows): EventRoute | undefined {
    scoringTimestamp(fields);
    const last = this.#last;
    if (last === undefined || !isOf(last, fields)) {
      const identity = {
        workspace: correlationText(fields, WORKSPACE),
        service: correlationText(fields, SERVICE),
        model: correlationText(fields, MODEL),
        version: correlationText(fields, VERSION),
      };
      this.#lastRoute = isOf(this.#settings, fields) ? undefined : this.#routeTo(identity, rows);
      this.#last = identity;
    }
    return this.#lastRoute;
  }

  #routeTo(identity: CollectorIdentity, rows: EventRows): EventRoute {
    const { workspace, service, model, version } = identity;
    const key = [workspace, service, model, version].join('\0');
    const route = this.#routes.get(key) ?? rows.openRoute(this.optionsOf(identity));
    this.#routes.delete(key);
    this.#routes.set(key, route);
    const [oldest] = this.#routes.size > MAX_ROUTES ? this.#routes : [];
    if (oldest !== undefined) {
      this.#routes.delete(oldest[0]);
      rows.closeRoute(oldest[1]);
    }
    return route;
  }
}

/** Whether the correlations name this model. */
function isOf({ workspace, service, model, version }: CollectorIdentity, fields: CorrelationFields): boolean {
  return (
    fields[VERSION] === version &&
    fields[MODEL] === model &&
    fields[SERVICE] === service &&
    fields[WORKSPACE] === workspace
  );
}
