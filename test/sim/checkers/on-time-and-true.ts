import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';

/** The longest gap between two looks at the time-out: a wait in whole seconds, and what the state machine takes. */
const LOOK_SLACK_MS = 4_000 + SKEW_MS;

/** 17. A verification ends at once when its time-out is over, and what is reported as ended has ended. */
export function onTimeAndTrue(evidence: Evidence): readonly string[] {
  return [...lateVerdicts(evidence), ...endedInNameOnly(evidence)];
}

/**
 * Judged by its looks: the first one after the time-out is the last, and must come without delay. A verification that
 * was hit by a fault, an outage or a missing permission is exempt.
 */
function lateVerdicts(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  const looksOf = Map.groupBy(trace.of('look'), ({ operationId }) => operationId);
  return trace.of('admitted').flatMap(({ operation: { operationId }, grant }) => {
    const looks = looksOf.get(operationId) ?? [];
    const [first] = looks;
    if (first === undefined) return [];
    const dueMs = first.atMs + grant.plan.strategy.verify.timeoutSeconds * 1_000;
    const last = looks.find(({ atMs }) => atMs >= dueMs);
    if (last === undefined || last.atMs <= dueMs + LOOK_SLACK_MS) return [];
    if (isStruck(evidence, operationId, first, last)) return [];
    return [`${operationId} was looked at ${last.atMs - dueMs} ms after its verification's time-out`];
  });
}

function isStruck(
  { trace }: Evidence,
  operationId: string,
  { atMs: fromMs }: Of<'look'>,
  { atMs: untilMs }: Of<'look'>,
): boolean {
  const isMeanwhile = (each: { readonly atMs: number }) => each.atMs >= fromMs && each.atMs <= untilMs;
  return (
    trace
      .of('fault')
      .some((each) => isMeanwhile(each) && (/verify/.test(each.id) || each.id.includes(operationId))) ||
    trace.of('outage').some((each) => each.atMs <= untilMs && each.untilMs >= fromMs) ||
    trace.of('denied').some((each) => isMeanwhile(each) && each.operationId === operationId)
  );
}

/** What the reconciler reports about operations whose execution has gone. */
function endedInNameOnly({ trace }: Evidence): readonly string[] {
  return trace.of('reported').flatMap(({ done, index }) =>
    done.flatMap((line) => {
      const [, what, operationId] = /^(ended|started to undo) (\S+), whose execution is /.exec(line) ?? [];
      if (what === undefined) return [];
      const isSo =
        what === 'ended'
          ? trace
              .of('concluded')
              .some((end) => end.conclusion.operationId === operationId && end.index < index)
          : trace
              .of('taken-over')
              .some(({ key, index: at }) => key.operationId === operationId && at < index);
      return isSo ? [] : [`the reconciler reported that it ${what} ${operationId}, and it did not`];
    }),
  );
}
