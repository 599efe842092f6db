/** What `describe-alarm-history` printed in one go. Times are epoch milliseconds. */
export interface HistoryPage {
  /** Where it stands, for people: the file, and its place in a list of pages. */
  readonly place: string;
  /** Times of its items, of whatever type, in the order of the page. */
  readonly timesMs: readonly number[];
  /** Whether it ends with a `NextToken`: more items follow. */
  readonly isCut: boolean;
}

/**
 * Places of the pages that are cut and whose continuation is not among the others. A page does not say which token it was
 * asked for with, so that the times decide: a continuation begins where the page ends, or beyond.
 */
export function cutPages(pages: readonly HistoryPage[]): readonly string[] {
  const cut = pages.filter(({ isCut }) => isCut);
  const follows = new Map(
    cut.map((page) => [page, pages.filter((other) => continues(page, other))] as const),
  );
  const taken = new Map<HistoryPage, HistoryPage>();
  /** Finds a continuation that no other page needs more: augmenting paths, as pages are few. */
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
  // Newest first, unless the page itself shows otherwise: so CloudWatch gives it if nobody asks for more.
  return first < last ? oldest >= last : newest <= last;
}
