import type { ActionParams } from '../actions/action-definition.ts';
import { type ActionType, actionDefinition } from '../actions/action-table.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import type { OnFailure, Strategy } from '../configuration/schema/strategy-schema.ts';
import { isDoneOnce, isDoneOnEach } from './action-effects.ts';
import { type BatchProgress, batchesProgress, letsGoOn, type ProgressOf } from './batch-progress.ts';
import { isUndoneBy } from './heal-steps.ts';
import { chunked, hasOneTarget, MAXIMUM_BATCH } from './layout.ts';
import type { PlannedStep } from './operation.ts';

type Undo = Omit<PlannedStep, 'stepId'>;

/** Targets that are undone together, by one command each. */
interface Part {
  /** The inverses of what was begun on them. */
  readonly inverses: readonly Undo[];
  /** What puts them back into their load balancer, after everything else. */
  readonly readmission: readonly Undo[];
  /** Instance ids. @default those that the alert or the component names */
  readonly targets?: readonly string[];
}

/**
 * The undo steps of a failed operation, in order:
 * if the action that stopped it says `onError: rollback`, first the inverse of every action that was begun, last one
 * first, where it was sent to; then the strategy's own rollback actions; then safe mode, if that is how the plan ends.
 * A plan that maintains isolation never restores the network. Whatever stopped it, targets that were drained are put
 * back into their load balancer at the end; its health checks decide whether they get requests.
 *
 * It covers the batch that failed, and no other: batches that passed their check stay as they are, and the rest was
 * never touched. If no batch failed, but the operation's verification, it covers the targets that no check has proved
 * to be in service.
 *
 * Begun is enough: what failed on one host may have been done on others, and what could not be sent may have been sent
 * by an earlier try, whose end nobody saw. Undoing what was never done changes nothing.
 */
export function rollbackPlan(of: ProgressOf): readonly PlannedStep[] {
  const { onFailure, actions } = of.strategy.rollback;
  const own = withSafeMode(actions, onFailure);
  const parts = partsToUndo(of);
  const begun = batchesProgress(of).flatMap(({ steps }) => steps.filter(({ isBegun }) => isBegun));
  const last = parts.length - 1;
  const undo = parts.flatMap(({ inverses, readmission, targets }, index) => {
    const owned = own
      .filter((action) => isDoneOnEach(action) || index === last)
      .map(
        (action): Undo => ({
          action,
          ...undoneBy(action, begun),
          ...(targets && isDoneOnEach(action) && { targets }),
        }),
      );
    // What is undone already, with what was kept for it, is not undone again.
    return [...inverses, ...notIn(owned, inverses), ...notIn(readmission, owned)];
  });
  // People are notified, and a group is scaled back, whether or not any target was touched.
  const planned =
    parts.length > 0
      ? undo
      : own
          .filter((action) => !isDoneOnEach(action))
          .map((action): Undo => ({ action, ...undoneBy(action, begun) }));
  return planned
    .filter(({ action }) => !(onFailure === 'maintain_isolation' && LETS_IN.has(action.type)))
    .map((step, index) => ({ stepId: `rollback-${index}`, ...step }));
}

/** What an isolated target must not get back. */
const LETS_IN: ReadonlySet<ActionType> = new Set(['restore_network', 'restore_target']);

function notIn(undos: readonly Undo[], others: readonly Undo[]): readonly Undo[] {
  return undos.filter(
    ({ undoes }) => undoes === undefined || !others.some((other) => other.undoes === undoes),
  );
}

/** The step that one of the strategy's own undo actions undoes, if it undoes any. */
function undoneBy(own: Action, begun: BatchProgress['steps']): Pick<PlannedStep, 'undoes'> {
  const done = begun.findLast(({ action }) => isUndoneBy(action, own));
  return done ? { undoes: done.stepId } : {};
}

