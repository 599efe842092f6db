import type { Refusal } from '../../core/admission/refusal.ts';
import { type Change, isSameChange } from '../../core/change/change.ts';
import { isReversible } from '../../core/change/change-event.ts';
import { type Hold, holdOf } from '../../core/change/change-hold.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { SupportedCause, SuspectedChange } from '../../core/diagnosis/cause.ts';
import { blamedKind, isPastGrace, suspectFor } from '../../core/diagnosis/causes/change-rules.ts';
import { type Evidence, troubleSinceMs } from '../../core/diagnosis/evidence.ts';
import { findCauses } from '../../core/diagnosis/find-causes.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { type LeaveToDependencyDeps, leaveToDependency } from './leave-to-dependency.ts';
import type { Questions } from './questions.ts';
import { strategiesFor } from './strategies-for.ts';

/** The alert with what was found out about it, or why its component is not healed now. */
export type Diagnosed = { readonly alert: HealthAlert } | { readonly refusal: Refusal };

/**
 * Diagnosis before admission: whether a dependency is at fault, whether a change is in progress, and what the causes may
 * be. Evidence is gathered once.
 */
export async function diagnoseAlert(
  deps: LeaveToDependencyDeps,
  alert: HealthAlert,
  { looksElsewhere, judgesCauses }: Questions,
): Promise<Diagnosed> {
  const evidence = await gatherEvidence(deps, alert);
  const elsewhere = looksElsewhere ? await leaveToDependency(deps, evidence) : undefined;
  if (elsewhere) return { refusal: elsewhere };
  if (!judgesCauses) return { alert };
  const judged = await judgeChanges(deps.configuration, evidence);
  if ('refusal' in judged) await deps.store.markUnhealthy(alert.component);
  return judged;
}

/** The alert with its likely causes and the change that may have caused it, or why nothing is healed now. */
export async function judgeChanges(
  { strategies }: CompiledConfiguration,
  evidence: Evidence,
): Promise<Diagnosed> {
  const watched = evidence.components[0]?.watched;
  // Of a proposal, what was found then says nothing now.
  const { change: _then, ...alert } = evidence.alert;
  // A change in progress must not be overlooked, nor one be rolled back twice.
  const unread = evidence.missing.find(
    ({ source }) => source === 'changes' || (source === 'operations' && watched !== undefined),
  );
  if (unread)
    return {
      refusal: { reason: 'LIMITS_UNKNOWN', detail: shortReason(`${unread.source}: ${unread.why}`) },
    };

  const causes = findCauses(evidence).supported;
  const suspect = suspectFor(causes, evidence);
  const judged: HealthAlert = { ...alert, causes, ...(suspect && { change: suspected(suspect, false) }) };
  const hold = holdOf(evidence);
  if (!hold) return { alert: judged };

  const rollback: HealthAlert = { ...judged, change: suspected(hold.change, true) };
  const mayRollBack =
    mayBeToBlame(hold, causes, suspect, evidence) &&
    'strategies' in (await strategiesFor(strategies, rollback));
  if (mayRollBack && isPastGrace(evidence)) return { alert: rollback };
  return { refusal: holdRefusal(hold, evidence) };
}

/** Whether a change in progress is the one to roll back: not if another one is to blame. */
function mayBeToBlame(
  { change, isOwn }: Hold,
  causes: readonly SupportedCause[],
  suspect: Change | undefined,
  evidence: Evidence,
): boolean {
  if (!isOwn || !isReversible(change) || change.startedAtMs > troubleSinceMs(evidence)) return false;
  return blamedKind(causes) === undefined || isSameChange(change, suspect);
}

function holdRefusal({ change, untilMs, isOwn }: Hold, evidence: Evidence): Refusal {
  const { component, summary, startedAtMs } = change;
  const { graceMs = 0 } = evidence.components[0]?.watched ?? {};
  const graceUntilMs = isOwn ? troubleSinceMs(evidence) + graceMs : untilMs;
  const detail = `${summary} of ${component} has been in progress since ${new Date(startedAtMs).toISOString()}`;
  return {
    reason: 'CHANGE_IN_PROGRESS',
    detail: shortReason(detail),
    eligibleAtMs: graceUntilMs > evidence.nowMs ? Math.min(untilMs, graceUntilMs) : untilMs,
  };
}

function suspected(
  { changeId, source, kind, resource, summary, startedAtMs, link }: Change,
  isInProgress: boolean,
): SuspectedChange {
  return {
    ...{ changeId, source, kind, summary, startedAtMs, isInProgress },
    ...(resource !== undefined && { resource }),
    ...(link !== undefined && { link }),
  };
}
