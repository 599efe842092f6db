import { targetKindOf } from '../../core/configuration/target-selector.ts';
import { replaces, takesDown } from '../../core/operation/action-effects.ts';
import { hasFallback } from '../../core/operation/agent-first.ts';
import { isCheckedInGroup } from '../../core/operation/batch-check.ts';
import { batchesProgress, leavesNothing } from '../../core/operation/batch-progress.ts';
import type { HealStep } from '../../core/operation/heal-steps.ts';
import type { Candidate, SkippedTargets } from '../../core/operation/layout.ts';
import { gateLookId } from '../../core/operation/look-id.ts';
import type { StepFailure, StepRecord } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { availability, needsAgent, repairsWithoutAgent } from '../../core/operation/target-availability.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { type FindDeps, findAction } from '../executors/executors.ts';
import { type ActionNodesDeps, nodesForAction } from './action-nodes.ts';
import { closedGate, type GateDeps } from './gate.ts';

export interface BatchStepDeps extends GateDeps {
  readonly runbooks: GateDeps['runbooks'] & FindDeps['runbooks'];
  readonly instances: ActionNodesDeps['instances'];
}

/** Of hosts that were not isolated in the way that is to be undone. */
export const NOTHING_TO_LIFT = 'nothing was isolated in this way';

/** What to do for a step of a batch: begin its action, or end it at once. */
export type BatchStep =
  | {
      readonly kind: 'begin';
      readonly targets: readonly string[];
      readonly skipped: SkippedTargets;
      /** Ids of the targets on which it can't be done, so that it fails. */
      readonly unreached: readonly string[];
    }
  | { readonly kind: 'over'; readonly end: StepEnd };

/** The end of a step whose action has ended. */
export interface StepEnd {
  readonly outcome: 'SUCCEEDED' | 'SKIPPED' | 'FAILED' | 'UNKNOWN';
  readonly detail: string;
  readonly failsAs?: StepFailure;
  readonly skipped?: SkippedTargets;
  /** Ids of the targets on which it was done. @default none */
  readonly targets?: readonly string[];
  readonly undo?: string;
  /** Whether the operation ends with it, whatever the action's `onError` says. @default false */
  readonly isFinal?: boolean;
}

/**
 * Decides where a step of a batch goes. A target that is gone ends its own part in the operation and no other's; one
 * that is offline before the batch begins is skipped. A batch that takes healthy targets down does not wait: either its
 * gate is open, or the operation ends.
 *
 * @param attempt how often the state machine had tried the step before
 * @param only ids of the hosts on which a lift may do it; one of them that is out of reach keeps no other waiting. @default
 * it is no lift, and done on all
 * @throws ServiceUnavailable, or the error that refuses the look for good
 */
