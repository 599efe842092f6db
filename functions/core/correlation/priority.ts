import { isOfClass, type MetricClass } from '../diagnosis/metric-classes.ts';
import type { Severity } from '../signal/severity.ts';
import type { CorrelatedIncident } from './correlated-incident.ts';

/** Alarms of the same severity matter more or less by what they are about. Of 1, as the specification of diagnosis has them. */
const SCORES = {
  anomaly: { CRITICAL: 1, WARNING: 0.5, INFO: 0.2 },
  bottleneck: { CRITICAL: 0.9, WARNING: 0.6, INFO: 0.3 },
  index: { CRITICAL: 0.9, WARNING: 0.5, INFO: 0.2 },
  drift: { CRITICAL: 0.7, WARNING: 0.4, INFO: 0.2 },
} as const satisfies Readonly<Record<string, Readonly<Record<Severity, number>>>>;
type ScoredKind = keyof typeof SCORES;

/** What is used up: requests wait, and nothing is broken. */
const USED_UP: readonly MetricClass[] = ['cpu', 'descriptors', 'throttling', 'traffic'];
const INDEX = /(^|[_.-])(index|orphans?|fragmentation)([_.-]|$)/;
const DRIFT = /(^|[_.-])drift([_.-]|$)/;

/** What is assumed of a cause that diagnosis says nothing about. */
const CONFIDENCE_UNKNOWN = 0.5;

/** What an alarm is about, as far as its name says. */
function scoredKind(metric: string): ScoredKind {
  if (DRIFT.test(metric)) return 'drift';
  if (INDEX.test(metric)) return 'index';
  return USED_UP.some((wanted) => isOfClass(metric, wanted)) ? 'bottleneck' : 'anomaly';
}

/** How bad alerts are, the worst of them, 0 to 1. */
export function severityScore(
  alerts: readonly { readonly metric: string; readonly severity: Severity }[],
): number {
  return Math.max(0, ...alerts.map(({ metric, severity }) => SCORES[scoredKind(metric)][severity]));
}

/**
 * How urgent it is to heal what is at fault, 0 to 1.
 *
 * @param severity of the alerts, 0 to 1
 * @param explainedShare of what is unhealthy, 0 to 1
 * @param confidence that it is at fault, 0 to 1; 0 if diagnosis says nothing
 */
export function priorityOfCause(severity: number, explainedShare: number, confidence: number): number {
  return Math.round(severity * explainedShare * (confidence || CONFIDENCE_UNKNOWN) * 100) / 100;
}

/**
 * How urgent the repair of one component is. One that accounts for an incident has the incident's priority; another one of
 * the incident explains no more than itself.
 *
 * @param alarms the component's own that are red
 * @param incident the one that the component is part of. @default none: it explains all that is unhealthy
 */
export function repairPriority(
  component: string,
  alarms: Parameters<typeof severityScore>[0],
  incident?: CorrelatedIncident,
): number {
  const severity = severityScore(alarms);
  if (!incident) return priorityOfCause(severity, 1, 0);
  const members = Math.max(1, Object.keys(incident.components).length);
  const own = priorityOfCause(severity, 1 / members, 0);
  return incident.atFault === component ? Math.max(own, incident.score) : own;
}
