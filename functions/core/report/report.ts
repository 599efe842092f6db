import type { RefusalReason } from '../admission/refusal.ts';
import type { CorrelatedIncident } from '../correlation/correlated-incident.ts';
import type { Operation } from '../operation/operation.ts';
import { type Durations, summarised } from '../statistics/durations.ts';
import type { Rate } from '../statistics/wilson.ts';
import { type ActionReport, actionReports } from './action-report.ts';
import { type Availability, availabilityOf } from './availability.ts';
import { FAULT_ENDS, type Fault, type FaultEnd, faultsOf } from './faults.ts';
import { type Counts, counted, outcomeOf, type ReportedOutcome, successRateOf } from './outcome.ts';
import { type PeriodFinding, periodFindings } from './period-findings.ts';
import type { PeriodRecords } from './period-records.ts';
import { type RecurringFault, recurringFaults } from './recurring.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Operations that have something in common. */
export interface Effectiveness {
  readonly name: string;
  readonly operations: number;
  readonly outcomes: Counts<ReportedOutcome>;
  /** @default none was to repair something and has ended */
  readonly successRate?: Rate;
  /** From the signal of an operation until its repair was verified. @default none was */
  readonly recovery?: Durations;
}

export interface DayReport {
  /** UTC, `2026-11-28`. */
  readonly day: string;
  /** Faults that began on it, by how they ended. */
  readonly faults: Counts<FaultEnd>;
}

/** One cause that several components suffered from. */
export interface AcrossComponents {
  /** Its id. */
  readonly name: string;
  readonly atFault: string;
  readonly components: number;
  readonly alerts: number;
  readonly operations: number;
  readonly score: number;
  /** From its first alert until all components had recovered. @default it is open */
  readonly tookMs?: number;
}

/** What happened in a period, in figures. `docs/reports.md` defines them. */
export interface Report {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly isCut: boolean;
  /** Faults that began within the period. */
  readonly faults: number;
  readonly faultEnds: Counts<FaultEnd>;
  readonly faultsPerHour: number;
  /** MTTD: from a fault's first signal to Selfheal's first decision about it. */
  readonly timeToDetect?: Durations;
  /** MTTA: from a fault's first signal to the start of its first repair. */
  readonly timeToAcknowledge?: Durations;
  /** MTTR: from a fault's first signal to the verified recovery. */
  readonly timeToRecover?: Durations;
  readonly operations: number;
  readonly outcomes: Counts<ReportedOutcome>;
  readonly successRate?: Rate;
  readonly availability: Availability;
  /** Operations that observe mode kept from being carried out: what recovers without them is no merit of healing. */
  readonly observed: {
    readonly operations: number;
    readonly recoveredAlone: number;
    readonly timeToRecover?: Durations;
  };
  readonly refusals: readonly { readonly reason: RefusalReason; readonly count: number }[];
  readonly byStrategy: readonly Effectiveness[];
  /** By what the diagnosis named as cause. */
  readonly byErrorType: readonly Effectiveness[];
  readonly bySeverity: readonly Effectiveness[];
  readonly byComponent: readonly Effectiveness[];
  readonly byAction: readonly ActionReport[];
  /** Faults that came three times within a week or more often. */
  readonly recurring: readonly RecurringFault[];
  /** Incidents of several components that began within the period, those that matter most first. */
  readonly acrossComponents: readonly AcrossComponents[];
  /** What investigations after repairs that did not heal have found most often, by source. */
  readonly findings: readonly PeriodFinding[];
  readonly days: readonly DayReport[];
}

/**
 * Pure: the same records always give the same report.
 *
 * @param correlated incidents of several components. @default none are known
 */
