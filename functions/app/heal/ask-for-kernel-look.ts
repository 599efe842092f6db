import { selectsHosts } from '../../core/configuration/target-selector.ts';
import { kernelLookRequest } from '../../core/diagnosis/kernel/kernel-look-request.ts';
import { commandComment } from '../../core/operation/command-comment.ts';
import { KERNEL_LOOK_STEP, kernelLookStep } from '../../core/operation/kernel-look-step.ts';
import { type Operation, type StepRecord, stepPhase } from '../../core/operation/operation.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { isFit } from '../../core/operation/target-availability.ts';
import { shortReason } from '../../core/signal/event-values.ts';
import type { Clock } from '../../ports/clock.ts';
import { NotPermitted, ServiceError } from '../../ports/errors.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import { type DenialDeps, noteDenial } from '../denials.ts';

export interface AskForKernelLookDeps extends DenialDeps {
  readonly store: Pick<OperationStore, 'listSteps' | 'recordOutcome'> & DenialDeps['store'];
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets' | 'send'>;
  readonly clock: Clock;
}

/** Of several hosts with the same fault, some are enough. */
const MOST_HOSTS = 3;
const SECONDS = 10;

/**
 * Asks for a look at what the kernel does with the service of a component whose repair has failed. Waits for no answer:
 * `keepKernelLook` records it. That it cannot be asked for is recorded, and fails nothing.
 */
export async function askForKernelLook(
  deps: AskForKernelLookDeps,
  operation: Operation,
  plan: OperationPlan,
): Promise<void> {
  const { service, serviceManager, targets } = plan.component;
  if (!selectsHosts(targets) || service === undefined || serviceManager !== 'systemd') return;
  const { operationId, component, fence } = operation;
  try {
    const steps = await deps.store.listSteps(operationId);
    const nodes = await deps.runbooks.resolveTargets(targets);
    const fit = nodes.filter(isFit).map(({ instanceId }) => instanceId);
    const instanceIds = likelyFirst(operation, steps, fit).slice(0, MOST_HOSTS);
    if (instanceIds.length === 0) return;
    await deps.runbooks.send(
      kernelLookRequest({
        ...{ operationId, fence, component, service, instanceIds },
        seconds: SECONDS,
        stepId: KERNEL_LOOK_STEP,
        comment: commandComment(operationId, KERNEL_LOOK_STEP),
      }),
    );
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    await noteProblem(deps, operation, error);
  }
}

/** The hosts on which the fault is most likely to show: where the repair stopped, then those that the alert names. */
function likelyFirst(
  { alert }: Operation,
  steps: readonly StepRecord[],
  fit: readonly string[],
): readonly string[] {
  const tried = steps.filter(({ stepId }) => stepPhase(stepId) === 'heal');
  const wanted = [...tried.toReversed().flatMap(({ targets }) => targets), ...alert.targets];
  return [...new Set([...wanted.filter((id) => fit.includes(id)), ...fit.toSorted()])];
}

async function noteProblem(
  deps: AskForKernelLookDeps,
  operation: Operation,
  error: ServiceError,
): Promise<void> {
  if (error instanceof NotPermitted) await noteDenial(deps, error.denial);
  try {
    const nowMs = deps.clock.nowMs();
    await deps.store.recordOutcome(
      kernelLookStep(operation, { outcome: 'FAILED', detail: shortReason(error.message), nowMs }),
    );
  } catch (unrecorded) {
    // The operation has ended and people were notified: nothing depends on it.
    if (!(unrecorded instanceof ServiceError)) throw unrecorded;
  }
}
