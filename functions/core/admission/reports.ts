import type { Strategy } from '../configuration/schema/schema.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { ANALYSIS, monitoredMetric, reporterOf } from '../signal/reporter.ts';
import { withMember } from './budgets.ts';
import type { ComponentRecord, Reports } from './records.ts';

/**
 * How long a report holds that is neither repeated nor ended: a recovery may be lost, and some monitors send none.
 * Anomalies are repeated every 15 minutes and read every 5, and one run may fail.
 */
export const REPORT_HOLDS_MS = 30 * 60_000;

/** A report that is repeated sooner need not be written again. */
const RENEWED_AFTER_MS = 60_000;

/** The item of a component stays small, however many metrics its monitors send. */
const MOST_REPORTERS = 20;

/** The record with the alert's report; the same record if the alert adds nothing to it. */
export function withReport(
  record: ComponentRecord,
  alert: Pick<HealthAlert, 'origin' | 'metric' | 'occurredAtMs'>,
): ComponentRecord {
  const reporter = reporterOf(alert);
  if (reporter === undefined) return record;
  const { by = [], lastMs = 0, anomalyMetric } = record.reports ?? {};
  const sentMs = sentMsOf(record.reports, reporter) ?? 0;
  const isRepeated = reporter !== ANALYSIS || anomalyMetric === alert.metric;
  const isNews = alert.occurredAtMs - sentMs >= (isRepeated ? RENEWED_AFTER_MS : 1);
  if (by.includes(reporter) ? !isNews : by.length >= MOST_REPORTERS) return record;
  const reports = {
    ...record.reports,
    ...{ by: withMember(by, reporter), lastMs: Math.max(lastMs, alert.occurredAtMs) },
    sentMs: { ...record.reports?.sentMs, [reporter]: alert.occurredAtMs },
    ...(reporter === ANALYSIS && { anomalyMetric: alert.metric }),
  };
  return { ...record, reports };
}

/** When the latest report of one of the senders was sent; `undefined` if that is not known. */
function sentMsOf(reports: Reports | undefined, reporter: string): number | undefined {
  const isAlone = reports?.by.length === 1;
  return reports?.sentMs?.[reporter] ?? (isAlone ? reports.lastMs : undefined);
}

/** One report. */
export interface Reported {
  readonly metric: string;
  /** Who sent it, for people. */
  readonly by: string;
  readonly atMs: number;
}

/** What is reported now. What its sender has not repeated for long is left out: some monitors end no report. */
export function reportedMetrics(reports: Reports | undefined, nowMs: number): readonly Reported[] {
  return (reports?.by ?? []).flatMap((reporter) => {
    const atMs = sentMsOf(reports, reporter);
    const metric = reporter === ANALYSIS ? reports?.anomalyMetric : monitoredMetric(reporter);
    if (metric === undefined || atMs === undefined || nowMs - atMs >= REPORT_HOLDS_MS) return [];
    return [{ metric, by: reporter === ANALYSIS ? 'the analysis of its series' : 'a monitor', atMs }];
  });
}

/**
 * Whether something still reports the component as unhealthy that has to say itself when that is over. Alerts in a row
 * are remembered for at least as long as a trigger counts them.
 */
export function isReported(
  { component, reports }: Pick<ComponentRecord, 'component' | 'reports'>,
  { strategies }: { readonly strategies: readonly Pick<Strategy, 'components' | 'trigger'>[] },
  nowMs: number,
): boolean {
  if (!reports || reports.by.length === 0) return false;
  const windowsMs = strategies
    .filter(({ components }) => components === undefined || components.includes(component))
    .map(({ trigger }) => trigger.withinSeconds * 1_000);
  return nowMs - reports.lastMs < Math.max(REPORT_HOLDS_MS, ...windowsMs);
}
