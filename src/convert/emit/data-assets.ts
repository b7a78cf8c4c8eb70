import { formatCollectionPath } from '../../event/event-path.js';
import { ASSET_VERSION, historyAssetName, liveAssetName, tableAssetName } from './asset-names.js';
import { longUri, shortUri } from './asset-root.js';
import { dataPath, type EmitContext, type EmittedFile, tablePath } from './emitted-file.js';
import type { HistoricCollection } from './historic-collection.js';
import { yamlMap, yamlText } from './yaml-text.js';

const DATA_SCHEMA = 'https://azuremlschemas.azureedge.net/latest/data.schema.json';
const TABLE_SCHEMA = 'https://azuremlschemas.azureedge.net/latest/MLTable.schema.json';

/** Year, month, day and hour. */
const HOUR_FILES = '*/*/*/*/*.jsonl';

/** The collection as a folder, for monitors; and as a table, for training. */
export function dataAssets(collection: HistoricCollection, context: EmitContext): EmittedFile[] {
  return [
    folderAsset(collection, context),
    tableAsset(collection, context),
    tableDefinition(collection, context),
  ];
}

function folderAsset(collection: HistoricCollection, { root }: EmitContext): EmittedFile {
  const name = historyAssetName(collection, root);
  const why = root.isLive
    ? 'History lies in the folder that live collection writes to: this is the very asset that Azure ML registers once the ' +
      'deployment collects. Create it only to read the history before that.'
    : `History lies in a folder of its own, so its name differs from ${liveAssetName(collection)}: that is the asset that ` +
      'Azure ML registers by itself once the deployment collects.';
  const map = yamlMap(
    { key: '$schema', value: DATA_SCHEMA },
    { key: 'name', value: name, why },
    { key: 'version', value: ASSET_VERSION },
    {
      key: 'type',
      value: 'uri_folder',
      why: 'What the monitors read: they choose the hours of their window by the folders below it.',
    },
    { key: 'description', value: describe(collection) },
    {
      key: 'path',
      value: `${shortUri(root)}/${formatCollectionPath(collection)}`,
      why: "A datastore's path: the monitors take no https, abfss or wasbs address.",
    },
  );
  return { kind: 'data', name, path: dataPath(collection, name), text: yamlText(map, head(collection)) };
}

function tableAsset(collection: HistoricCollection, { root }: EmitContext): EmittedFile {
  const name = tableAssetName(collection, root);
  const map = yamlMap(
    { key: '$schema', value: DATA_SCHEMA },
    { key: 'name', value: name },
    { key: 'version', value: ASSET_VERSION },
    { key: 'type', value: 'mltable' },
    { key: 'description', value: `${describe(collection)}, for training` },
    {
      key: 'path',
      value: `../tables/${name}`,
      why: 'Only the MLTable file in it is uploaded: that names the events where they lie.',
    },
  );
  return { kind: 'data', name, path: dataPath(collection, name), text: yamlText(map, head(collection)) };
}

function tableDefinition(collection: HistoricCollection, { root, workspace }: EmitContext): EmittedFile {
  const name = tableAssetName(collection, root);
  const folder = `${longUri(root, workspace)}/${formatCollectionPath(collection)}`;
  const map = yamlMap(
    { key: '$schema', value: TABLE_SCHEMA },
    { key: 'type', value: 'mltable' },
    {
      key: 'paths',
      value: [{ pattern: `${folder}/${HOUR_FILES}` }],
      why: `The address is the long one, so that the table can be read outside of a job too.${datarefNote(collection)}`,
    },
    {
      key: 'transformations',
      value: [
        { read_json_lines: { encoding: 'utf8', invalid_lines: 'error', include_path_column: false } },
        { keep_columns: ['time', 'correlationid', 'data'] },
      ],
      why: 'The feature columns are in `data`, the list of the rows of one call. No transformation that Azure ML accepts makes a table of a list, so the last step is left to the reader (see the end).',
    },
    {
      key: 'metadata',
      value: {
        feature_columns: collection.columns.map(({ name: column, type }) => ({ name: column, type })),
        rows: collection.rows,
        events: collection.events,
      },
      why: `What the rows in \`data\` hold, by the plan.${rowIdNote(collection)}`,
    },
  );
  const text = yamlText(map, head(collection), READING);
  return { kind: 'table', name, path: tablePath(collection, name), text };
}

const READING = [
  'One line a row, one column a feature:',
  '  import mltable, pandas',
  "  events = mltable.load('.').to_pandas_dataframe()",
  "  rows = pandas.DataFrame(list(events['data'].explode().dropna()))",
].join('\n');

function head(collection: HistoricCollection): string {
  return `Written by mdc-bridge emit: the history of ${formatCollectionPath(collection)}.`;
}

function describe({ rows, days, endpoint, deployment, collection }: HistoricCollection): string {
  const what = `${collection} of ${endpoint}/${deployment}`;
  return `${what}, ${rows} rows collected by the v1 collector from ${days.start} up to ${days.end} (exclusive)`;
}

function datarefNote({ hasDatarefs }: HistoricCollection): string {
  return hasDatarefs
    ? ' Rows of events that were too large lie in files of their own (dataref) and are not read.'
    : '';
}

function rowIdNote({ rowId }: HistoricCollection): string {
  return rowId === undefined
    ? ''
    : ` The column ${JSON.stringify(rowId)}, which joins ground truth, was added to them.`;
}
