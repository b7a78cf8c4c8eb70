/** What the service supports, by its documentation. */
const SUPPORTED = 5;

/** Of this process's collectors. */
const names = new Set<string>();

/** Warns once of each collection beyond those that the service supports. */
export function noteName(name: string): void {
  if (names.has(name)) return;
  names.add(name);
  if (names.size <= SUPPORTED) return;
  process.emitWarning(
    `${name} is the ${names.size}th collection of this process: Azure ML supports up to ${SUPPORTED} for a deployment`,
    'MdcBridgeWarning',
  );
}
