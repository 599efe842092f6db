import type { OperationPlan } from '../operation/operation-plan.ts';
import type { ChangeIdentity, Claim } from './records.ts';

/** Everything that admission changes, to be written at once or not at all. */
export interface Grant {
  readonly operationId: string;
  readonly claim: Claim;
  readonly plan: OperationPlan;
  readonly attempt: number;
  readonly attemptsMs: readonly number[];
  readonly startedAtMs: number;
  readonly deadlineMs: number;
  /** The change that it rolls back for every component that it changed. @default none */
  readonly rollsBack?: ChangeIdentity;
}
