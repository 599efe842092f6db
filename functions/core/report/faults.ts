import type { Observation } from '../admission/observation.ts';
import type { RefusalReason, RefusalRecord } from '../admission/refusal.ts';
import type { Operation } from '../operation/operation.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { SEVERITIES } from '../signal/severity.ts';
import { outcomeOf } from './outcome.ts';
import type { PeriodRecords } from './period-records.ts';

/**
 * `HEALED`: a repair was verified. `RECOVERED_ALONE`: it was only observed, and the component recovered. `OPEN`: a repair
 * runs, or the component counts as unhealthy. `ENDED_UNKNOWN`: the component no longer counts as unhealthy, and no record
 * says since when: it recovered after a failed or unverified repair, or a person saw to it.
 */
export const FAULT_ENDS = ['HEALED', 'RECOVERED_ALONE', 'CONTAINED', 'OPEN', 'ENDED_UNKNOWN'] as const;
export type FaultEnd = (typeof FAULT_ENDS)[number];

/** One fault of one component, from its first signal until it was over, with all that was tried meanwhile. */
export interface Fault {
  readonly component: string;
  /** As its first operation was diagnosed. */
  readonly cause: string;
  readonly metric: string;
  /** The worst of its signals. */
  readonly severity: HealthAlert['severity'];
  /** Its first signal, by the signal's own time. */
  readonly beganAtMs: number;
  /** When Selfheal first decided about one of its signals, whatever it decided. */
  readonly detectedAtMs: number;
  /** When its first repair began. @default none did */
  readonly acknowledgedAtMs?: number;
  readonly end: FaultEnd;
  /** When it was over, as far as a record says so. */
  readonly endedAtMs?: number;
  /** Until when records show that it went on. */
  readonly lastSeenAtMs: number;
  readonly operationIds: readonly string[];
  /** In the order in which they were tried. */
  readonly strategyIds: readonly string[];
  /** Signals that were refused before or between its repairs. */
  readonly refusals: number;
}

/** Refusals that postpone a repair. Others end the matter as far as Selfheal is concerned. */
const POSTPONING: ReadonlySet<RefusalReason> = new Set([
  ...(['TRIGGER_PENDING', 'IN_PROGRESS', 'COOLDOWN', 'ATTEMPTS_SPENT', 'TARGET_BUSY', 'GROUP_BUSY'] as const),
  ...([
    'INEFFECTIVE',
    'GROUP_UNHEALTHY',
    'CAPACITY_SHORT',
    'FLEET_BUSY',
    'LIMITS_UNKNOWN',
    'AWAITING_APPROVAL',
    'PAUSED',
  ] as const),
]);

/** A signal this long after everything of a fault is over begins another one. */
const GAP_MS = 3_600_000;

/** Something on record about a component's fault. */
interface Trace {
  readonly atMs: number;
  readonly decidedAtMs: number;
  /** How long it shows that the fault went on. */
  readonly untilMs: number;
  readonly operation?: Operation;
  readonly observation?: Observation;
}

/** The faults that touch the period, in the order in which they began. */
export function faultsOf(records: PeriodRecords): readonly Fault[] {
  const { sinceMs, untilMs } = records;
  const traces = [
    ...records.operations.map(
      (operation) => [operation.component, operationTrace(operation, untilMs)] as const,
    ),
    ...records.observations.map(
      (each) => [each.operation.component, observationTrace(each, untilMs)] as const,
    ),
    ...records.refusals.flatMap((refusal) =>
      POSTPONING.has(refusal.reason) ? [[refusal.component, refusalTrace(refusal, untilMs)] as const] : [],
    ),
  ].filter(([, { decidedAtMs }]) => decidedAtMs < untilMs);
  return [...Map.groupBy(traces, ([component]) => component)]
    .flatMap(([component, own]) =>
      runsOf(own.map(([, trace]) => trace)).flatMap((run, index, runs) => {
        const isLast = index === runs.length - 1;
        const fault = faultOf(component, run, isLast && records.unhealthy.includes(component));
        return fault ? [fault] : [];
      }),
    )
    .filter(({ end, endedAtMs, lastSeenAtMs }) => end === 'OPEN' || (endedAtMs ?? lastSeenAtMs) >= sinceMs)
    .toSorted((a, b) => a.beganAtMs - b.beganAtMs || (a.component < b.component ? -1 : 1));
}

