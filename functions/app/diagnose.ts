import { diagnose } from '../core/diagnosis/diagnose.ts';
import type { PlannedStep } from '../core/operation/operation.ts';
import type { EventPublisher } from '../ports/announcers.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import { plannedOperation } from './running-operation.ts';

export interface DiagnoseDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'enterPhase'>;
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly clock: Clock;
}

/** What the heal state machine carries out. */
export interface HealPlan {
  readonly rootCause: string;
  readonly steps: readonly PlannedStep[];
  readonly settleSeconds: number;
}

/**
 * Works out why the component is unwell, and lays out the strategy's steps.
 *
 * @throws OperationGone if the operation doesn't exist or has ended
 */
export async function diagnoseOperation(
  deps: DiagnoseDeps,
  { operationId }: { readonly operationId: string },
): Promise<HealPlan> {
  const { operation, plan } = await plannedOperation(deps.store, operationId);
  const { strategy } = plan;
  await deps.events.stateChanged({ operation, state: 'DIAGNOSING', atMs: deps.clock.nowMs() });

  const diagnosis = diagnose(operation.alert);
  await deps.store.enterPhase(operationId, 'HEALING', { diagnosis });
  await deps.events.stateChanged({
    operation: { ...operation, diagnosis },
    state: 'HEALING',
    atMs: deps.clock.nowMs(),
  });

  return {
    rootCause: diagnosis.rootCause,
    steps: strategy.actions.map((action, index) => ({ stepId: `heal-${index}`, action })),
    settleSeconds: strategy.verify.settleSeconds,
  };
}
