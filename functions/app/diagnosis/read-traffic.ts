import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { callersOf, type DependencyGraph } from '../../core/diagnosis/dependency-graph.ts';
import type { Sign } from '../../core/diagnosis/evidence.ts';
import { isOfClass, type MetricClass } from '../../core/diagnosis/metric-classes.ts';
import { strainQueries, strainSigns, strainWindow } from '../../core/diagnosis/strain.ts';
import { symptomOf, trafficQueries, trafficWindow } from '../../core/diagnosis/traffic.ts';
import { type TrafficEvidence, trafficEvidence } from '../../core/diagnosis/traffic-evidence.ts';
import type { HealthAlert } from '../../core/signal/health-alert.ts';
import { HEARTBEAT_METRIC } from '../../core/watchdog/heartbeat-metric.ts';
import type { Clock } from '../../ports/clock.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import type { MetricData } from '../../ports/metric-data.ts';

export interface ReadTrafficDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components'>;
  readonly metricData: Pick<MetricData, 'read'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface Traffic {
  /** What the traffic says once it is known which components do not answer the watchdog. */
  readonly judge: (down: ReadonlySet<string>) => TrafficEvidence;
  /** What is short at a component, although no alarm watches it. */
  readonly signs: ReadonlyMap<string, readonly Sign[]>;
}

const NOTHING_READ: Traffic = { judge: () => ({}), signs: new Map() };

type AlarmedMetric = Pick<HealthAlert, 'component' | 'metric'>;

/** What may run out because something else has. */
const ENSUING: readonly MetricClass[] = ['cpu', 'descriptors'];

/** GetMetricData costs $0.01 for 1,000 series, and a diagnosis $0.0015 at most. */
const SERIES_AT_MOST = 150;

/**
 * Whether a diagnosis reads traffic. Where it does not, only what AWS publishes of the alarmed component's own resources may be
 * read.
 */
export function asksForTraffic(
  { components }: Pick<CompiledConfiguration, 'components'>,
  graph: DependencyGraph,
  names: readonly string[],
  { component, metric }: AlarmedMetric,
  nowMs: number,
): boolean {
  const callers = callersOf(graph, component);
  return trafficQueries(components, names, callers, metric, { onsetMs: nowMs, nowMs }).length > 0;
}

/**
 * Reads the traffic of the alarmed component and of what it depends on, and in the same request what AWS publishes of
 * their resources, of the nearest first.
 *
 * @param names the alarmed component first
 * @throws ServiceError if nothing is known of the alarmed component's traffic
 */
export async function readTraffic(
  { configuration: { components }, metricData, clock }: ReadTrafficDeps,
  graph: DependencyGraph,
  names: readonly string[],
  { component, metric }: AlarmedMetric,
  onsetMs: number,
): Promise<Traffic> {
  const nowMs = clock.nowMs();
  const callers = callersOf(graph, component);
  const queries = trafficQueries(components, names, callers, metric, { onsetMs, nowMs });
  // A component that has run out of memory, for instance, may fall silent for it, or keep its processor busy.
  const mayBeStrained =
    symptomOf(metric) !== undefined ||
    metric === HEARTBEAT_METRIC ||
    ENSUING.some((each) => isOfClass(metric, each));
  if (queries.length === 0 && !mayBeStrained) return NOTHING_READ;
  // Without traffic, what else a dependency suffers from would not make the alert its fault.
  const strained = queries.length > 0 ? names : [component];
  const window = strainWindow(trafficWindow(onsetMs, nowMs), nowMs);
  const strains = strainQueries(components, strained, window).slice(0, SERIES_AT_MOST - queries.length);
  if (queries.length + strains.length === 0) return NOTHING_READ;
  const { reads, notes } = await metricData.read([...queries, ...strains]);
  const isKnown = reads.slice(0, queries.length).some((read) => read !== undefined);
  if (queries.length > 0 && !isKnown)
    throw new ServiceUnavailable(notes[0] ?? `no answer for the traffic of ${component}`);
  return {
    judge: (down) => trafficEvidence({ component, metric }, graph, components, queries, reads, down),
    signs: strainSigns(strains, reads.slice(queries.length)),
  };
}
