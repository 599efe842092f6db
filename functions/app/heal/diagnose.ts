import type { ClaimKey } from '../../core/admission/records.ts';
import { type Containment, containmentOf } from '../../core/operation/containment.ts';
import { healSteps } from '../../core/operation/heal-steps.ts';
import type { StepId } from '../../core/operation/operation.ts';
import type { EventPublisher } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type DenialDeps, notingDenials } from '../denials.ts';
import { type LayOutDeps, layOut } from './lay-out.ts';
import { plannedOperation } from './running-operation.ts';

export interface DiagnoseDeps {
  readonly store: LayOutDeps['store'] &
    DenialDeps['store'] &
    Pick<OperationStore, 'getOperation' | 'getPlan'>;
  readonly runbooks: LayOutDeps['runbooks'];
  readonly instances: LayOutDeps['instances'];
  readonly events: Pick<EventPublisher, 'stateChanged'>;
  readonly clock: Clock;
}

/** What the heal state machine carries out. */
export interface HealPlan {
  readonly rootCause: string;
  /** The steps' ids only: the steps themselves are on record, and those of a whole fleet would not fit into a state. */
  readonly steps: readonly { readonly stepId: StepId }[];
  readonly settleSeconds: number;
  /** Whether the strategy contains the fault, so that a person has to be called whatever the outcome. */
  readonly containment?: Containment;
}

/**
 * Announces the diagnosis, and lays out the batches of targets and the steps on them. A missing permission is noted,
 * because a retry may end in another error, which is then all that the operation's failure names.
 *
 * @throws OperationGone if the operation doesn't exist or has ended
 */
export async function diagnoseOperation(
  deps: DiagnoseDeps,
  key: Pick<ClaimKey, 'operationId' | 'fence'>,
): Promise<HealPlan> {
  return await notingDenials(deps, () => diagnosed(deps, key));
}

async function diagnosed(
  deps: DiagnoseDeps,
  { operationId, fence }: Pick<ClaimKey, 'operationId' | 'fence'>,
): Promise<HealPlan> {
  const { operation, plan } = await plannedOperation(deps.store, operationId);
  const { strategy } = plan;
  const containment = containmentOf(strategy.actions);
  await deps.events.stateChanged({ operation, state: 'DIAGNOSING', atMs: deps.clock.nowMs() });

  const layout = await layOut(deps, { operation, plan }, fence);
  const laid = { ...operation, ...(layout && { layout }) };
  await deps.events.stateChanged({
    operation: laid,
    state: 'HEALING',
    atMs: deps.clock.nowMs(),
  });

  return {
    rootCause: operation.diagnosis.rootCause,
    steps: healSteps(strategy, laid).map(({ stepId }) => ({ stepId })),
    settleSeconds: strategy.verify.settleSeconds,
    ...(containment && { containment }),
  };
}
