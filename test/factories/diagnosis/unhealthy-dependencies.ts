import { callersFirst, dependencyGraph } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { ComponentEvidence, Evidence } from '../../../functions/core/diagnosis/evidence.ts';
import { alertOf, NOON } from '../operations/admissions.ts';

export const MINUTE_MS = 60_000;
const CALLS = ['gateway>orders', 'orders>database', 'gateway>payments'];

/** The alarm of the gateway goes red at noon. */
export function evidenceOf(
  found: Readonly<Record<string, Partial<ComponentEvidence>>>,
  { calls = CALLS, ...more }: Partial<Evidence> & { readonly calls?: readonly string[] } = {},
): Evidence {
  const graph = dependencyGraph(
    calls.map((call) => {
      const [caller = '', callee = ''] = call.split('>');
      return { caller, callee };
    }),
  );
  const components = callersFirst(graph, 'gateway').map((component) => ({
    component,
    redAlarms: [],
    silentPeers: [],
    ...found[component],
  }));
  const alert = { ...alertOf('gateway'), occurredAtMs: NOON };
  return { alert, nowMs: NOON, graph, components, missing: [], ...more };
}

export const red = (
  sinceMs = NOON,
  severity: 'CRITICAL' | 'WARNING' | 'INFO' = 'CRITICAL',
  metric = 'memory',
) => ({
  redAlarms: [{ alarmName: 'an-alarm', metric, severity, sinceMs }],
});
export const silent = (lastSeenMs = NOON, status: 'OFFLINE' | 'ISOLATED' | 'DEGRADED' = 'OFFLINE') => ({
  silentPeers: [{ peer: 'a-peer', status, lastSeenMs }],
});
export const sign = (metric: string) => ({
  signs: [{ metric, atMs: NOON, says: `a monitor reports ${metric}` }],
});
