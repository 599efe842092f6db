import type { ActionReference } from '../../core/actions/action-reference.ts';
import { type ActionOwner, type Inspection, outcomeOn } from '../../core/operation/inspection.ts';
import type { StepOutcome, StepRecord } from '../../core/operation/operation.ts';
import { plannedConsequence } from '../../core/operation/planned-step.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { Metrics } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TaskTokens } from '../../ports/executions.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type InspectDeps, inspectAction } from '../executors/executors.ts';
import { completeStep } from '../heal/complete-step.ts';
import { type GoneTargetsDeps, type Settled, withoutGoneTargets } from '../heal/gone-targets.ts';

export interface SettleDeps {
  readonly store: GoneTargetsDeps['store'] & Pick<OperationStore, 'getStep' | 'recordOutcome' | 'getClaim'>;
  readonly runbooks: GoneTargetsDeps['runbooks'];
  readonly tokens: TaskTokens;
  readonly metrics: Pick<Metrics, 'stepEnded'>;
  readonly clock: Clock;
}

/** `foreign`: the action belongs to no step of ours. */
export type Settlement = 'settled' | 'running' | 'foreign';

interface SettleOptions {
  /** Whether to look for targets that have left, though the action still waits for them. @default false */
  readonly isSilent?: boolean;
  /** The step that the action was begun for, where the service does not record it. */
  readonly owner?: ActionOwner;
}

interface Settling {
  readonly settlement: Settlement;
  /** Whether the action itself has ended; a step may be settled before. */
  readonly isOver: boolean;
  /** How far it has come on the targets that it has not ended on, for people. @default its service does not know it */
  readonly pending?: string;
}

/** Looks at an action of any executor, and settles its step. */
export async function settleStep(
  deps: SettleDeps & InspectDeps & { readonly runbooks: SettleDeps['runbooks'] & InspectDeps['runbooks'] },
  reference: ActionReference,
  options: SettleOptions = {},
): Promise<Settling> {
  return await settleInspected(deps, reference, await inspectAction(deps, reference), options);
}

/**
 * Settles an action: records the step's outcome, if it is the first, and completes the token. Called for every
 * completion event, and by the reconciler for actions that went silent; order and repetition don't matter.
 *
 * @param inspection `undefined` if the service does not know the action, or not yet
 */
export async function settleInspected(
  deps: SettleDeps,
  reference: ActionReference,
  inspection: Inspection | undefined,
  { isSilent = false, owner }: SettleOptions = {},
): Promise<Settling> {
  if (!inspection) return { settlement: 'running', isOver: false };
  const owned = owner ? { owner, ...inspection } : inspection;
  const settlement = await settle(deps, reference, owned, isSilent);
  const open = inspection.targets.filter(({ outcome }) => outcome === undefined).map(({ detail }) => detail);
  const { isWhole, outcome, detail } = inspection;
  const pending = isWhole && outcome === undefined ? detail : [...new Set(open)].join('; ');
  return { settlement, isOver: inspection.outcome !== undefined, pending };
}

async function settle(
  deps: SettleDeps,
  reference: ActionReference,
  inspection: Inspection,
  isSilent: boolean,
): Promise<Settlement> {
  const step = inspection.owner && (await stepOf(deps, inspection.owner));
  if (!step) return 'foreign';
  if (step.outcome !== undefined) {
    await completeStep(deps, { ...step, outcome: step.outcome });
    return 'settled';
  }
  const isRecorded = step.targets.length > 0;
  const targets = isRecorded ? step.targets : inspection.targets.map(({ id }) => id);
  const said = outcomeOn(inspection, targets);
  if (!said && !isSilent) return 'running';
  const result = await withoutGoneTargets(deps, { ...step, targets }, inspection, said);
  const isPartial = !isRecorded && targets.length < inspection.targetCount;
  if (!result || (result.outcome === 'SUCCEEDED' && isPartial)) return 'running';
  const { unreached = [] } = step;
  const isWhole = unreached.length === 0 || result.outcome !== 'SUCCEEDED';
  const { outcome, detail, ...facts }: Settled = isWhole
    ? result
    : {
        outcome: 'FAILED' as const,
        detail: `could not be done on ${unreached.join(', ')}; ${result.detail}`,
        targets: result.targets,
      };
  const left = outcome === 'SUCCEEDED' ? leftIn(inspection) : {};
  const all = { ...facts, skipped: { ...facts.skipped, ...left.skipped } };
  const undo = inspection.undo === undefined ? {} : { undo: inspection.undo };
  const replaced = left.replaced && { replaced: left.replaced };
  await endStep(
    deps,
    { ...step, ...withSkipped(step, all), ...replaced, ...undo, reference },
    outcome,
    detail,
  );
  return 'settled';
}

/** Targets that the action itself has ended: each has a successor, or ends its part in the operation. */
function leftIn({ targets }: Inspection): Pick<StepRecord, 'replaced' | 'skipped'> {
  const replaced = targets.flatMap(({ id, replacedBy }) => (replacedBy ? [[id, replacedBy] as const] : []));
  const gone = targets.flatMap(({ id, replacedBy }) =>
    replacedBy === null ? [[id, 'gone' as const] as const] : [],
  );
  return {
    ...(replaced.length > 0 && { replaced: Object.fromEntries(replaced) }),
    skipped: Object.fromEntries(gone),
  };
}

/** Targets that were skipped when the step began stay so. */
function withSkipped(
  { skipped = {} }: StepRecord,
  { skipped: added, ...facts }: Omit<Settled, 'outcome' | 'detail'>,
): Partial<StepRecord> {
  const all = { ...skipped, ...added };
  return { ...facts, ...(Object.keys(all).length > 0 && { skipped: all }) };
}

/** Records an outcome, unless there is one already, and completes the token with the one that stays. */
export async function endStep(
  deps: SettleDeps,
  step: StepRecord,
  outcome: StepOutcome,
  detail: string,
): Promise<void> {
  const ended = { ...step, outcome, detail: shortReason(detail), completedAtMs: deps.clock.nowMs() };
  if (await deps.store.recordOutcome(ended)) {
    deps.metrics.stepEnded(ended);
    await completeStep(deps, ended);
    return;
  }
  const first = await deps.store.getStep(step.operationId, step.stepId);
  if (first?.outcome !== undefined) await completeStep(deps, { ...first, outcome: first.outcome });
}

async function stepOf(deps: SettleDeps, owner: ActionOwner): Promise<StepRecord | undefined> {
  const { operationId, stepId, action } = owner;
  const recorded = await deps.store.getStep(operationId, stepId);
  if (recorded) return recorded;
  // The function that began it stopped before recording it. What the action says of itself is enough.
  const operation = await deps.store.getOperation(operationId);
  if (!operation || action === undefined) return undefined;
  if (owner.component !== undefined && owner.component !== operation.component) return undefined;
  const plan = await deps.store.getPlan(operation.planId);
  const consequence = plannedConsequence(plan?.strategy, operation, stepId);
  const { component } = operation;
  const startedAtMs = deps.clock.nowMs();
  return { operationId, stepId, component, action, ...consequence, startedAtMs, targets: [] };
}
