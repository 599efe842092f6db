import { ACTIONS } from '../../core/actions/action-table.ts';
import { batchesProgress, repairedTargets } from '../../core/operation/batch-progress.ts';
import { RUNBOOK_MARGIN_SECONDS } from '../../core/operation/heal-steps.ts';
import { MAXIMUM_BATCH, type TargetHealth } from '../../core/operation/layout.ts';
import { verificationLookId } from '../../core/operation/look-id.ts';
import type { StepId, StepRecord } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import type { Observation } from '../../core/verification/verification.ts';
import { isForGood, NotPermitted } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { TargetsUnavailable } from './choose-targets.ts';
import { type LookDeps, lookAtTargets } from './look-at-targets.ts';
import { runOnHosts } from './run-on-hosts.ts';

export interface VerifyOnHostsDeps extends LookDeps {
  readonly store: Pick<OperationStore, 'listSteps'>;
  readonly runbooks: LookDeps['runbooks'] & Pick<RunbookRunner, 'resolveTargets'>;
}

/**
 * The targets that have to be healthy in the end: those that were repaired and are still in the fleet. `undefined`
 * where no batches were laid out.
 *
 * @throws TargetsUnavailable if none is left
 */
export async function targetsToVerify(
  { store, runbooks }: VerifyOnHostsDeps,
  { operation }: ActionSubject,
  plan: OperationPlan,
): Promise<readonly string[] | undefined> {
  if (!operation.layout) return undefined;
  const steps = await store.listSteps(operation.operationId);
  const repaired = repairedTargets(batchesProgress({ ...plan, operation, steps, pending: undefined })) ?? [];
  const nodes = repaired.length === 0 ? [] : await runbooks.resolveTargets({ instanceIds: repaired });
  const left = repaired.filter((id) => nodes.some(({ instanceId }) => instanceId === id));
  if (left.length === 0) throw new TargetsUnavailable(`${operation.component}: no repaired target is left`);
  return left;
}

/** Whether one command, whose end a status event reports, reaches all of them; otherwise they are polled. */
export function fitsOneCommand(targets: readonly string[]): boolean {
  return targets.length <= MAXIMUM_BATCH;
}

/**
 * Sends the health runbook, which watches for the whole stability window; the function that learns its outcome
 * completes the token.
 *
 * @returns the step, to be recorded
 *
 * @throws TargetsUnavailable, or an error of the API
 */
export async function sendHealthRunbook(
  deps: VerifyOnHostsDeps,
  subject: ActionSubject,
  { strategy }: OperationPlan,
  stepId: StepId,
  targets: readonly string[] | undefined,
): Promise<StepRecord> {
  const { timeoutSeconds, stableSeconds } = strategy.verify;
  const how = {
    params: { timeoutSeconds, stableSeconds },
    everywhereAtOnce: true,
    timeoutSeconds: timeoutSeconds + stableSeconds + RUNBOOK_MARGIN_SECONDS,
  };
  const sent = await runOnHosts(deps, subject, stepId, ACTIONS.verify_health, how, targets);
  return {
    ...sent,
    operationId: subject.operation.operationId,
    stepId,
    component: subject.operation.component,
    action: ACTIONS.verify_health.type,
    onError: 'abort',
    startedAtMs: deps.clock.nowMs(),
  };
}

/** One look at targets that no single command reaches. */
export async function observeOnHosts(
  deps: VerifyOnHostsDeps,
  subject: ActionSubject,
  targets: readonly string[],
  round: number,
  look: number,
): Promise<Observation> {
  const health = await lookAtTargets(deps, subject, verificationLookId(round, look), targets).catch(
    (error: unknown): ReadonlyMap<string, TargetHealth> => {
      if (isForGood(error) && !(error instanceof NotPermitted)) return new Map();
      throw error;
    },
  );
  const found = [...health.values()];
  if (found.length === targets.length && found.every((each) => each === 'healthy')) return 'good';
  return found.includes('unhealthy') ? 'bad' : 'no-answer';
}