export async function batchStep(
  deps: BatchStepDeps,
  subject: ActionSubject,
  plan: OperationPlan,
  step: HealStep,
  records: readonly StepRecord[],
  attempt: number,
  only?: readonly string[],
): Promise<BatchStep> {
  const { operation } = subject;
  const { problem } = operation.layout ?? {};
  if (problem) return failed(problem.code, problem.detail, { isFinal: true });

  const progress = batchesProgress({ ...plan, operation, steps: records, pending: undefined });
  const all = progress[step.batch]?.targets ?? [];
  const part = only ? all.filter((id) => only.includes(id)) : all;
  if (only && part.length === 0) return over({ outcome: 'SKIPPED', detail: NOTHING_TO_LIFT });
  const nodes = part.length === 0 ? [] : await nodesForAction(deps, part, step.action);
  // What an action can't do without the agent, a later one may.
  const mayBeSkipped = step.opensBatch && !repairsWithoutAgent(plan.strategy.actions);
  const isOnRecord = records.some(({ stepId, change }) => stepId === step.stepId && change);
  // A batch is not drained if what follows could not be done.
  const byAgent = needsAgent(step.action) || (mayBeSkipped && !isOnRecord);
  // What an earlier try has had replaced may have left the fleet, and is still to be waited for.
  const isLeaving = isOnRecord && replaces([step.action]);
  const candidates = isLeaving
    ? part.map((instanceId): Candidate => ({ instanceId }))
    : availability(part, nodes, 'gone', byAgent);
  const isUntouched =
    mayBeSkipped && !isOnRecord && !(candidates.some(isAway) && (await wasBegunBefore(deps, subject, step)));
  const isSkipped = (candidate: Candidate) =>
    candidate.unavailable === 'gone' || (isUntouched && isAway(candidate));
  const skipped = Object.fromEntries(
    candidates.filter(isSkipped).map(({ instanceId, unavailable = 'gone' }) => [instanceId, unavailable]),
  );
  const left = candidates.filter((candidate) => !isSkipped(candidate));
  const unfit = left.filter(({ unavailable }) => unavailable !== undefined);
  const isBackedUp = hasFallback(plan.strategy.actions, step.action);
  const isPartial = only !== undefined && unfit.length < left.length;
  if (unfit.length > 0 && !isBackedUp && !isPartial) {
    const failsAs = step.isCheck ? 'BatchNotHealthy' : 'TargetsUnavailable';
    return failed(failsAs, `${described(unfit)}: not an online Linux node`, { skipped });
  }
  const targets = left.flatMap(({ instanceId, unavailable }) =>
    unavailable === undefined ? [instanceId] : [],
  );
  if (left.length === 0) {
    const detail =
      part.length > 0 ? `${described(candidates)}: nothing is left to repair` : 'nothing is left to repair';
    return leavesNothing(progress, step.batch)
      ? failed('TargetsUnavailable', detail, { skipped })
      : over({ outcome: 'SKIPPED', detail, skipped });
  }
  if (step.opensBatch && plan.strategy.actions.some(takesDown)) {
    const lookId = gateLookId(step.batch, attempt);
    const taken = left.map(({ instanceId }) => instanceId);
    const why = await closedGate(deps, subject, plan, lookId, taken, progress);
    if (why !== undefined && !isOnRecord && !(await wasBegunBefore(deps, subject, step)))
      return failed('TooFewHealthyTargets', why, { skipped, isFinal: true });
  }
  if (isOnlineEnough(step, plan)) {
    return over({ outcome: 'SUCCEEDED', detail: `${targets.join(', ')}: online`, skipped });
  }
  if (targets.length === 0)
    return over({ outcome: 'SKIPPED', detail: `${described(unfit)}: left to security groups`, skipped });
  return {
    kind: 'begin',
    targets,
    skipped,
    unreached: isPartial ? unfit.map(({ instanceId }) => instanceId) : [],
  };
}

/** Whether the check of a batch has nothing to look at but whether the hosts answer. */
export function isOnlineEnough(
  { isCheck, action }: HealStep,
  { strategy, component }: OperationPlan,
): boolean {
  if (!isCheck || action.type !== 'verify_health' || component.service !== undefined) return false;
  return !isCheckedInGroup(strategy, component);
}

/** Managed, but no command can be sent to it now. */
function isAway({ unavailable }: Candidate): boolean {
  return unavailable !== undefined && unavailable !== 'gone';
}

/**
 * An earlier try may have begun the step's action without recording it. Then the batch has already begun, and the
 * target answers the repetition.
 */
async function wasBegunBefore(
  deps: BatchStepDeps,
  { operation, component }: ActionSubject,
  { stepId, action }: HealStep,
): Promise<boolean> {
  const { operationId, startedAtMs: sinceMs } = operation;
  const kind = targetKindOf(component.targets);
  return (await findAction(deps, { operationId, stepId, sinceMs, action: action.type, kind })) !== undefined;
}

function over({ skipped = {}, ...end }: StepEnd): BatchStep {
  return { kind: 'over', end: { ...end, ...(Object.keys(skipped).length > 0 && { skipped }) } };
}

function failed(
  failsAs: StepFailure,
  detail: string,
  more: Pick<StepEnd, 'isFinal' | 'skipped'> = {},
): BatchStep {
  return over({ outcome: 'FAILED', failsAs, detail, ...more });
}

function described(candidates: readonly Candidate[]): string {
  return candidates.map(({ instanceId, unavailable }) => `${instanceId} (${unavailable})`).join(', ');
}
