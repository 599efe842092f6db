import { FAULT_ENDS, type FaultEnd } from '../../../functions/core/report/faults.ts';
import { REPORTED_OUTCOMES } from '../../../functions/core/report/outcome.ts';
import type { PeriodFinding } from '../../../functions/core/report/period-findings.ts';
import type { Effectiveness, Report } from '../../../functions/core/report/report.ts';
import type { Durations } from '../../../functions/core/statistics/durations.ts';
import type { Rate } from '../../../functions/core/statistics/wilson.ts';
import { count, moment, span } from '../words.ts';

/** A table with its heading. */
export interface Section {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What its figures mean, where they may be misread. */
  readonly note?: string;
}

const SHOWN_COMPONENTS = 20;

export const END_WORDS: Readonly<Record<FaultEnd, string>> = {
  HEALED: 'healed',
  RECOVERED_ALONE: 'recovered alone',
  CONTAINED: 'contained',
  OPEN: 'open',
  ENDED_UNKNOWN: 'ended, time not on record',
};

/** The tables of a report; those without a row are left out. */
export function reportSections(report: Report): readonly Section[] {
  return [
    summary(report),
    recurring(report),
    acrossComponents(report),
    findings(report),
    effectiveness('By strategy', 'STRATEGY', report.byStrategy),
    effectiveness('By error type', 'CAUSE', report.byErrorType),
    effectiveness('By severity', 'SEVERITY', report.bySeverity),
    effectiveness('By component', 'COMPONENT', report.byComponent.slice(0, SHOWN_COMPONENTS)),
    actions(report),
    uptime(report),
    refusals(report),
  ].filter(({ rows }) => rows.length > 0);
}

function summary(report: Report): Section {
  const { observed, availability } = report;
  const ends = FAULT_ENDS.flatMap((end) =>
    report.faultEnds[end] ? [`${report.faultEnds[end]} ${END_WORDS[end]}`] : [],
  );
  const times = (name: string, from: string, value: Durations | undefined) => [
    name,
    durationsText(value),
    from,
  ];
  return {
    title: 'Summary',
    headings: ['FIGURE', 'VALUE', 'MEANING'],
    rows: [
      ['Faults', String(report.faults), ends.join(', ') || '–'],
      [
        'Error rate',
        `${report.faultsPerHour.toFixed(3)} an hour`,
        'faults that began, per hour of the period',
      ],
      times('MTTD', 'first signal to first decision', report.timeToDetect),
      times('MTTA', 'first signal to the start of the first repair', report.timeToAcknowledge),
      times('MTTR', 'first signal to verified recovery', report.timeToRecover),
      ['Operations', String(report.operations), countsText(report.outcomes, REPORTED_OUTCOMES) || '–'],
      ['Success rate', rateText(report.successRate), 'verified repairs, of those that ended'],
      [
        'Uptime',
        uptimeText(availability.uptime, availability.isUpperBound),
        'time without a fault, mean of components',
      ],
      ...(observed.operations === 0
        ? []
        : [
            [
              'Recovered alone',
              `${observed.recoveredAlone} of ${observed.operations}`,
              `only observed; ${durationsText(observed.timeToRecover)}`,
            ],
          ]),
    ],
  };
}

function recurring(report: Report): Section {
  return {
    title: 'Recurring faults',
    headings: ['FAULT', 'LAST', 'TRIED'],
    rows: report.recurring.map(({ component, cause, count: times, lastBeganAtMs, strategyIds }) => [
      `${cause} of ${component}: ${times} times within a week`,
      moment(lastBeganAtMs),
      strategyIds.join(', '),
    ]),
    note: 'Repairs help, and the cause is still there.',
  };
}

function acrossComponents(report: Report): Section {
  return {
    title: 'Incidents of several components',
    headings: ['INCIDENT', 'AT FAULT', 'COMPONENTS', 'ALERTS', 'OPERATIONS', 'SCORE', 'TOOK'],
    rows: report.acrossComponents
      .slice(0, SHOWN_COMPONENTS)
      .map(({ name, atFault, components, alerts, operations, score, tookMs }) => [
        ...[name, atFault, String(components), String(alerts), String(operations), score.toFixed(2)],
        tookMs === undefined ? 'open' : span(tookMs),
      ]),
    note: '`selfheal incidents <id>` shows one of them.',
  };
}

