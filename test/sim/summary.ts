import type { Violation } from './checkers/evidence.ts';
import type { Simulation } from './simulate.ts';

/** The result of many runs. */
export interface Summary {
  readonly runs: number;
  readonly incidents: number;
  readonly operations: number;
  /** How often each kind of fault struck. */
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly (Violation & { readonly seed: number })[];
}

export const EMPTY_SUMMARY: Summary = { runs: 0, incidents: 0, operations: 0, faults: {}, violations: [] };

export function summaryOf({ seed, incidents, operations, faults, violations }: Simulation): Summary {
  const counts: Record<string, number> = {};
  for (const id of faults) {
    const kind = id.slice(0, id.indexOf(' @ '));
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return {
    runs: 1,
    incidents,
    operations,
    faults: counts,
    violations: violations.map((violation) => ({ ...violation, seed })),
  };
}

export function added(a: Summary, b: Summary): Summary {
  const kinds = [...new Set([...Object.keys(a.faults), ...Object.keys(b.faults)])].sort();
  return {
    runs: a.runs + b.runs,
    incidents: a.incidents + b.incidents,
    operations: a.operations + b.operations,
    faults: Object.fromEntries(kinds.map((kind) => [kind, (a.faults[kind] ?? 0) + (b.faults[kind] ?? 0)])),
    violations: [...a.violations, ...b.violations],
  };
}
