/** Handles all items, at most `limit` at a time, beginning in their order. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await handle(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/** Begins with another item every minute, so that a run that is cut off does not always leave out the same. */
export function rotated<Item>(items: readonly Item[], nowMs: number): readonly Item[] {
  const first = Math.floor(nowMs / 60_000) % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
