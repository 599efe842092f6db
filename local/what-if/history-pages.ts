/** The output of one `describe-alarm-history`. Times are epoch milliseconds. */
export interface HistoryPage {
  /** Its origin, for people: the file, and its place in a list of pages. */
  readonly place: string;
  /** Times of its items of every type, in the order of the page. */
  readonly timesMs: readonly number[];
  /** Whether it ends with a `NextToken`: more items follow. */
  readonly isCut: boolean;
}

/**
 * Origins of the pages that are truncated and whose continuation is not among the others. A page does not say with
 * which token it was requested, so the times decide: a continuation begins where the page ends, or beyond.
 */
export function cutPages(pages: readonly HistoryPage[]): readonly string[] {
  const cut = pages.filter(({ isCut }) => isCut);
  const follows = new Map(
    cut.map((page) => [page, pages.filter((other) => continues(page, other))] as const),
  );
  const taken = new Map<HistoryPage, HistoryPage>();
  /** Matches pages with continuations by augmenting paths, which is fast enough for a few pages. */
  const settle = (page: HistoryPage, seen: Set<HistoryPage>): boolean =>
    (follows.get(page) ?? []).some((next) => {
      if (seen.has(next)) return false;
      seen.add(next);
      const holder = taken.get(next);
      if (holder !== undefined && !settle(holder, seen)) return false;
      taken.set(next, page);
      return true;
    });
  return cut.filter((page) => !settle(page, new Set())).map(({ place }) => place);
}

function continues(page: HistoryPage, next: HistoryPage): boolean {
  if (next === page) return false;
  const [first, last] = [page.timesMs[0], page.timesMs.at(-1)];
  // A page without items may stand anywhere.
  if (first === undefined || last === undefined || next.timesMs.length === 0) return true;
  const [oldest, newest] = [Math.min(...next.timesMs), Math.max(...next.timesMs)];
  // Newest first, CloudWatch's default, unless the page itself shows otherwise.
  return first < last ? oldest >= last : newest <= last;
}
