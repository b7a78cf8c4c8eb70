/** What an event says of its sender: the last members of its line. Byte strings (one character a byte). */
export interface EventSender {
  readonly members: string;
}

/** The sender's attributes in the event format's order, and what more there is. All text is in byte strings. */
export function eventSender(
  modelVersion: string,
  collectDataType: string,
  agent: string,
  more: Iterable<readonly [name: string, value: string]>,
): EventSender {
  const pairs = [
    ['modelversion', modelVersion],
    ['collectdatatype', collectDataType],
    ['agent', agent],
    ...more,
  ] as const;
  return { members: pairs.map(([name, value]) => `,"${name}":${JSON.stringify(value)}`).join('') };
}
