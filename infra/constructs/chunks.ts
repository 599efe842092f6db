/** What a token of CloudFormation's may become: an account's id or a Region's name. */
const TOKEN_CHARACTERS = 20;

/** As few lists as possible, each of `room` characters of JSON at most. */
export function chunksOf<Item>(items: readonly Item[], room: number): readonly Item[][] {
  const chunks: Item[][] = [];
  let used = room;
  for (const item of items) {
    const characters = JSON.stringify(item).replaceAll(
      /\$\{Token\[[^\]]*\]\}/g,
      'x'.repeat(TOKEN_CHARACTERS),
    ).length;
    if (used + characters > room) {
      chunks.push([]);
      used = 0;
    }
    chunks.at(-1)?.push(item);
    used += characters + 1;
  }
  return chunks;
}
