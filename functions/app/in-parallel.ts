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
