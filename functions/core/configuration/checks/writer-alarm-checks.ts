import type { Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Alarm, ThresholdAlarm } from '../schema/alarm-schema.ts';
import { knownMetrics } from '../target-metrics.ts';
import { componentsOf } from './strategy-checks.ts';

/** Measured of the cluster, and not of each of its instances. */
const OF_CLUSTER: ReadonlySet<string> = new Set(['replica_lag']);

/**
 * Alarms on a cluster that are red where any of its instances is busy, and have another one made the writer. A warning: the
 * configuration does not say whether the cluster is one of Aurora, which measures its writer by itself.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/creating_alarms.html
 */
export function checkWriterAlarms({ components, strategies }: ReadableParts): readonly Finding[] {
  return [...components].flatMap(([name, component]) => {
    const { targets, alarms } = component;
    if (!('dbCluster' in targets)) return [];
    const failingOver = strategies.filter(
      ({ strategy }) =>
        strategy.actions.some(({ type }) => type === 'failover') &&
        componentsOf(strategy, components).some(([other]) => other === name),
    );
    const metrics = knownMetrics(component).filter((metric) => !OF_CLUSTER.has(metric));
    return Object.entries(alarms).flatMap(([key, alarm]): readonly Finding[] => {
      if (!isOfAnyMember(alarm, metrics)) return [];
      const answering = failingOver.find((indexed) => answers(indexed, alarm.metric));
      if (answering === undefined) return [];
      return [
        {
          severity: 'warning',
          code: 'any-member-alarm',
          path: ['components', name, 'alarms', key],
          at: 'key',
          value: alarm.metric,
          message: `this alarm watches the worst off of all instances of cluster \`${targets.dbCluster}\`, also of the readers, and strategy \`${answering.strategy.id}\` answers it with failover: that takes the writer down, though a reader may be in trouble alone`,
          remedy: `On Aurora, watch the writer: \`dimensions: { DBClusterIdentifier: ${targets.dbCluster}, Role: WRITER }\`.`,
        },
      ];
    });
  });
}

function isOfAnyMember(alarm: Alarm, metrics: readonly string[]): alarm is ThresholdAlarm {
  return (
    'threshold' in alarm &&
    metrics.includes(alarm.metric) &&
    [alarm.namespace, alarm.metricName, alarm.dimensions].every((named) => named === undefined)
  );
}

function answers({ strategy }: IndexedStrategy, metric: string): boolean {
  const { metrics, statuses } = strategy.trigger;
  return metrics.length === 0 || statuses.length > 0 || metrics.includes(metric);
}
