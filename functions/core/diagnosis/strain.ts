import type { ReadWindow, SeriesRead } from '../analysis/read-window.ts';
import type { CloudWatchSource } from '../analysis/watched-series.ts';
import { HOST_METRICS, statisticOf } from '../configuration/alarm-sources.ts';
import type { Component } from '../configuration/schema/schema.ts';
import { knownMetrics, onTarget } from '../configuration/target-metrics.ts';
import type { Sign } from './evidence.ts';
import { isOfClass, type MetricClass } from './metric-classes.ts';
import { median } from './robust-statistics.ts';
import { HISTORY_PERIODS, PERIOD_MS } from './traffic.ts';

/** A metric that AWS publishes by itself, or its agent on a host, and that no alarm watches. */
export interface StrainQuery {
  readonly component: string;
  readonly metric: StrainMetric;
  readonly instanceId?: string;
  readonly source: CloudWatchSource;
  readonly periodSeconds: number;
  readonly window: ReadWindow;
}

/** From which value on something is short, whatever the component: in percent, throttles by count. */
const SHORT_FROM = { cpu: 90, memory: 90, disk: 90, throttles: 1 } as const;
type StrainMetric = keyof typeof SHORT_FROM;
const CLASS_OF: Readonly<Record<StrainMetric, MetricClass>> = {
  ...{ cpu: 'cpu', memory: 'memory', disk: 'disk', throttles: 'throttling' },
};
const STRAIN_METRICS = Object.keys(SHORT_FROM) as readonly StrainMetric[];

/** Of a component with more, one that is short may be missed. */
const INSTANCES_AT_MOST = 5;
/** One high value is a peak. */
const VALUES = 3;
/** EC2 publishes every 5 minutes, unless detailed monitoring is switched on. */
const SLOWEST_PERIOD_MS = 5 * 60_000;
/** Until a value arrives once its period has ended. */
const DELAY_MS = 5 * 60_000;
/** A value bears the time at which its period began, and is the last one until the next arrives. */
const LAST_WITHIN_MS = 2 * SLOWEST_PERIOD_MS + DELAY_MS;
const ALL_WITHIN_MS = LAST_WITHIN_MS + (VALUES - 1) * SLOWEST_PERIOD_MS;
/** Of an alarm that has been red for longer, what is usual is taken from while it was. */
const READ_AT_MOST_MS = 12 * 3_600_000;

/** From what is usual before the trouble to now, whenever the trouble began, in whole minutes. */
export function strainWindow({ startMs }: ReadWindow, nowMs: number): ReadWindow {
  const endMs = Math.floor(nowMs / PERIOD_MS) * PERIOD_MS;
  return { startMs: Math.max(startMs, endMs - READ_AT_MOST_MS), endMs };
}

/**
 * The series to be read of components that have no alarm on them, in the order of the components.
 *
 * @param window begins with what is usual, and ends now
 */
export function strainQueries(
  components: Readonly<Record<string, Component>>,
  names: readonly string[],
  window: ReadWindow,
): readonly StrainQuery[] {
  return names.flatMap((component) => {
    const configured = components[component];
    if (!configured) return [];
    const watched = Object.values(configured.alarms).map((alarm) => alarm.metric ?? '');
    return STRAIN_METRICS.filter(
      (metric) => !watched.some((name) => isOfClass(name, CLASS_OF[metric])),
    ).flatMap((metric) =>
      seriesOf(configured, metric).map((series) => ({
        ...{ component, metric, periodSeconds: PERIOD_MS / 1_000, window },
        ...series,
      })),
    );
  });
}

function seriesOf(
  { targets }: Component,
  metric: StrainMetric,
): readonly Pick<StrainQuery, 'source' | 'instanceId'>[] {
  if ('instanceIds' in targets) {
    const host = HOST_METRICS.get(metric);
    const ids = targets.instanceIds.slice(0, INSTANCES_AT_MOST);
    return ids.flatMap((instanceId) =>
      host
        ? [{ instanceId, source: sourceOf({ metric, ...host, dimensions: { InstanceId: instanceId } }) }]
        : [],
    );
  }
  return knownMetrics({ targets }).includes(metric)
    ? [{ source: sourceOf(onTarget({ targets }, { metric })) }]
    : [];
}

function sourceOf(alarm: Parameters<typeof onTarget>[1]): CloudWatchSource {
  const { namespace = '', metricName = '', dimensions = {} } = alarm;
  return { kind: 'metric', metric: { namespace, metricName, dimensions, statistic: statisticOf(alarm) } };
}

/** What is short at each component that usually is not, by component. */
export function strainSigns(
  queries: readonly StrainQuery[],
  reads: readonly (SeriesRead | undefined)[],
): ReadonlyMap<string, readonly Sign[]> {
  const found = queries.flatMap((query, index) => {
    const sign = signOf(query, reads[index]?.points ?? []);
    return sign ? [{ component: query.component, sign }] : [];
  });
  const grouped = Map.groupBy(found, ({ component }) => component);
  return new Map([...grouped].map(([component, all]) => [component, all.map(({ sign }) => sign)]));
}

function signOf(
  { metric, instanceId, window }: StrainQuery,
  points: readonly { readonly atMs: number; readonly value: number }[],
): Sign | undefined {
  const limit = SHORT_FROM[metric];
  const recent = points.filter(({ atMs }) => atMs >= window.endMs - ALL_WITHIN_MS).slice(-VALUES);
  const usualUntilMs = Math.min(window.startMs + HISTORY_PERIODS * PERIOD_MS, window.endMs - ALL_WITHIN_MS);
  const before = points.filter(({ atMs }) => atMs < usualUntilMs).map(({ value }) => value);
  const [first] = recent;
  const isNow = recent.some(({ atMs }) => atMs >= window.endMs - LAST_WITHIN_MS);
  if (!first || !isNow || recent.length < VALUES || recent.some(({ value }) => value < limit))
    return undefined;
  // A cache that fills its memory, and a host that is always busy, are as ever.
  if (before.length === 0 || median(before) >= limit) return undefined;
  const began = points[points.findLastIndex(({ value }) => value < limit) + 1] ?? first;
  const what = `${metric}${instanceId === undefined ? '' : ` of ${instanceId}`}`;
  const level = metric === 'throttles' ? 'above zero' : `at ${limit} % or more`;
  return {
    ...{ metric, atMs: began.atMs },
    says: `${what}, which no alarm watches, has been ${level} since ${new Date(began.atMs).toISOString()}`,
  };
}