function operationTrace(operation: Operation, nowMs: number): Trace {
  const { alert, startedAtMs, completedAtMs = nowMs } = operation;
  return { atMs: alert.occurredAtMs, decidedAtMs: startedAtMs, untilMs: completedAtMs, operation };
}

function observationTrace(observation: Observation, nowMs: number): Trace {
  const { operation, untilMs, recoveredAtMs } = observation;
  return {
    atMs: operation.alert.occurredAtMs,
    decidedAtMs: operation.startedAtMs,
    untilMs: Math.min(nowMs, recoveredAtMs ?? untilMs),
    observation,
  };
}

function refusalTrace({ occurredAtMs, refusedAtMs, eligibleAtMs = 0 }: RefusalRecord, nowMs: number): Trace {
  const untilMs = Math.max(refusedAtMs, Math.min(nowMs, eligibleAtMs));
  return { atMs: occurredAtMs, decidedAtMs: refusedAtMs, untilMs };
}

/** Splits what is on record about a component where a fault was over. */
function runsOf(traces: readonly Trace[]): readonly (readonly Trace[])[] {
  const runs: { readonly traces: Trace[]; quietFromMs: number; overAtMs: number | undefined }[] = [];
  for (const trace of traces.toSorted((a, b) => a.decidedAtMs - b.decidedAtMs || a.atMs - b.atMs)) {
    const run = runs.at(-1);
    const belongs =
      run &&
      (run.overAtMs === undefined
        ? trace.atMs <= run.quietFromMs + GAP_MS
        : trace.decidedAtMs < run.overAtMs);
    if (!belongs) {
      runs.push({ traces: [trace], quietFromMs: trace.untilMs, overAtMs: overAt(trace) });
      continue;
    }
    run.traces.push(trace);
    run.quietFromMs = Math.max(run.quietFromMs, trace.untilMs);
    run.overAtMs ??= overAt(trace);
  }
  return runs.map((run) => run.traces);
}

/** When a fault was over, if this shows that it was. */
function overAt({ operation, observation }: Trace): number | undefined {
  if (observation) return observation.recoveredAtMs;
  return operation && outcomeOf(operation) === 'SUCCESS' ? operation.completedAtMs : undefined;
}

/** @returns `undefined` for signals that led to nothing */
function faultOf(component: string, run: readonly Trace[], isUnhealthy: boolean): Fault | undefined {
  const carried = run.flatMap(({ operation }) => (operation ? [operation] : []));
  const decided = run.flatMap(({ operation, observation }) => operation ?? observation?.operation ?? []);
  const [first] = decided;
  if (!first) return undefined;
  const endedAtMs = run.map(overAt).findLast((atMs) => atMs !== undefined);
  const severities = decided.map(({ alert }) => alert.severity);
  return {
    component,
    cause: first.diagnosis.rootCause,
    metric: first.alert.metric,
    severity: SEVERITIES.findLast((each) => severities.includes(each)) ?? first.alert.severity,
    beganAtMs: Math.min(...run.map(({ atMs }) => atMs)),
    detectedAtMs: Math.min(...run.map(({ decidedAtMs }) => decidedAtMs)),
    ...(carried[0] && { acknowledgedAtMs: carried[0].startedAtMs }),
    end: endOf(run, carried, isUnhealthy),
    ...(endedAtMs !== undefined && { endedAtMs }),
    lastSeenAtMs: Math.max(...run.map(({ untilMs }) => untilMs)),
    operationIds: carried.map(({ operationId }) => operationId),
    strategyIds: [...new Set(decided.map(({ strategyId }) => strategyId))],
    refusals: run.filter(({ operation, observation }) => !(operation || observation)).length,
  };
}

function endOf(run: readonly Trace[], carried: readonly Operation[], isUnhealthy: boolean): FaultEnd {
  const over = run.findLast((trace) => overAt(trace) !== undefined);
  if (over) return over.operation ? 'HEALED' : 'RECOVERED_ALONE';
  const last = carried.at(-1);
  if (isUnhealthy || (last && outcomeOf(last) === 'RUNNING')) return 'OPEN';
  return last && outcomeOf(last) === 'CONTAINED' ? 'CONTAINED' : 'ENDED_UNKNOWN';
}
