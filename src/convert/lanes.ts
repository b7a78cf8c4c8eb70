/** An array, or a list that makes its items when they are read. */
interface Items<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

/** Works on the items in their order, so many at once. After a failure no lane begins another item. */
export async function inLanes<T>(
  lanes: number,
  items: Items<T>,
  act: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next; index < items.length; index = next) {
      next += 1;
      try {
        await act(items.at(index) as T, index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}
