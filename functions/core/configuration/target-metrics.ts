import { serviceName } from '../target/ecs-service.ts';
import { aliasName } from '../target/lambda-alias.ts';
import type { MetricSource } from './alarm-sources.ts';
import type { ThresholdAlarm } from './schema/alarm-schema.ts';
import type { TargetSelector } from './target-selector.ts';

interface TargetMetric extends MetricSource {
  /** The usual one. */
  readonly statistic: string;
}

/** Metrics of what is left, and of what a cache answers: only low values are bad. */
const BAD_WHEN_LOW: ReadonlySet<string> = new Set([
  'free_memory',
  'free_storage',
  'free_local_storage',
  'hit_rate',
]);

interface Metrics {
  readonly dimensions: Readonly<Record<string, string>>;
  /** By the name that strategies use. */
  readonly metrics: ReadonlyMap<string, TargetMetric>;
}

const lambdaMetric = (metricName: string, statistic: string): TargetMetric => ({
  namespace: 'AWS/Lambda',
  metricName,
  statistic,
});

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
const LAMBDA_METRICS: ReadonlyMap<string, TargetMetric> = new Map([
  ['errors', lambdaMetric('Errors', 'Sum')],
  ['throttles', lambdaMetric('Throttles', 'Sum')],
  ['duration', lambdaMetric('Duration', 'p99')],
  ['throughput', lambdaMetric('Invocations', 'Sum')],
]);

const ecsMetric = (metricName: string): TargetMetric => ({
  namespace: 'AWS/ECS',
  metricName,
  statistic: 'Average',
});

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
const ECS_METRICS: ReadonlyMap<string, TargetMetric> = new Map([
  ['cpu', ecsMetric('CPUUtilization')],
  ['memory', ecsMetric('MemoryUtilization')],
]);

const rdsMetric = (metricName: string, statistic = 'Average'): TargetMetric => ({
  namespace: 'AWS/RDS',
  metricName,
  statistic,
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
const INSTANCE_METRICS: ReadonlyMap<string, TargetMetric> = new Map([
  ['cpu', rdsMetric('CPUUtilization')],
  ['connections', rdsMetric('DatabaseConnections')],
  ['free_memory', rdsMetric('FreeableMemory')],
  ['free_storage', rdsMetric('FreeStorageSpace')],
  ['disk_queue', rdsMetric('DiskQueueDepth')],
  ['read_latency', rdsMetric('ReadLatency')],
  ['write_latency', rdsMetric('WriteLatency')],
  ['replica_lag', rdsMetric('ReplicaLag')],
]);

/**
 * A series of a cluster holds the values of all its instances, so that an average would hide the one that is worst off.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 */
const CLUSTER_METRICS: ReadonlyMap<string, TargetMetric> = new Map([
  ['cpu', rdsMetric('CPUUtilization', 'Maximum')],
  ['connections', rdsMetric('DatabaseConnections', 'Maximum')],
  ['free_memory', rdsMetric('FreeableMemory', 'Minimum')],
  ['free_local_storage', rdsMetric('FreeLocalStorage', 'Minimum')],
  ['hit_rate', rdsMetric('BufferCacheHitRatio', 'Minimum')],
  ['read_latency', rdsMetric('ReadLatency', 'Maximum')],
  ['write_latency', rdsMetric('WriteLatency', 'Maximum')],
  ['replica_lag', rdsMetric('AuroraReplicaLagMaximum', 'Maximum')],
]);

const NONE: Metrics = { dimensions: {}, metrics: new Map() };

/** The metrics that AWS publishes for a component's target by itself. */
function metricsOf(targets: TargetSelector): Metrics {
  if ('lambdaAlias' in targets) {
    const { functionName } = aliasName(targets.lambdaAlias);
    return {
      dimensions: { FunctionName: functionName, Resource: targets.lambdaAlias },
      metrics: LAMBDA_METRICS,
    };
  }
  if ('dbInstance' in targets)
    return { dimensions: { DBInstanceIdentifier: targets.dbInstance }, metrics: INSTANCE_METRICS };
  if ('dbCluster' in targets)
    return { dimensions: { DBClusterIdentifier: targets.dbCluster }, metrics: CLUSTER_METRICS };
  if (!('ecsService' in targets)) return NONE;
  const { cluster, service } = serviceName(targets.ecsService);
  return { dimensions: { ClusterName: cluster, ServiceName: service }, metrics: ECS_METRICS };
}

/** The metrics whose place in CloudWatch follows from a component's target. */
export function knownMetrics({ targets }: { readonly targets: TargetSelector }): readonly string[] {
  return [...metricsOf(targets).metrics.keys()];
}

/** Whether only low values of a metric of a component's target are bad. */
export function isBadWhenLow(component: { readonly targets: TargetSelector }, metric: string): boolean {
  return BAD_WHEN_LOW.has(metric) && knownMetrics(component).includes(metric);
}

/** An alarm, or a series under `anomalies`, as its configuration names its metric. */
type NamedMetric = Pick<ThresholdAlarm, 'metric' | 'namespace' | 'metricName' | 'dimensions' | 'statistic'>;

/** An alarm with all that follows from the component's target: where its metric is, and its usual statistic. */
export function onTarget<Named extends NamedMetric>(
  { targets }: { readonly targets: TargetSelector },
  alarm: Named,
): Named {
  const { dimensions, metrics } = metricsOf(targets);
  const known = metrics.get(alarm.metric);
  const isElsewhere = alarm.namespace !== undefined || alarm.metricName !== undefined;
  return known === undefined || isElsewhere ? alarm : { ...known, dimensions, ...defined(alarm) };
}

/** The schema leaves out what is not set; a spread of `undefined` would hide what is known. */
function defined<Named extends NamedMetric>(alarm: Named): Named {
  return Object.fromEntries(Object.entries(alarm).filter(([, value]) => value !== undefined)) as Named;
}
