/** The output of one `describe-alarm-history`. Times are epoch milliseconds. */
export interface HistoryPage {
  /** Its origin, for people: the file, and its place in a list of pages. */
  readonly place: string;
  /** Times of its items of every type, in the order of the page. */
  readonly timesMs: readonly number[];
  readonly alarmNames: ReadonlySet<string>;
  /** Whether it ends with a `NextToken`: more items follow. */
  readonly isCut: boolean;
}

/**
 * Origins of the pages that are truncated and whose continuation is not among the others. A page does not say with
 * which token it was requested, so its content decides: a continuation begins where the page ends, or beyond, and has an
 * alarm of the page. Another file may be the history of another alarm.
 */
export function cutPages(pages: readonly HistoryPage[]): readonly string[] {
  const spans = pages.map(spanOf).toSorted((a, b) => b.newest - a.newest);
  const cut = pages.filter(({ isCut }) => isCut);
  /** The newest first: the next page of many is most likely the nearest. */
  const follows = new Map(
    cut.map((page) => [page, spans.flatMap((next) => (continues(page, next) ? [next.page] : []))] as const),
  );
  const taken = new Map<HistoryPage, HistoryPage>();
  /** Matches pages with continuations by augmenting paths. */
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

interface PageSpan {
  readonly page: HistoryPage;
  /** Without items, there is none: the oldest is newer than the newest. */
  readonly oldest: number;
  readonly newest: number;
}

function spanOf(page: HistoryPage): PageSpan {
  let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // One after another: a page may have more items than a call takes arguments.
  for (const timeMs of page.timesMs) {
    oldest = Math.min(oldest, timeMs);
    newest = Math.max(newest, timeMs);
  }
  return { page, oldest, newest };
}

function continues(page: HistoryPage, { page: next, oldest, newest }: PageSpan): boolean {
  if (next === page) return false;
  const [first, last] = [page.timesMs[0], page.timesMs.at(-1)];
  // A page without items may stand anywhere.
  if (first === undefined || last === undefined || next.timesMs.length === 0) return true;
  if (![...page.alarmNames].some((name) => next.alarmNames.has(name))) return false;
  // Newest first, CloudWatch's default, unless the page itself shows otherwise.
  return first < last ? oldest >= last : newest <= last;
}
