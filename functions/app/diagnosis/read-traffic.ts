import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { callersOf, type DependencyGraph } from '../../core/diagnosis/dependency-graph.ts';
import { trafficQueries } from '../../core/diagnosis/traffic.ts';
import { type TrafficEvidence, trafficEvidence } from '../../core/diagnosis/traffic-evidence.ts';
import type { Clock } from '../../ports/clock.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { MetricData } from '../../ports/metric-data.ts';

export interface ReadTrafficDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly metricData: Pick<MetricData, 'read'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** What the traffic says once it is known which components do not answer the watchdog. */
export type Traffic = (down: ReadonlySet<string>) => TrafficEvidence;

/**
 * Reads the traffic of the alarmed component and of what it depends on, in one request.
 *
 * @param names the alarmed component first
 * @throws ServiceError if nothing is known of the alarmed component's traffic
 */
export async function readTraffic(
  { configuration: { components }, metricData, clock }: ReadTrafficDeps,
  graph: DependencyGraph,
  names: readonly string[],
  alertMetric: string,
  onsetMs: number,
): Promise<Traffic> {
  const [alarmed = ''] = names;
  const queries = trafficQueries(components, names, callersOf(graph, alarmed), alertMetric, {
    onsetMs,
    nowMs: clock.nowMs(),
  });
  if (queries.length === 0) return () => ({});
  const { reads, notes } = await metricData.read(queries);
  if (!reads.some((read) => read !== undefined))
    throw new ServiceUnavailable(notes[0] ?? `no answer for the traffic of ${names[0]}`);
  return (down) =>
    trafficEvidence({ component: alarmed, metric: alertMetric }, graph, components, queries, reads, down);
}
