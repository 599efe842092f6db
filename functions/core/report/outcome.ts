import { hasEnded, type Operation } from '../operation/operation.ts';
import { type Rate, wilson } from '../statistics/wilson.ts';

/** How an operation ended, or that it has not. */
export const REPORTED_OUTCOMES = ['SUCCESS', 'CONTAINED', 'UNVERIFIED', 'FAILED', 'RUNNING'] as const;
export type ReportedOutcome = (typeof REPORTED_OUTCOMES)[number];

/** How many, by name; names without any are left out. */
export type Counts<Name extends string> = Readonly<Partial<Record<Name, number>>>;

export function outcomeOf(operation: Operation): ReportedOutcome {
  if (!hasEnded(operation)) return 'RUNNING';
  return operation.result ?? (operation.state === 'COMPLETED' ? 'SUCCESS' : 'FAILED');
}

export function counted<Name extends string>(names: readonly Name[]): Counts<Name> {
  const groups = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...groups].map(([name, all]) => [name, all.length])) as Counts<Name>;
}

/**
 * Of the operations that were to repair something and have ended, the share whose repair was verified. What contains a
 * fault was not to repair it.
 */
export function successRateOf(operations: readonly Operation[]): Rate | undefined {
  const { SUCCESS = 0, UNVERIFIED = 0, FAILED = 0 } = counted(operations.map(outcomeOf));
  return wilson(SUCCESS, SUCCESS + UNVERIFIED + FAILED);
}
