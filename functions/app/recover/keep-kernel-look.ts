import { kernelEvidence } from '../../core/diagnosis/kernel/kernel-evidence.ts';
import { KERNEL_LOOK_STEP, kernelLookStep } from '../../core/operation/kernel-look-step.ts';
import type { Operation } from '../../core/operation/operation.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';

export interface KeepKernelLookDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getStep' | 'recordOutcome'>;
  readonly runbooks: Pick<RunbookRunner, 'getCommand' | 'listInvocations'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/** The list of invocations is eventually consistent. */
const LOOKS = 4;
const PAUSE_MILLISECONDS = 500;

/**
 * Keeps what hosts have answered to the look at the kernel after a failed repair, as a step of its operation, and tells
 * the architect first if anything unusual was found. Once it is kept, repeated events do nothing.
 *
 * @returns `foreign` for a look that a person asked for
 */
export async function keepKernelLook(
  deps: KeepKernelLookDeps,
  commandId: string,
): Promise<'settled' | 'foreign'> {
  const command = await deps.runbooks.getCommand(commandId);
  const { operationId, stepId } = command?.parameters ?? {};
  if (!command || operationId === undefined || stepId !== KERNEL_LOOK_STEP) return 'foreign';
  const operation = await deps.store.getOperation(operationId);
  if (!operation) return 'foreign';
  if (await deps.store.getStep(operationId, KERNEL_LOOK_STEP)) return 'settled';

  const invocations = await invocationsOf(deps, commandId, command.targetCount);
  const { outcome, hasFindings, text } = kernelEvidence(invocations);
  // Before the record, which makes a repeated event do nothing: better twice than not at all.
  if (hasFindings) await notify(deps, operation, text);
  await deps.store.recordOutcome(
    kernelLookStep(operation, {
      outcome,
      detail: text,
      nowMs: deps.clock.nowMs(),
      targets: invocations.map(({ instanceId }) => instanceId),
      reference: { executor: 'run_command', id: commandId },
    }),
  );
  return 'settled';
}

function notify(
  { notifier }: KeepKernelLookDeps,
  { operationId, component, alert }: Operation,
  text: string,
): Promise<void> {
  return notifier.notify({
    topic: 'architect',
    subject: `Selfheal: ${component}: what the kernel shows after the failed repair`,
    body: {
      kind: 'kernel-look',
      message: `After the repair of ${component} had failed, the kernel showed:\n${text}`,
      ...{ operationId, component, metric: alert.metric, reason: alert.reason },
    },
  });
}

async function invocationsOf(
  { runbooks, clock }: KeepKernelLookDeps,
  commandId: string,
  targetCount: number,
): ReturnType<RunbookRunner['listInvocations']> {
  for (let look = 1; ; look += 1) {
    const invocations = await runbooks.listInvocations(commandId);
    if (invocations.length >= targetCount || look === LOOKS) return invocations;
    await clock.sleep(PAUSE_MILLISECONDS * look);
  }
}
