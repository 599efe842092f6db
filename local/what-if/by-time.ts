/**
 * The first position in a list from which on a condition holds: that of all later items, and of none before.
 *
 * @returns the length of the list if it holds for none
 */
export function firstWhere<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle] as Item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The items of a list in order of time from one time on, and before another. */
export function within<Item>(
  items: readonly Item[],
  timeMs: (item: Item) => number,
  fromMs: number,
  untilMs: number,
): readonly Item[] {
  return items.slice(
    firstWhere(items, (item) => timeMs(item) >= fromMs),
    firstWhere(items, (item) => timeMs(item) >= untilMs),
  );
}
