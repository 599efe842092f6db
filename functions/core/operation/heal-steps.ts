import { actionDefinition } from '../actions/action-table.ts';
import { isAgentFirst, mayUseGroups } from '../actions/isolation-way.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { MAXIMUM_TIMEOUT_SECONDS } from '../verification/verification.ts';
import { isDoneOnEach } from './action-effects.ts';
import { isReadmitted } from './batch-check.ts';
import { containmentOf } from './containment.ts';
import { type Operation, type StepId, stepNumber, stepPhase } from './operation.ts';
import { LIFT_STRATEGY } from './time-limit.ts';

/** How many heal steps an operation may have: their ids have three digits, in records and on hosts alike. */
const MAXIMUM_STEPS = 1_000;
/** What a health runbook may take besides looking: it is started, and its last look may be slow. */
export const RUNBOOK_MARGIN_SECONDS = 15;

type Laid = Pick<Operation, 'layout'>;

/** What a heal step does: one action of the strategy, or the check of its batch. */
export interface HealStep {
  readonly stepId: StepId;
  readonly batch: number;
  readonly action: Action;
  readonly isCheck: boolean;
  /** Whether it is the first that acts on the batch's targets. */
  readonly opensBatch: boolean;
  /** The earlier step on the same batch that it undoes. @default none */
  readonly undoes?: StepId;
}

/** How many batches an operation has; without a layout it is one, of whatever the alert or the component names. */
export function batchCount({ layout }: Laid): number {
  return layout?.batches.length ?? 1;
}

type BatchAction = Pick<HealStep, 'action' | 'isCheck'>;

/**
 * What is done to each batch. Its check comes last, or before its targets are put back into their load balancer. With one
 * batch that was not drained, the operation's own verification is its check.
 */
function batchActions(strategy: Strategy, laid: Laid): readonly BatchAction[] {
  const actions = strategy.actions.map((action): BatchAction => ({ action, isCheck: false }));
  const last = actions.findLastIndex(({ action }) => isDoneOnEach(action));
  const isBefore = isReadmitted(strategy);
  if (!isBefore && batchCount(laid) === 1) return actions;
  return actions.toSpliced(isBefore ? last : actions.length, 0, {
    action: checkOf(strategy),
    isCheck: true,
  });
}

/** The batches that fit into one operation. */
export function maximumBatches({ actions }: Pick<Strategy, 'actions'>): number {
  return Math.floor(MAXIMUM_STEPS / (actions.length + 1));
}

/**
 * All heal steps of an operation, in order: batch by batch every action, then the check. People are notified once: with
 * the first batch, or after the last if no action follows the notification.
 */
export function healSteps(strategy: Strategy, laid: Laid): readonly HealStep[] {
  const count = batchCount(laid) * batchActions(strategy, laid).length;
  return Array.from({ length: count }, (_, number) => healStep(strategy, laid, `heal-${number}`)).filter(
    (step) => step !== undefined,
  );
}

/** The step of this id, if the operation has one. */
export function healStep(strategy: Strategy, laid: Laid, stepId: StepId): HealStep | undefined {
  if (stepPhase(stepId) !== 'heal') return undefined;
  const each = batchActions(strategy, laid);
  const batch = Math.floor(stepNumber(stepId) / each.length);
  if (batch >= batchCount(laid)) return undefined;
  const index = stepNumber(stepId) % each.length;
  const step = each[index];
  if (step === undefined) return undefined;
  if (step.isCheck) return { stepId, batch, ...step, opensBatch: false };
  const { action } = step;
  const acts = (other: BatchAction) => !other.isCheck && isDoneOnEach(other.action);
  if (!isDoneOnEach(action)) {
    const isLast = !each.slice(index).some(acts);
    if (batch !== (isLast ? batchCount(laid) - 1 : 0)) return undefined;
  }
  const undone = undoneIndex(
    each.map((other) => other.action),
    index,
  );
  return {
    ...{ stepId, batch, action, isCheck: false, opensBatch: index === each.findIndex(acts) },
    ...(undone !== -1 && { undoes: `heal-${stepNumber(stepId) - index + undone}` as const }),
  };
}

/** The action before this one that it undoes, in the same strategy; -1 if it undoes none. */
function undoneIndex(actions: readonly Action[], index: number): number {
  const action = actions[index];
  return actions.slice(0, index).findLastIndex((done) => action !== undefined && isUndoneBy(done, action));
}

/** Whether an action undoes one that was done. */
export function isUndoneBy(done: Action, { type, params }: Action): boolean {
  const { undo, type: doneType } = actionDefinition(done.type);
  if (doneType !== type && undo !== type) return false;
  return actionDefinition(type).undoes?.(params, done.params) === true;
}

/**
 * The check of a batch asks the hosts for as long as the strategy's own verification would be waited for. In a lift, it
 * stops the next batch only where a failed action would.
 */
function checkOf({ id, verify, actions }: Strategy): Action {
  const timeoutSeconds = Math.min(MAXIMUM_TIMEOUT_SECONDS, verify.settleSeconds + verify.timeoutSeconds);
  const { stableSeconds } = verify;
  const containment = containmentOf(actions);
  return {
    type: containment ? 'verify_containment' : 'verify_health',
    params: { timeoutSeconds, stableSeconds, ...(containment && { containment, ...isolationWay(actions) }) },
    timeoutSeconds: timeoutSeconds + stableSeconds + RUNBOOK_MARGIN_SECONDS,
    onError: id === LIFT_STRATEGY && goesOn(actions) ? 'continue' : 'abort',
  };
}

/** How long the check of a batch waits for its hosts to be healthy in their target group, seconds. */
export function groupHealthWait(strategy: Strategy): {
  readonly settleSeconds: number;
  readonly timeoutSeconds: number;
} {
  const { settleSeconds, stableSeconds } = strategy.verify;
  const timeoutSeconds = checkOf(strategy).timeoutSeconds - RUNBOOK_MARGIN_SECONDS;
  return { settleSeconds: settleSeconds + stableSeconds, timeoutSeconds };
}

/** Whether no action on targets stops the operation where it fails. */
function goesOn(actions: readonly Action[]): boolean {
  return actions.every((action) => !isDoneOnEach(action) || action.onError === 'continue');
}

/** How the last isolation of a strategy is made, where security groups may make it. */
export function isolationWay(
  actions: readonly Pick<Action, 'type' | 'params'>[],
): { readonly by: 'security_groups' | 'agent_first'; readonly securityGroup: string } | undefined {
  const last = actions.findLast(({ type }) => type === 'isolate_network');
  if (last === undefined || !mayUseGroups(last.params)) return undefined;
  const by = isAgentFirst(last.params) ? 'agent_first' : 'security_groups';
  return { by, securityGroup: String(last.params['securityGroup']) };
}
