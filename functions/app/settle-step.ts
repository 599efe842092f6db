import { ACTION_TYPES, actionDefinition } from '../core/actions/action-table.ts';
import { commandOutcome } from '../core/operation/command-outcome.ts';
import { isStepId, type StepId, type StepOutcome, type StepRecord } from '../core/operation/operation.ts';
import { plannedConsequence } from '../core/operation/planned-step.ts';
import { shortReason } from '../core/signal/event-values.ts';
import type { Metrics } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { TaskTokens } from '../ports/executions.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { Command, RunbookRunner } from '../ports/runbook-runner.ts';
import { completeStep } from './complete-step.ts';
import { type GoneTargetsDeps, type Settled, withoutGoneTargets } from './gone-targets.ts';

export interface SettleDeps {
  readonly store: GoneTargetsDeps['store'] & Pick<OperationStore, 'getStep' | 'recordOutcome' | 'getClaim'>;
  readonly runbooks: GoneTargetsDeps['runbooks'] & Pick<RunbookRunner, 'listInvocations'>;
  readonly tokens: TaskTokens;
  readonly metrics: Pick<Metrics, 'stepEnded'>;
  readonly clock: Clock;
}

/** `foreign`: the command belongs to no step of ours. */
export type Settlement = 'settled' | 'running' | 'foreign';

/**
 * Takes in what a command came to: records the step's outcome, if it is the first, and completes the token.
 * Called for every status event, and by the reconciler for commands that went silent; order and repetition don't matter.
 *
 * @param options.isSilent whether to look for targets that have left, though the command still waits for them
 */
export async function settleStep(
  deps: SettleDeps,
  command: Command,
  { isSilent = false }: { readonly isSilent?: boolean } = {},
): Promise<Settlement> {
  const { operationId, stepId } = command.parameters;
  if (operationId === undefined || stepId === undefined || !isStepId(stepId)) return 'foreign';
  const step = await stepOf(deps, operationId, stepId, command);
  if (!step) return 'foreign';
  if (step.outcome !== undefined) {
    await completeStep(deps, { ...step, outcome: step.outcome });
    return 'settled';
  }
  const invocations = await deps.runbooks.listInvocations(command.commandId);
  const isRecorded = step.targets.length > 0;
  const targets = isRecorded ? step.targets : invocations.map(({ instanceId }) => instanceId);
  const said = commandOutcome(command.status, invocations, targets);
  if (!said && !isSilent) return 'running';
  const result = await withoutGoneTargets(deps, { ...step, targets }, invocations, said);
  const isPartial = !isRecorded && targets.length < command.targetCount;
  if (!result || (result.outcome === 'SUCCEEDED' && isPartial)) return 'running';
  const { unreached = [] } = step;
  const isWhole = unreached.length === 0 || result.outcome !== 'SUCCEEDED';
  const { outcome, detail, ...facts } = isWhole
    ? result
    : {
        outcome: 'FAILED' as const,
        detail: `could not be done on ${unreached.join(', ')}; ${result.detail}`,
        targets: result.targets,
      };
  await endStep(
    deps,
    { ...step, ...withSkipped(step, facts), commandId: command.commandId },
    outcome,
    detail,
  );
  return 'settled';
}

/** Targets that were skipped when the step began stay so. */
function withSkipped(
  { skipped = {} }: StepRecord,
  facts: Omit<Settled, 'outcome' | 'detail'>,
): Partial<StepRecord> {
  const all = { ...skipped, ...facts.skipped };
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

async function stepOf(
  deps: SettleDeps,
  operationId: string,
  stepId: StepId,
  command: Command,
): Promise<StepRecord | undefined> {
  const recorded = await deps.store.getStep(operationId, stepId);
  if (recorded) return recorded;
  // Whoever sent the command stopped before recording it. What the command says of itself is enough.
  const operation = await deps.store.getOperation(operationId);
  const action = ACTION_TYPES.find((type) => documentOf(type) === command.document);
  if (!operation || action === undefined || operation.component !== command.parameters['component'])
    return undefined;
  const plan = await deps.store.getPlan(operation.planId);
  const consequence = plannedConsequence(plan?.strategy, operation, stepId);
  const { component } = operation;
  const startedAtMs = deps.clock.nowMs();
  return { operationId, stepId, component, action, ...consequence, startedAtMs, targets: [] };
}

function documentOf(type: (typeof ACTION_TYPES)[number]): string | undefined {
  const definition = actionDefinition(type);
  return definition.kind === 'runbook' ? definition.document : undefined;
}
