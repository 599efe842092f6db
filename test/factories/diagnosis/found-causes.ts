import type { Change } from '../../../functions/core/change/change.ts';
import { dependencyGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { ComponentEvidence, Evidence } from '../../../functions/core/diagnosis/evidence.ts';
import { findCauses } from '../../../functions/core/diagnosis/find-causes.ts';
import type { TrafficEvidence } from '../../../functions/core/diagnosis/traffic-evidence.ts';
import type { HealthAlert } from '../../../functions/core/signal/health-alert.ts';
import { NOON } from '../operations/admissions.ts';

export const MINUTE_MS = 60_000;

const WATCHED = { holdMs: 60 * MINUTE_MS, suspectMs: 60 * MINUTE_MS, graceMs: 5 * MINUTE_MS };

export interface Given {
  readonly alert?: Partial<HealthAlert>;
  readonly own?: Partial<ComponentEvidence>;
  readonly dependency?: Partial<ComponentEvidence>;
  readonly missing?: Evidence['missing'];
  readonly nowMs?: number;
  readonly traffic?: TrafficEvidence;
}

export function evidenceOf({ alert, own, dependency, missing = [], nowMs = NOON, traffic }: Given): Evidence {
  const component = (name: string, more: Partial<ComponentEvidence> = {}): ComponentEvidence => ({
    ...{ component: name, redAlarms: [], silentPeers: [] },
    ...more,
  });
  return {
    alert: {
      ...{ signalId: 's', origin: 'alarm', component: 'web', metric: 'error_rate', severity: 'CRITICAL' },
      ...{ occurredAtMs: NOON, reason: 'too many errors', alarmName: 'web-errors', targets: [] },
      ...alert,
    },
    nowMs,
    graph: dependencyGraph(dependency ? [{ caller: 'web', callee: 'database' }] : []),
    components: [component('web', own), ...(dependency ? [component('database', dependency)] : [])],
    missing,
    ...traffic,
  };
}

export function deployed(minutesBefore: number, more: Partial<Change> = {}): Change {
  const startedAtMs = NOON - minutesBefore * MINUTE_MS;
  return {
    ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: 'd-1' },
    ...{ summary: 'deployment d-1', status: 'SUCCEEDED', startedAtMs, endedAtMs: startedAtMs + MINUTE_MS },
    ...more,
  };
}

export const withChanges = (...changes: readonly Change[]) => ({ own: { watched: WATCHED, changes } });

export const found = (given: Given) => findCauses(evidenceOf(given));

export const likeliest = (given: Given) => found(given).supported[0];

export const refuted = (given: Given) => found(given).refuted.map(({ code }) => code);
