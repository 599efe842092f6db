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
  const { by = [], lastMs = 0 } = record.reports ?? {};
  const isKnown = by.includes(reporter);
  if (isKnown ? alert.occurredAtMs - lastMs < RENEWED_AFTER_MS : by.length >= MOST_REPORTERS) return record;
  const reports = {
    ...record.reports,
    ...{ by: withMember(by, reporter), lastMs: Math.max(lastMs, alert.occurredAtMs) },
    ...(reporter === ANALYSIS && { anomalyMetric: alert.metric }),
  };
  return { ...record, reports };
}

/** What is reported now, by metric, and who reports it, for people; what nobody has repeated for long is left out. */
export function reportedMetrics(
  reports: Reports | undefined,
  nowMs: number,
): readonly { readonly metric: string; readonly by: string }[] {
  if (!reports || nowMs - reports.lastMs >= REPORT_HOLDS_MS) return [];
  return reports.by.flatMap((reporter) => {
    if (reporter === ANALYSIS)
      return reports.anomalyMetric === undefined
        ? []
        : [{ metric: reports.anomalyMetric, by: 'the analysis of its series' }];
    const metric = monitoredMetric(reporter);
    return metric === undefined ? [] : [{ metric, by: 'a monitor' }];
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
