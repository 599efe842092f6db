import type { Findings } from '../../core/investigation/findings.ts';
import { logFindings, type SearchedGroup } from '../../core/investigation/log-findings.ts';
import { newSignatures } from '../../core/investigation/log-signatures.ts';
import { onsetWindows, type TimeRange } from '../../core/investigation/onset-windows.ts';
import { SEARCHED_GIGABYTES_AT_MOST } from '../../core/investigation/search-bounds.ts';
import type { Clock } from '../../ports/clock.ts';
import { NotPermitted, RequestRefused, ServiceError, ServiceUnavailable } from '../../ports/errors.ts';
import type { LogSearch, LogSearches, LogSearchProgress } from '../../ports/log-searches.ts';
import { type DenialDeps, noteDenial } from '../denials.ts';

export interface ReadLogsDeps extends DenialDeps {
  readonly logSearches: LogSearches;
  readonly clock: Clock;
}

/** Of each window. All are in memory at once, whole, and each look reads them again. */
const LINES_AT_MOST = 2_000;
const BYTES_A_GIGABYTE = 1e9;
const SEARCH_FOR_MS = 60_000;
/** The account's searches share ten looks a second, those of people included. Two operations have up to 20 searches. */
const LOOK_EVERY_MS = 4_000;
/** Nothing was started: all searches that the account may run at a time are under way, those of people included. */
const NO_ROOM = /LimitExceeded|Throttl/;

/** A search that has ended, or was stopped. */
interface Searched extends LogSearchProgress {
  /** Why there may be more lines than it found. @default it found all */
  readonly cut?: string;
}

/**
 * Searches log groups for the kinds of error lines that are new since the onset of a fault: those of the time since
 * then, without those of as long a time before. A group that cannot be searched is named, and the others are searched.
 */
export async function readLogs(
  deps: ReadLogsDeps,
  logGroups: readonly string[],
  alertedAtMs: number,
): Promise<Findings> {
  const { before, since } = onsetWindows(alertedAtMs, deps.clock.nowMs());
  const bytesAtMost = (SEARCHED_GIGABYTES_AT_MOST * BYTES_A_GIGABYTE) / (logGroups.length * 2);
  const groups = await Promise.all(
    logGroups.map((logGroup) => searchGroup(deps, logGroup, { before, since }, bytesAtMost)),
  );
  return logFindings(since.fromMs, groups);
}

async function searchGroup(
  deps: ReadLogsDeps,
  logGroup: string,
  { before, since }: { readonly before: TimeRange; readonly since: TimeRange },
  bytesAtMost: number,
): Promise<SearchedGroup> {
  const search = (range: TimeRange, keep: LogSearch['keep']) =>
    searched(deps, { logGroup, ...range, keep, limit: LINES_AT_MOST }, bytesAtMost);
  // Both have ended before either is judged: nothing goes on behind an error.
  const [earlier, later] = await Promise.allSettled([search(before, 'newest'), search(since, 'oldest')]);
  const bytesScanned = [earlier, later].reduce(
    (sum, each) => sum + (each.status === 'fulfilled' ? each.value.bytesScanned : 0),
    0,
  );
  const unsearched = async (error: unknown): Promise<SearchedGroup> => {
    if (!(error instanceof ServiceError)) throw error;
    if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
    return { logGroup, problems: [`not searched: ${error.name}: ${error.message}`], bytesScanned };
  };
  if (later.status === 'rejected') return await unsearched(later.reason);
  if (earlier.status === 'rejected') return await unsearched(earlier.reason);
  const [known, found] = [earlier.value, later.value];
  return {
    logGroup,
    signatures: newSignatures(known.lines, found.lines),
    problems: [
      ...(found.cut ? [`counts may be too low: ${found.cut}`] : []),
      ...(known.cut ? [`what is called new may be older: ${known.cut}`] : []),
    ],
    bytesScanned,
  };
}

/** @throws ServiceError only after the search has been stopped, so that it scans no more than it may */
async function searched(
  { logSearches, clock }: ReadLogsDeps,
  search: LogSearch,
  bytesAtMost: number,
): Promise<Searched> {
  const deadlineMs = clock.nowMs() + SEARCH_FOR_MS;
  const id = await started({ logSearches, clock }, search, deadlineMs);
  try {
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS);
      const isLate = clock.nowMs() >= deadlineMs;
      const progress = await look(logSearches, id, search, isLate);
      if (progress?.status === 'complete') return whole(progress, search);
      const isCostly = progress !== undefined && progress.bytesScanned > bytesAtMost;
      if (!progress || !(isCostly || isLate)) continue;
      await logSearches.stop(id);
      const why = isCostly ? 'it had scanned all that it may' : `it took ${SEARCH_FOR_MS / 1_000} s`;
      return { ...progress, cut: `the search was stopped when ${why}` };
    }
  } catch (error) {
    await logSearches.stop(id).catch(() => undefined);
    throw error;
  }
}

/** Begins a search, once there is room for it. */
async function started(
  { logSearches, clock }: Pick<ReadLogsDeps, 'logSearches' | 'clock'>,
  search: LogSearch,
  deadlineMs: number,
): Promise<string> {
  for (;;) {
    try {
      return await logSearches.start(search);
    } catch (error) {
      const isFull = error instanceof ServiceError && NO_ROOM.test(error.serviceCode ?? '');
      if (!isFull || clock.nowMs() + LOOK_EVERY_MS >= deadlineMs) throw error;
      await clock.sleep(LOOK_EVERY_MS);
    }
  }
}

/** @returns `undefined` if the service is unavailable and there is time to look again */
async function look(
  logSearches: LogSearches,
  id: string,
  search: LogSearch,
  isLast: boolean,
): Promise<LogSearchProgress | undefined> {
  try {
    const progress = await logSearches.read(id, search);
    if (progress.status !== 'failed') return progress;
  } catch (error) {
    if (error instanceof ServiceUnavailable && !isLast) return undefined;
    throw error;
  }
  throw new RequestRefused('logs:GetQueryResults: the search has failed, or was cancelled');
}

function whole(progress: LogSearchProgress, { limit }: LogSearch): Searched {
  return progress.lines.length < limit ? progress : { ...progress, cut: `there are ${limit} lines or more` };
}