export function reportOf(records: PeriodRecords, correlated: readonly CorrelatedIncident[] = []): Report {
  const { sinceMs, untilMs, isCut } = records;
  const all = faultsOf(records);
  const faults = all.filter(({ beganAtMs }) => beganAtMs >= sinceMs);
  const operations = records.operations.filter(({ startedAtMs }) => isWithin(startedAtMs, records));
  const times = (of: (fault: Fault) => number | undefined) =>
    summarised(faults.flatMap((fault) => duration(fault.beganAtMs, of(fault))));
  const detect = times(({ detectedAtMs }) => detectedAtMs);
  const acknowledge = times(({ acknowledgedAtMs }) => acknowledgedAtMs);
  const recover = times(({ end, endedAtMs }) => (end === 'HEALED' ? endedAtMs : undefined));
  const { name: _all, ...overall } = effectiveness('', operations);
  return {
    sinceMs,
    untilMs,
    isCut,
    faults: faults.length,
    faultEnds: counted(faults.map(({ end }) => end)),
    faultsPerHour: (faults.length * HOUR_MS) / (untilMs - sinceMs),
    ...(detect && { timeToDetect: detect }),
    ...(acknowledge && { timeToAcknowledge: acknowledge }),
    ...(recover && { timeToRecover: recover }),
    operations: overall.operations,
    outcomes: overall.outcomes,
    ...(overall.successRate && { successRate: overall.successRate }),
    availability: availabilityOf(records, all),
    observed: observedOf(records),
    refusals: refusalsOf(records),
    byStrategy: grouped(operations, ({ strategyId }) => strategyId),
    byErrorType: grouped(operations, ({ diagnosis }) => diagnosis.rootCause),
    bySeverity: grouped(operations, ({ alert }) => alert.severity),
    byComponent: grouped(operations, ({ component }) => component),
    byAction: actionReports(records.steps, operations),
    recurring: recurringFaults(all),
    acrossComponents: acrossComponents(correlated, records),
    findings: periodFindings(records.steps),
    days: daysOf(records, faults),
  };
}

function acrossComponents(
  incidents: readonly CorrelatedIncident[],
  records: PeriodRecords,
): readonly AcrossComponents[] {
  return incidents
    .filter(({ components, beganAtMs }) => Object.keys(components).length > 1 && isWithin(beganAtMs, records))
    .map(({ incidentId, atFault, components, alerts, operationIds, score, beganAtMs, resolvedAtMs }) => ({
      name: incidentId,
      atFault,
      components: Object.keys(components).length,
      alerts: alerts.length,
      operations: operationIds.length,
      score,
      ...(resolvedAtMs !== undefined && { tookMs: resolvedAtMs - beganAtMs }),
    }))
    .toSorted((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
}

/** A group of operations in figures. */
function effectiveness(name: string, operations: readonly Operation[]): Effectiveness {
  const successRate = successRateOf(operations);
  const recovery = summarised(
    operations.flatMap((operation) =>
      outcomeOf(operation) === 'SUCCESS'
        ? duration(operation.alert.occurredAtMs, operation.completedAtMs)
        : [],
    ),
  );
  return {
    name,
    operations: operations.length,
    outcomes: counted(operations.map(outcomeOf)),
    ...(successRate && { successRate }),
    ...(recovery && { recovery }),
  };
}

function grouped(
  operations: readonly Operation[],
  nameOf: (operation: Operation) => string,
): readonly Effectiveness[] {
  return [...Map.groupBy(operations, nameOf)]
    .map(([name, own]) => effectiveness(name, own))
    .toSorted((a, b) => b.operations - a.operations || (a.name < b.name ? -1 : 1));
}

function observedOf(records: PeriodRecords): Report['observed'] {
  const own = records.observations.filter(({ operation }) => isWithin(operation.startedAtMs, records));
  const recoveries = own.flatMap(({ operation, recoveredAtMs }) =>
    duration(operation.alert.occurredAtMs, recoveredAtMs),
  );
  const timeToRecover = summarised(recoveries);
  return {
    operations: own.length,
    recoveredAlone: recoveries.length,
    ...(timeToRecover && { timeToRecover }),
  };
}

function refusalsOf(records: PeriodRecords): Report['refusals'] {
  const own = records.refusals.filter(({ refusedAtMs }) => isWithin(refusedAtMs, records));
  return [...Map.groupBy(own, ({ reason }) => reason)]
    .map(([reason, all]) => ({ reason, count: all.length }))
    .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

/** Every day of the period, also those without a fault. */
function daysOf({ sinceMs, untilMs }: PeriodRecords, faults: readonly Fault[]): readonly DayReport[] {
  const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const byDay = Map.groupBy(faults, ({ beganAtMs }) => dayOf(beganAtMs));
  const days: DayReport[] = [];
  for (let atMs = sinceMs - (sinceMs % DAY_MS); atMs < untilMs; atMs += DAY_MS) {
    const ends = counted((byDay.get(dayOf(atMs)) ?? []).map(({ end }) => end));
    days.push({
      day: dayOf(atMs),
      faults: Object.fromEntries(FAULT_ENDS.flatMap((end) => (ends[end] ? [[end, ends[end]]] : []))),
    });
  }
  return days;
}

function isWithin(atMs: number, { sinceMs, untilMs }: Pick<PeriodRecords, 'sinceMs' | 'untilMs'>): boolean {
  return atMs >= sinceMs && atMs < untilMs;
}

/** Clocks of different machines differ: nothing takes less than no time. */
function duration(fromMs: number, toMs: number | undefined): readonly number[] {
  return toMs === undefined ? [] : [Math.max(0, toMs - fromMs)];
}
