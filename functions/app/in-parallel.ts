/**
 * Handles all items, at most `limit` at a time, beginning in their order. After a failure, no further item begins, and it is
 * thrown when those under way have ended: what a function leaves open when it returns, Lambda goes on with in a later
 * invocation.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of left) {
      if (failures.length > 0) return;
      try {
        await handle(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

/** Begins with another item every minute, so that a run that is cut off does not always leave out the same. */
export function rotated<Item>(items: readonly Item[], nowMs: number): readonly Item[] {
  const first = Math.floor(nowMs / 60_000) % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
