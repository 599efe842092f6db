import type { CorrelatedIncident } from '../../functions/core/correlation/correlated-incident.ts';
import type { Output } from '../output.ts';
import { columns } from './table.ts';
import { count, moment, span } from './words.ts';

const HEADINGS = [
  'BEGAN',
  'INCIDENT',
  'AT FAULT',
  'COMPONENTS',
  'ALERTS',
  'OPERATIONS',
  'SCORE',
  'TOOK',
  'END',
];

/** One line for each incident. */
export function incidentLines(
  output: Output,
  incidents: readonly CorrelatedIncident[],
  days: number,
  nowMs: number,
): readonly string[] {
  if (incidents.length === 0)
    return [`No alerts of components that depend on each other in the last ${count(days, 'day')}.`];
  return columns(
    output,
    HEADINGS,
    incidents.map((incident) => [
      moment(incident.beganAtMs),
      incident.incidentId,
      incident.atFault,
      String(Object.keys(incident.components).length),
      String(incident.alerts.length),
      String(incident.operationIds.length),
      incident.score.toFixed(2),
      span((incident.resolvedAtMs ?? nowMs) - incident.beganAtMs),
      endOf(output, incident),
    ]),
  );
}

/** All that is on record about one incident. */
export function incidentDetail(
  output: Output,
  incident: CorrelatedIncident,
  nowMs: number,
): readonly string[] {
  const { incidentId, atFault, beganAtMs, detectedAtMs, acknowledgedAtMs, resolvedAtMs } = incident;
  const from = (atMs: number | undefined) =>
    atMs === undefined ? 'no' : `${moment(atMs)} (after ${span(Math.max(0, atMs - beganAtMs))})`;
  const facts: readonly (readonly [string, string])[] = [
    ['At fault', atFault],
    ['Score', `${incident.score.toFixed(2)} (severity × explained share × confidence)`],
    ['Began', moment(beganAtMs)],
    ['Detected', from(detectedAtMs)],
    ['Repair began', from(acknowledgedAtMs)],
    ['Over', resolvedAtMs === undefined ? `no, for ${span(nowMs - beganAtMs)}` : from(resolvedAtMs)],
    ['Causes', incident.causes.map(causeText).join('; ') || 'not known'],
    ['Operations', incident.operationIds.join(', ') || 'none'],
    ['Changes', incident.changeIds.join(', ') || 'none suspected'],
    ['People called', Object.keys(incident.personCalls).join(', ') || 'no'],
    ...(incident.absorbed.length > 0 ? [['Part of it', incident.absorbed.join(', ')] as const] : []),
  ];
  return [
    `${output.paint('bold', incidentId)} ${endOf(output, incident)}`,
    ...facts.map(([name, value]) => `${name.padEnd(14)} ${value}`),
    '',
    ...columns(
      output,
      ['ALERT', 'COMPONENT', 'METRIC', 'SEVERITY'],
      incident.alerts.map(({ occurredAtMs, component, metric, severity }) => [
        moment(occurredAtMs),
        component,
        metric,
        severity,
      ]),
    ),
  ];
}

function causeText({ component, code, confidence }: CorrelatedIncident['causes'][number]): string {
  return `${code === undefined ? component : `${code} of ${component}`} (confidence ${confidence.toFixed(2)})`;
}

function endOf({ paint }: Output, { resolvedAtMs }: CorrelatedIncident): string {
  return resolvedAtMs === undefined ? paint('red', 'open') : paint('green', 'over');
}
