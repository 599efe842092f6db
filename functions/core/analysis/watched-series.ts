import { HOST_METRICS, metricSourceOf, statisticOf } from '../configuration/alarm-sources.ts';
import type { Anomaly, AnomalyTiers, ErrorType } from '../configuration/anomaly-schema.ts';
import type { Component } from '../configuration/component-schema.ts';
import { onTarget } from '../configuration/target-metrics.ts';
import type { TargetSelector } from '../configuration/target-selector.ts';
import type { Series } from '../detection/series.ts';
import type { Severity } from '../signal/severity.ts';
import { fingerprintOf } from './fingerprint.ts';
import { usualDirection, usualErrorType } from './metric-meaning.ts';
import type { MonitorSource } from './monitor-source.ts';
import type { Waits } from './read-window.ts';

/** One metric in CloudWatch. */
export interface MetricSource {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** As CloudWatch names it, such as `Average` or `p99`. */
  readonly statistic: string;
}

/** Where the values of a series come from. */
export type SeriesSource =
  | { readonly kind: 'metric'; readonly metric: MetricSource }
  | {
      readonly kind: 'expression';
      readonly expression: string;
      /** By the names that the expression uses. */
      readonly metrics: Readonly<Record<string, MetricSource>>;
    }
  | {
      readonly kind: 'profile';
      /** As the collector names it. */
      readonly column: string;
      readonly instanceId: string;
    }
  | MonitorSource;

/** Those that CloudWatch has. */
export type CloudWatchSource = Extract<SeriesSource, { readonly kind: 'metric' | 'expression' }>;

export function isInCloudWatch(source: SeriesSource): source is CloudWatchSource {
  return source.kind === 'metric' || source.kind === 'expression';
}

/** One series that is watched, with everything filled in. */
export interface WatchedSeries {
  readonly component: string;
  /** Unique within its component: the entry under `anomalies`, with its instance if there is one for each. */
  readonly name: string;
  /** As strategies name it. */
  readonly metric: string;
  /** The instance that it is about, if it is about one. */
  readonly target?: string;
  readonly source: SeriesSource;
  readonly series: Series;
  readonly tiers: AnomalyTiers;
  readonly observationMs: number;
  readonly unit?: string;
  readonly errorType?: ErrorType;
  /** Of its signals, whatever their tier. @default CRITICAL */
  readonly highestSeverity?: Severity;
  /** How long its data points are waited for, and how far back they go. @default as the settings say */
  readonly waits?: Partial<Waits>;
  /** Changes with whatever makes its baseline meaningless. */
  readonly fingerprint: string;
}

const HOUR_SECONDS = 3_600;

/** The series under a component's `anomalies`. */
export function anomalySeries(
  component: string,
  { anomalies, targets }: Pick<Component, 'anomalies' | 'targets'>,
): readonly WatchedSeries[] {
  return Object.entries(anomalies).flatMap(([key, anomaly]) => {
    const ids = isPerInstance(key, anomaly) && 'instanceIds' in targets ? targets.instanceIds : [];
    const placed = placedOn(targets, key, anomaly);
    if (ids.length === 0) return [watched(component, key, placed)];
    return ids.map((instanceId) => watched(component, key, placed, instanceId));
  });
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
  const { metric = key, detector, options, counter, periodSeconds, learningSeconds } = anomaly;
  const source = sourceOf(metric, anomaly, instanceId);
  const series: Series = {
    detector,
    options,
    direction: anomaly.direction ?? usualDirection(metric),
    counter,
    periodSeconds,
    learningHours: learningSeconds / HOUR_SECONDS,
  };
  const errorType = anomaly.errorType ?? usualErrorType(metric);
  return {
    component,
    name: instanceId === undefined ? key : `${key}/${instanceId}`,
    metric,
    ...(instanceId !== undefined && { target: instanceId }),
    source,
    series,
    tiers: anomaly.tiers,
    observationMs: anomaly.observationSeconds * 1_000,
    ...(anomaly.unit !== undefined && { unit: anomaly.unit }),
    ...(errorType !== undefined && { errorType }),
    fingerprint: fingerprintOf({ source, detector, options, counter, periodSeconds }),
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
