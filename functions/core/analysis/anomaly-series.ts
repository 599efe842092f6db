import { HOST_METRICS, metricSourceOf, statisticOf } from '../configuration/alarm-sources.ts';
import type { Anomaly } from '../configuration/schema/anomaly-schema.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import { onTarget } from '../configuration/target-metrics.ts';
import type { TargetSelector } from '../configuration/target-selector.ts';
import { fingerprintOf } from './fingerprint.ts';
import { entryOf, jointSeries } from './joint-series.ts';
import { judgedAs, lasting } from './judged-as.ts';
import type { CloudWatchSource, Joinable, WatchedSeries } from './watched-series.ts';

/**
 * The series under a component's `anomalies`.
 *
 * @param others what else it has that may be watched together with them
 */
export function anomalySeries(
  component: string,
  { anomalies, targets }: Pick<Component, 'anomalies' | 'targets'>,
  others: readonly Joinable[],
): readonly WatchedSeries[] {
  const single = new Map<string, readonly WatchedSeries[]>();
  for (const [key, anomaly] of Object.entries(anomalies)) {
    if (anomaly.of !== undefined) continue;
    const ids = isPerInstance(key, anomaly) && 'instanceIds' in targets ? targets.instanceIds : [];
    const placed = placedOn(targets, key, anomaly);
    const each = ids.map((instanceId) => watched(component, key, placed, instanceId));
    single.set(key, each.length === 0 ? [watched(component, key, placed)] : each);
  }
  const joinable = new Map<string, readonly Joinable[]>([...single, ...Map.groupBy(others, entryOf)]);
  return Object.entries(anomalies).flatMap(([key, { of, ...anomaly }]) =>
    of === undefined ? (single.get(key) ?? []) : jointSeries(component, key, { ...anomaly, of }, joinable),
  );
}

/** A series with what follows from its component's target; an expression has nothing that could follow. */
export function placedOn(targets: TargetSelector, key: string, anomaly: Anomaly): Anomaly {
  const { metric = key, expression } = anomaly;
  return expression === undefined ? onTarget({ targets }, { ...anomaly, metric }) : anomaly;
}

/** Whether each instance is watched on its own. */
export function isPerInstance(key: string, { metric = key, dimensions, expression }: Anomaly): boolean {
  return expression === undefined && dimensions === undefined && HOST_METRICS.has(metric);
}

function watched(component: string, key: string, anomaly: Anomaly, instanceId?: string): WatchedSeries {
  const { metric = key } = anomaly;
  const source = sourceOf(metric, anomaly, instanceId);
  return {
    component,
    name: instanceId === undefined ? key : `${key}/${instanceId}`,
    metric,
    ...(instanceId !== undefined && { target: instanceId }),
    ...judgedAs(metric, anomaly),
    source,
    fingerprint: fingerprintOf({ source, ...lasting(metric, anomaly) }),
  };
}

function sourceOf(metric: string, anomaly: Anomaly, instanceId: string | undefined): CloudWatchSource {
  const { expression, metrics = {} } = anomaly;
  if (expression !== undefined) return { kind: 'expression', expression, metrics };
  const named = { ...anomaly, metric };
  const { namespace = '', metricName = '' } = metricSourceOf(named);
  const dimensions = anomaly.dimensions ?? (instanceId === undefined ? {} : { InstanceId: instanceId });
  return {
    kind: 'metric',
    metric: { namespace, metricName, dimensions, statistic: statisticOf(named) },
  };
}
