import {
  hasEnded,
  type Operation,
  type StepOutcome,
  type StepRecord,
} from '../../core/operation/operation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { inParallel } from '../in-parallel.ts';

const DAY_MS = 86_400_000;
/** Their steps are read one operation after another: a larger history belongs into an export. */
const OPERATIONS_AT_MOST = 1_000;
const READS_AT_A_TIME = 16;

/** How an operation ended, or that it has not. */
export const HISTORY_OUTCOMES = ['SUCCESS', 'CONTAINED', 'UNVERIFIED', 'FAILED', 'RUNNING'] as const;
export type HistoryOutcome = (typeof HISTORY_OUTCOMES)[number];

export interface StrategyHistory {
  readonly strategyId: string;
  readonly operations: number;
  readonly outcomes: Readonly<Partial<Record<HistoryOutcome, number>>>;
  /** From the signal to the verified recovery, over operations that ended with SUCCESS. @default there is none */
  readonly meanRecoveryMs?: number;
}

export interface ActionHistory {
  readonly action: string;
  readonly steps: number;
  readonly outcomes: Readonly<Partial<Record<StepOutcome | 'RUNNING', number>>>;
}

export interface History {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly operations: number;
  /** Whether older operations of the period were left out. */
  readonly isCut: boolean;
  readonly outcomes: Readonly<Partial<Record<HistoryOutcome, number>>>;
  readonly meanRecoveryMs?: number;
  /** Most operations first. */
  readonly strategies: readonly StrategyHistory[];
  /** Most steps first. */
  readonly actions: readonly ActionHistory[];
}

/** Counts over the operations that began within the last days, as far as the records go back. */
export async function history(
  {
    store,
    clock,
  }: {
    readonly store: Pick<OperationStore, 'listOperations' | 'listSteps'>;
    readonly clock: Pick<Clock, 'nowMs'>;
  },
  { days }: { readonly days: number },
): Promise<History> {
  const untilMs = clock.nowMs();
  const sinceMs = untilMs - days * DAY_MS;
  const listed = await store.listOperations(OPERATIONS_AT_MOST);
  const operations = listed.filter(({ startedAtMs }) => startedAtMs >= sinceMs);
  const steps: StepRecord[] = [];
  await inParallel(operations, READS_AT_A_TIME, async ({ operationId }) => {
    steps.push(...(await store.listSteps(operationId)));
  });
  return {
    sinceMs,
    untilMs,
    operations: operations.length,
    isCut: operations.length === OPERATIONS_AT_MOST,
    ...summaryOf(operations),
    strategies: [...Map.groupBy(operations, ({ strategyId }) => strategyId)]
      .map(([strategyId, own]) => ({ strategyId, operations: own.length, ...summaryOf(own) }))
      .toSorted((a, b) => b.operations - a.operations || a.strategyId.localeCompare(b.strategyId)),
    actions: [...Map.groupBy(steps, ({ action }) => action)]
      .map(([action, own]) => ({
        action,
        steps: own.length,
        outcomes: counted(own.map(({ outcome = 'RUNNING' }) => outcome)),
      }))
      .toSorted((a, b) => b.steps - a.steps || a.action.localeCompare(b.action)),
  };
}

function summaryOf(operations: readonly Operation[]): Pick<StrategyHistory, 'outcomes' | 'meanRecoveryMs'> {
  const recoveries = operations.flatMap(({ result, completedAtMs, alert }) =>
    result === 'SUCCESS' && completedAtMs !== undefined ? [completedAtMs - alert.occurredAtMs] : [],
  );
  const total = recoveries.reduce((sum, each) => sum + each, 0);
  return {
    outcomes: counted(operations.map(outcomeOf)),
    ...(recoveries.length > 0 && { meanRecoveryMs: total / recoveries.length }),
  };
}

export function outcomeOf(operation: Operation): HistoryOutcome {
  if (!hasEnded(operation)) return 'RUNNING';
  return operation.result ?? (operation.state === 'COMPLETED' ? 'SUCCESS' : 'FAILED');
}

function counted<Name extends string>(names: readonly Name[]): Partial<Record<Name, number>> {
  const groups = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...groups].map(([name, all]) => [name, all.length])) as Partial<
    Record<Name, number>
  >;
}