const SOURCE_WORDS: Readonly<Record<PeriodFinding['source'], string>> = {
  logs: 'logs',
  cloudtrail: 'CloudTrail',
  xray: 'X-Ray',
};

function findings(report: Report): Section {
  return {
    title: 'Findings after repairs that did not heal',
    headings: ['SOURCE', 'FINDING', 'COUNT', 'OPERATIONS', 'COMPONENTS'],
    rows: report.findings.map(({ source, name, count: times, operations, components }) => [
      ...[SOURCE_WORDS[source], name, String(times), String(operations), components.join(', ')],
    ]),
    note: 'The most frequent new error lines, calls that people made, and reasons why traced requests failed.',
  };
}

function effectiveness(title: string, heading: string, groups: readonly Effectiveness[]): Section {
  return {
    title,
    headings: [heading, 'OPERATIONS', 'SUCCESS RATE', 'RECOVERY', 'OUTCOMES'],
    rows: groups.map(({ name, operations, successRate, recovery, outcomes }) => [
      name,
      String(operations),
      rateText(successRate),
      durationsText(recovery),
      countsText(outcomes, REPORTED_OUTCOMES),
    ]),
  };
}

function actions({ byAction }: Report): Section {
  return {
    title: 'By action',
    headings: ['ACTION', 'PURPOSE', 'STEPS', 'STEPS SUCCEEDED', 'REPAIRS VERIFIED', 'OUTCOMES'],
    rows: byAction.map(({ action, purpose, steps, stepSuccessRate, operationSuccessRate, outcomes }) => [
      action,
      purpose,
      String(steps),
      rateText(stepSuccessRate),
      rateText(operationSuccessRate),
      countsText(outcomes, Object.keys(outcomes).sort()),
    ]),
  };
}

function uptime({ availability }: Report): Section {
  const down = availability.components.filter(({ downMs }) => downMs > 0).slice(0, SHOWN_COMPONENTS);
  return {
    title: 'Uptime',
    headings: ['COMPONENT', 'UPTIME', 'DOWN', 'FAULTS'],
    rows: down.map(({ component, uptime: share, downMs, faults, isUpperBound }) => [
      component,
      uptimeText(share, isUpperBound),
      `${isUpperBound ? 'at least ' : ''}${span(downMs)}`,
      String(faults),
    ]),
    note: 'Time without a fault. Components that are not listed had none.',
  };
}

function refusals(report: Report): Section {
  return {
    title: 'Refused signals',
    headings: ['REASON', 'SIGNALS'],
    rows: report.refusals.map(({ reason, count: signals }) => [reason, String(signals)]),
  };
}

/** `87.5 % (52.9–97.8)`, the interval in brackets. */
export function rateText(rate: Rate | undefined): string {
  if (!rate) return '–';
  const percent = (share: number) => (share * 100).toFixed(1);
  return `${percent(rate.value)} % (${percent(rate.low)}–${percent(rate.high)})`;
}

function durationsText(value: Durations | undefined): string {
  if (!value) return '–';
  if (value.count === 1) return span(value.meanMs);
  return `${span(value.meanMs)} (median ${span(value.medianMs)}, 90 % ${span(value.p90Ms)})`;
}

function uptimeText(share: number | undefined, isUpperBound: boolean): string {
  if (share === undefined) return '–';
  return `${isUpperBound ? 'at most ' : ''}${(share * 100).toFixed(3)} %`;
}

function countsText(counts: Readonly<Partial<Record<string, number>>>, order: readonly string[]): string {
  return order.flatMap((name) => (counts[name] === undefined ? [] : [`${counts[name]} ${name}`])).join(', ');
}

/** What a report covers. */
export function coverage({ isCut, operations }: Pick<Report, 'isCut' | 'operations'>): readonly string[] {
  return isCut
    ? [
        `There are more records than could be read at once: ${count(operations, 'operation')} are counted. Name fewer days.`,
      ]
    : [];
}