function partsToUndo(of: ProgressOf): readonly Part[] {
  const progress = batchesProgress(of);
  const left = progress.find(({ state }) => state === 'begun');
  if (left) return partOf(left);
  const [only] = progress;
  if (only && progress.length === 1) return isUntouchable(only, of) ? [] : partOf(only);
  const unproved = progress.filter(({ state, isProved }) => state === 'passed' && !isProved);
  const targets = unproved.flatMap((batch) => batch.targets ?? []);
  return chunked(targets, MAXIMUM_BATCH).map((chunk) => ({ inverses: [], readmission: [], targets: chunk }));
}

/** With its gate closed, and where nobody ever worked out which targets are to be repaired, nothing was touched. */
function isUntouchable({ isGateClosed, state, targets }: BatchProgress, { component }: ProgressOf): boolean {
  return isGateClosed || (state === 'untouched' && targets === undefined && !hasOneTarget(component));
}

function partOf({ steps, targets, replaced }: BatchProgress): readonly Part[] {
  // Nothing is left of a batch whose targets are all gone.
  if (targets?.length === 0) return [];
  // What was done to targets that were replaced since ended with them.
  const isUndoable = ({ record }: BatchProgress['steps'][number]) =>
    record === undefined || record.targets.length === 0 || record.targets.some((id) => !(id in replaced));
  const begun = steps.filter((step) => step.isBegun && isUndoable(step));
  const drained = begun.filter((step) => isLeftDrained(step, begun));
  const inverses = asksForInverses(steps)
    ? begun
        .filter((step) => step.action.type !== 'drain_target')
        .toReversed()
        .flatMap((step) => inverseOf(step, targets))
    : [];
  const readmission = drained.flatMap((step) => inverseOf(step, targets));
  return [{ inverses, readmission, ...(targets && { targets }) }];
}

/** Whether its targets were taken out of their load balancer, and not put back since. */
function isLeftDrained(
  { stepId, action }: BatchProgress['steps'][number],
  begun: BatchProgress['steps'],
): boolean {
  if (action.type !== 'drain_target') return false;
  return !begun.some(({ undoes, record }) => undoes === stepId && record?.outcome === 'SUCCEEDED');
}

/**
 * Whether the action that stopped the repair asks for the earlier ones to be undone. It is the first one that did not
 * succeed and was not to be passed over, on record or not: one that was refused, or whose function broke, never got a
 * record.
 */
function asksForInverses(steps: BatchProgress['steps']): boolean {
  const stopper = steps.find(
    ({ action, record }) => !(record && letsGoOn({ ...record, onError: action.onError })),
  );
  return stopper?.action.onError === 'rollback';
}

function inverseOf(
  { stepId, action, record }: BatchProgress['steps'][number],
  targets: readonly string[] | undefined,
): readonly Undo[] {
  const { undo, undoParams } = actionDefinition(action.type);
  const params = undoParams ? undoParams(action.params) : {};
  if (undo === undefined || params === undefined || record?.outcome === 'SKIPPED') return [];
  const sentTo = (record?.targets ?? []).filter((id) => targets?.includes(id) ?? true);
  const where = isDoneOnce(action) ? undefined : sentTo.length > 0 ? sentTo : targets;
  // An action that undoes itself is as slow both ways.
  const inverse = undoAction(
    undo as ActionType,
    params,
    undo === action.type ? action.timeoutSeconds : undefined,
  );
  return [{ action: inverse, ...(undoParams && { undoes: stepId }), ...(where && { targets: where }) }];
}

function withSafeMode(actions: Strategy['actions'], onFailure: OnFailure): readonly Action[] {
  const endsInSafeMode = actions.some(({ type }) => type === 'enter_safe_mode');
  return onFailure === 'enter_safe_mode' && !endsInSafeMode
    ? [...actions, undoAction('enter_safe_mode')]
    : actions;
}

function undoAction(type: ActionType, params: ActionParams = {}, timeoutSeconds?: number): Action {
  const definition = actionDefinition(type);
  return {
    type,
    params: definition.params.parse(params),
    timeoutSeconds: timeoutSeconds ?? definition.defaultTimeoutSeconds,
    onError: 'continue',
  };
}
