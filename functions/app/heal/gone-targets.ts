import { batchesProgress, leavesNothing } from '../../core/operation/batch-progress.ts';
import { healStep } from '../../core/operation/heal-steps.ts';
import { type ActionOutcome, doneTargets, type Inspection } from '../../core/operation/inspection.ts';
import type { SkippedTargets } from '../../core/operation/layout.ts';
import { type StepFailure, type StepRecord, stepPhase } from '../../core/operation/operation.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';

export interface GoneTargetsDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
}

export type Settled = ActionOutcome & {
  readonly targets: readonly string[];
  readonly skipped?: SkippedTargets;
  readonly failsAs?: StepFailure;
};

/**
 * What an action's outcome means once targets that have left the fleet are taken out of it: an instance that was
 * replaced ends its own part in the operation, and no other's. A node counts as gone when Systems Manager no longer
 * manages it, not when it is silent. It does not list an instance that is stopped: there, EC2's word counts.
 *
 * @param result as far as the inspection shows it; `undefined` while the action runs
 * @param step with the targets on which it was begun
 * @throws ServiceUnavailable
 */
export async function withoutGoneTargets(
  { store, runbooks }: GoneTargetsDeps,
  step: StepRecord,
  inspection: Inspection,
  result: ActionOutcome | undefined,
): Promise<Settled | undefined> {
  const asIs = result && { ...result, targets: step.targets };
  const phase = stepPhase(step.stepId);
  if (result?.outcome === 'SUCCEEDED' || (phase !== 'heal' && phase !== 'verify')) return asIs;
  const operation = await store.getOperation(step.operationId);
  if (!operation?.layout) return asIs;

  const done = doneTargets(inspection, step.targets);
  const open = step.targets.filter((id) => !done.has(id));
  const existing = inspection.targets.flatMap(({ id, exists }) => (exists ? [id] : []));
  // Not everything that is acted on is a node.
  const unsure = open.filter((id) => !existing.includes(id));
  if (unsure.length === 0) return asIs;
  const nodes = await runbooks.resolveTargets({ instanceIds: unsure });
  const known = new Set([...existing, ...nodes.map((node) => node.instanceId)]);
  const gone = open.filter((id) => !known.has(id));
  if (gone.length === 0) return asIs;
  const skipped = Object.fromEntries(gone.map((id) => [id, 'gone' as const]));
  if (gone.length < open.length) return asIs && { ...asIs, skipped };

  const left = step.targets.filter((id) => done.has(id));
  const detail = `${gone.join(', ')}: no longer a managed node`;
  if (left.length > 0) return { outcome: 'SUCCEEDED', targets: left, skipped, detail };
  const plan = await store.getPlan(operation.planId);
  const planned = plan && healStep(plan.strategy, operation, step.stepId);
  const steps = await store.listSteps(step.operationId);
  return !planned ||
    leavesNothing(batchesProgress({ ...plan, operation, steps, pending: undefined }), planned.batch)
    ? { outcome: 'FAILED', failsAs: 'TargetsUnavailable', targets: step.targets, skipped, detail }
    : { outcome: 'SKIPPED', targets: [], skipped, detail };
}
