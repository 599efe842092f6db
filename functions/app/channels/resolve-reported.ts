import type { IncidentRecord } from '../../core/notification/incident.ts';
import { incidentKey } from '../../core/notification/incident-key.ts';
import type { SignalOrigin } from '../../core/signal/health-alert.ts';
import { reporterOf } from '../../core/signal/reporter.ts';
import { isObserved } from '../../core/verification/observed-components.ts';
import { type ResolveDeps, resolve } from './resolve.ts';

/** A signal that says that a component has recovered. */
export interface ReportedRecovery {
  readonly component: string;
  readonly metric: string;
  readonly origin: SignalOrigin;
  readonly atMs: number;
}

/**
 * Resolves the incident of a component that no alarm and no peer observes, when what reported the failure reports its
 * end. Where something else observes the component, it may see more: `resolveRecovered` asks all of them.
 *
 * @returns the component, if it has recovered
 */
export async function resolveReported(
  deps: ResolveDeps,
  recovery: ReportedRecovery,
): Promise<readonly string[]> {
  const { component, atMs } = recovery;
  const { configuration, incidents, home } = deps;
  const isConfigured = Object.hasOwn(configuration.components, component);
  if (!isConfigured || isObserved(configuration, component)) return [];
  const record = await incidents.readIncident(incidentKey(component, home));
  if (!record || (record.status === 'resolved' && record.announced)) return [];
  if (!isEndOf(record, recovery)) return [];
  await resolve(deps, { component, atMs, message: 'Its monitor reports that it has recovered.' });
  return [component];
}

/** Records of earlier versions do not say what reported the failure, and a repair that a person asked for has no reporter. */
function isEndOf({ origin, metric = '' }: IncidentRecord, recovery: ReportedRecovery): boolean {
  const reporter = origin && reporterOf({ origin, metric });
  return reporter === undefined || reporter === reporterOf(recovery);
}
