import type { Refusal, RefusalRecord } from '../../functions/core/admission/refusal.ts';
import type { Unasked } from './unasked.ts';

/** How long an alarm was not healed for one reason. Times are epoch milliseconds. */
export interface Wait extends Refusal {
  readonly strategyId?: string;
  readonly fromMs: number;
  /** When the reason changed, an operation began, or the alarm or the replay was over. */
  readonly untilMs: number;
}

/** One alarm from going off to being over, and what is known about it. */
export interface Episode {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly refusals: readonly RefusalRecord[];
  readonly unasked: readonly Unasked[];
  readonly operations: readonly { readonly operationId: string; readonly startedAtMs: number }[];
}

interface Reason extends Refusal {
  readonly strategyId?: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Whether it was seen more than once, so that the alarm did wait. */
  readonly isKept: boolean;
}

/**
 * What an alarm waited for: refusals, and rounds of the reconciler that did not ask, as long as the reason is the same.
 * A refusal that nothing followed is not a wait.
 */
export function waitsOf(episode: Episode): readonly Wait[] {
  const starts = episode.operations.map(({ startedAtMs }) => startedAtMs);
  const nextStart = (afterMs: number) => Math.min(...starts.filter((startMs) => startMs >= afterMs));
  const joined = joinedReasons(reasonsOf(episode), nextStart);
  return joined.flatMap(({ firstMs, lastMs, isKept, ...refusal }, index) => {
    const startMs = nextStart(lastMs);
    const untilMs = Math.min(
      startMs,
      joined[index + 1]?.firstMs ?? Number.POSITIVE_INFINITY,
      episode.untilMs,
    );
    return isKept || startMs === untilMs ? [{ ...refusal, fromMs: firstMs, untilMs }] : [];
  });
}

/** Refusals while an operation for the same alarm ran do not count. */
function reasonsOf({ fromMs, untilMs, refusals, unasked, operations }: Episode): readonly Reason[] {
  const own = new Set(operations.map(({ operationId }) => `operation ${operationId}`));
  const refused = refusals.map(
    ({ reason, detail, strategyId, eligibleAtMs, refusedAtMs }): Reason => ({
      reason,
      detail,
      ...(strategyId !== undefined && { strategyId }),
      ...(eligibleAtMs !== undefined && { eligibleAtMs }),
      firstMs: refusedAtMs,
      lastMs: refusedAtMs,
      isKept: false,
    }),
  );
  const waiting = unasked.flatMap(({ alarmName: _own, firstMs, lastMs, ...refusal }): readonly Reason[] =>
    lastMs < fromMs || firstMs > untilMs
      ? []
      : [
          {
            ...refusal,
            firstMs: Math.max(firstMs, fromMs),
            lastMs: Math.min(lastMs, untilMs),
            isKept: true,
          },
        ],
  );
  return [...refused, ...waiting]
    .filter(({ reason, detail }) => !(reason === 'IN_PROGRESS' && own.has(detail)))
    .sort((a, b) => a.firstMs - b.firstMs);
}

/** The same reason again, with no operation between, counts as one; the last says when it may be tried again. */
function joinedReasons(
  reasons: readonly Reason[],
  nextStart: (afterMs: number) => number,
): readonly Reason[] {
  const joined: Reason[] = [];
  for (const reason of reasons) {
    const before = joined.at(-1);
    if (before?.reason === reason.reason && nextStart(before.lastMs) > reason.firstMs) {
      const { detail, firstMs } = before;
      const lastMs = Math.max(before.lastMs, reason.lastMs);
      joined[joined.length - 1] = { ...reason, detail, firstMs, lastMs, isKept: true };
    } else joined.push(reason);
  }
  return joined;
}
