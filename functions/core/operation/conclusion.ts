import type { ClaimKey, RolledBack } from '../admission/records.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { resultOf } from './failure.ts';
import type { Failure, FinalState, Operation, OperationResult } from './operation.ts';

/** Used when the strategy is no longer in the configuration. */
const DEFAULT_COOLDOWN_SECONDS = 300;

/** How an operation ended. */
export interface Conclusion extends ClaimKey {
  readonly strategyId: string;
  readonly state: FinalState;
  readonly result: OperationResult;
  readonly failure?: Failure;
  readonly warnings?: readonly string[];
  readonly completedAtMs: number;
  readonly cooldownUntilMs: number;
  readonly cooldownScope: 'component' | 'strategy';
  /** What it has rolled back for good. @default nothing; what is on record of earlier operations stays */
  readonly rolledBack?: RolledBack;
}

/** What the execution of an operation knows of its end. */
export interface OperationEnd {
  readonly fence: number;
  readonly state: FinalState;
  readonly failure?: Failure | undefined;
  /** What went wrong besides. */
  readonly warnings?: readonly string[];
}

/** @param strategy as the operation was admitted under; `undefined` if its plan is not on record */
export function conclusionOf(
  { operationId, component, strategyId }: Pick<Operation, 'operationId' | 'component' | 'strategyId'>,
  strategy: Pick<Strategy, 'actions' | 'cooldownSeconds' | 'cooldownScope'> | undefined,
  { fence, state, failure, warnings }: OperationEnd,
  completedAtMs: number,
): Conclusion {
  const cooldownSeconds = strategy?.cooldownSeconds ?? DEFAULT_COOLDOWN_SECONDS;
  return {
    operationId,
    component,
    fence,
    strategyId,
    state,
    result: resultOf(state, failure, strategy),
    ...(failure && { failure }),
    ...(warnings && warnings.length > 0 && { warnings }),
    completedAtMs,
    cooldownUntilMs: completedAtMs + cooldownSeconds * 1_000,
    cooldownScope: strategy?.cooldownScope ?? 'component',
  };
}
