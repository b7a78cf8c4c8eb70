/** Raised when the bytes of converted events change; stands in every event's `agent`. */
export const MAPPING_VERSION = 1;
export const AGENT: string = `mdc-bridge/${MAPPING_VERSION}`;

/** The attributes of a collection file's event, in the order in which real ones (and ours) have them. */
export const EVENT_ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'datacontenttype',
  'time',
  'data',
  'dataref',
  'contentrange',
  'correlationid',
  'xrequestid',
  'modelversion',
  'collectdatatype',
  'agent',
] as const;

/** Everything of an event but its rows. */
export interface EventEnvelope {
  /** A UUID; deterministic in converted events. */
  readonly id: string;
  /** The deployment's resource path: see `eventSource`. */
  readonly source: string;
  readonly collection: string;
  /** RFC 3339, UTC, with `Z`; fractions keep the digits they had. */
  readonly time: string;
  readonly correlationId: string;
  readonly requestId: string;
}

/** The `source` attribute. A workspace that isn't sub/rg/ws stands as one segment. */
export function eventSource(workspace: string, endpoint: string, deployment: string): string {
  const parts = workspace.split('/');
  const scope =
    parts.length === 3
      ? `/subscriptions/${segment(parts[0])}/resourceGroups/${segment(parts[1])}` +
        `/providers/Microsoft.MachineLearningServices/workspaces/${segment(parts[2])}`
      : `/workspaces/${segment(workspace)}`;
  return `${scope}/onlineEndpoints/${segment(endpoint)}/deployments/${segment(deployment)}`;
}

/** Percent-encodes all but `A-Za-z0-9-_.~`; `encodeURIComponent` leaves five more, which RFC 3986 reserves. */
function segment(text = ''): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
