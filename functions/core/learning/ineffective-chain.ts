import type { JudgedOperation } from './outcome.ts';
import type { LearningSettings } from './settings.ts';

/** Repairs of one fault, one after another, of which none had a lasting effect. */
export interface IneffectiveChain {
  readonly strategyId: string;
  readonly repairs: number;
  /** When the last of them ended. */
  readonly lastEndedMs: number;
  /** When the strategy may be tried again: had the last repair lasted, it would be known by then. */
  readonly eligibleAtMs: number;
}

/** By strategy id. */
export type IneffectiveChains = ReadonlyMap<string, IneffectiveChain>;

/**
 * The chain of a strategy on a component, if it is long enough to call the strategy ineffective there: its last repairs of
 * this cause failed, changed nothing, or were followed by the same fault, each soon after the one before. Inconclusive ones
 * neither lengthen nor break it. A success that has not been followed by a fault yet is judged by the fault that asks now.
 */
export function ineffectiveChain(
  operations: readonly JudgedOperation[],
  {
    component,
    cause,
    strategyId,
  }: { readonly component: string; readonly cause: string; readonly strategyId: string },
  {
    relapseWithinSeconds,
    ineffectiveAfter,
  }: Pick<LearningSettings, 'relapseWithinSeconds' | 'ineffectiveAfter'>,
  nowMs: number,
): IneffectiveChain | undefined {
  const withinMs = relapseWithinSeconds * 1_000;
  const own = operations.filter(
    ({ operation, outcome }) =>
      operation.component === component &&
      operation.diagnosis.rootCause === cause &&
      operation.strategyId === strategyId &&
      outcome !== 'INCONCLUSIVE',
  );
  let nextMs = nowMs;
  let repairs = 0;
  for (const { operation } of own.toReversed()) {
    if (nextMs - operation.completedAtMs > withinMs) break;
    repairs += 1;
    nextMs = operation.startedAtMs;
  }
  const last = own.at(-1)?.operation;
  if (!last || repairs < ineffectiveAfter) return undefined;
  const lastEndedMs = last.completedAtMs;
  return { strategyId, repairs, lastEndedMs, eligibleAtMs: lastEndedMs + withinMs };
}
