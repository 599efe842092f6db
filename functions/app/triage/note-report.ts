import type { ComponentRecord } from '../../core/admission/records.ts';
import { withReport } from '../../core/admission/reports.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { ANALYSIS, reporterOf } from '../../core/signal/reporter.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

/**
 * Keeps who reports a component that counts as unhealthy, if only the reporter can say when that is over.
 *
 * @param before the component's record, which saves the write if the report is in it. @default not known
 */
export async function noteReport(
  { store }: { readonly store: Pick<OperationStore, 'noteReport'> },
  alert: HealthAlert,
  before?: ComponentRecord,
): Promise<void> {
  const reporter = reporterOf(alert);
  if (reporter === undefined || (before && withReport(before, alert) === before)) return;
  const on = reporter === ANALYSIS ? ([alert.metric] as const) : [];
  await store.noteReport(alert.component, reporter, alert.occurredAtMs, ...on);
}
