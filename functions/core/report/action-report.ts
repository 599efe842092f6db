import { type Operation, type StepOutcome, type StepRecord, stepPhase } from '../operation/operation.ts';
import { type Rate, wilson } from '../statistics/wilson.ts';
import { type Counts, counted, successRateOf } from './outcome.ts';

/** The outcome of one kind of action. */
export interface ActionReport {
  readonly action: string;
  /** Whether it was carried out to repair something, or to undo a repair. */
  readonly purpose: 'repair' | 'undo' | 'other';
  readonly steps: number;
  readonly outcomes: Counts<StepOutcome | 'RUNNING'>;
  /** Of the steps that have ended and were not skipped, the share that succeeded. */
  readonly stepSuccessRate?: Rate;
  /** Of the operations that carried it out to repair something, the share whose repair was verified. */
  readonly operationSuccessRate?: Rate;
}

export function actionReports(
  steps: readonly StepRecord[],
  operations: readonly Operation[],
): readonly ActionReport[] {
  const operationOf = new Map(operations.map((operation) => [operation.operationId, operation]));
  return [...Map.groupBy(steps, (step) => `${step.action}\n${purposeOf(step)}`).values()]
    .flatMap((own) => (own[0] ? [reportOf(own[0], own, operationOf)] : []))
    .toSorted(
      (a, b) => b.steps - a.steps || (`${a.action} ${a.purpose}` < `${b.action} ${b.purpose}` ? -1 : 1),
    );
}

function reportOf(
  first: StepRecord,
  own: readonly StepRecord[],
  operationOf: ReadonlyMap<string, Operation>,
): ActionReport {
  const purpose = purposeOf(first);
  const outcomes = counted(own.map(({ outcome = 'RUNNING' }) => outcome));
  const { SUCCEEDED = 0, RUNNING = 0, SKIPPED = 0 } = outcomes;
  const stepSuccessRate = wilson(SUCCEEDED, own.length - RUNNING - SKIPPED);
  const users = new Set(own.map(({ operationId }) => operationId));
  const operationSuccessRate =
    purpose === 'repair' ? successRateOf([...users].flatMap((id) => operationOf.get(id) ?? [])) : undefined;
  return {
    action: first.action,
    purpose,
    steps: own.length,
    outcomes,
    ...(stepSuccessRate && { stepSuccessRate }),
    ...(operationSuccessRate && { operationSuccessRate }),
  };
}

function purposeOf({ stepId }: StepRecord): ActionReport['purpose'] {
  const phase = stepPhase(stepId);
  if (phase === 'heal') return 'repair';
  return phase === 'rollback' ? 'undo' : 'other';
}
