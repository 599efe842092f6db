import { isPerInstance, placedOn } from '../../analysis/anomaly-series.ts';
import { baselineShardOf } from '../../analysis/baseline.ts';
import { seriesOf } from '../../analysis/component-series.ts';
import { WAITING_BYTES } from '../../analysis/waiting-rows.ts';
import { isGathered, type WatchedSeries } from '../../analysis/watched-series.ts';
import { packState } from '../../detection/packed-state.ts';
import { startSeries } from '../../detection/series.ts';
import { HOST_METRICS, metricSourceOf } from '../alarm-sources.ts';
import { withNearest } from '../nearest-name.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Anomaly } from '../schema/anomaly-schema.ts';
import type { Component } from '../schema/schema.ts';
import { knownMetrics } from '../target-metrics.ts';
import { checkOptions } from './detector-option-checks.ts';
import { checkJoint } from './joint-checks.ts';
import { checkMountDimensions } from './mount-checks.ts';

/** Series under `anomalies` that could not be read, or whose baselines could not be kept. */
export function checkAnomalies({ components }: ReadableParts): readonly Finding[] {
  const findings = [...components].flatMap(([name, component]) =>
    Object.entries(component.anomalies).flatMap(([key, anomaly]) => {
      const path = ['components', name, 'anomalies', key];
      const isJoint = anomaly.of !== undefined || anomaly.detector === 'joint';
      return [
        ...(isJoint ? checkJoint(path, key, anomaly, component) : checkSource(path, key, component, anomaly)),
        ...checkMounts(path, key, anomaly),
        ...checkOptions(path, anomaly),
      ];
    }),
  );
  // Sizes are known only of series that can be started.
  const canStart = findings.every(({ severity }) => severity === 'warning');
  return canStart ? [...findings, ...checkSizes(components)] : findings;
}

function checkMounts(path: DocumentPath, key: string, anomaly: Anomaly): readonly Finding[] {
  const { metric = key, metrics = {}, dimensions } = anomaly;
  return [
    ...checkMountDimensions(path, metricSourceOf({ ...anomaly, metric }), dimensions),
    ...Object.entries(metrics).flatMap(([name, part]) =>
      checkMountDimensions([...path, 'metrics', name], part, part.dimensions),
    ),
  ];
}

const PLAIN_KEYS = ['namespace', 'metricName', 'dimensions', 'statistic'] as const;

function checkSource(
  path: DocumentPath,
  key: string,
  component: Component,
  anomaly: Anomaly,
): readonly Finding[] {
  const { metric = key, expression, metrics } = anomaly;
  if (expression === undefined) {
    return metrics === undefined
      ? checkMetric(path, metric, component, placedOn(component.targets, key, anomaly))
      : [missing([...path, 'metrics'], metrics, '`expression`', 'an expression over `metrics`')];
  }
  const [plain] = PLAIN_KEYS.filter((name) => anomaly[name] !== undefined);
  if (plain !== undefined) {
    return [
      {
        severity: 'error',
        code: 'conflicting-keys',
        path: [...path, plain],
        at: 'key',
        value: anomaly[plain],
        message: `\`${plain}\` and \`expression\` exclude each other: the metrics of an expression belong under \`metrics\``,
        remedy: `Move \`${plain}\` to a metric under \`metrics\`, or remove \`expression\`.`,
      },
    ];
  }
  if (metrics === undefined || Object.keys(metrics).length === 0)
    return [missing([...path, 'expression'], expression, '`metrics`', 'the metrics that it names')];
  return checkExpression([...path, 'expression'], expression, Object.keys(metrics));
}

function missing(path: DocumentPath, value: unknown, what: string, meant: string): Finding {
  return {
    severity: 'error',
    code: 'metric-source-needed',
    path,
    at: 'key',
    value,
    message: `${what} is missing: ${meant}`,
    remedy: `Add ${what}.`,
  };
}

function checkMetric(
  path: DocumentPath,
  metric: string,
  component: Component,
  anomaly: Anomaly,
): readonly Finding[] {
  const { namespace, metricName } = metricSourceOf({ ...anomaly, metric });
  const isEachInstance = isPerInstance(metric, anomaly) && 'instanceIds' in component.targets;
  const needed = [
    ...(namespace === undefined ? ['namespace'] : []),
    ...(metricName === undefined ? ['metricName'] : []),
    ...(anomaly.dimensions === undefined && !isEachInstance ? ['dimensions'] : []),
  ];
  if (needed.length === 0) return [];
  const known = HOST_METRICS.has(metric)
    ? `\`${metric}\` is watched per instance only for \`instanceIds\``
    : `Selfheal does not know the CloudWatch metric of \`${metric}\`; it knows ${[...HOST_METRICS.keys(), ...knownMetrics(component)].join(', ')}`;
  return [
    {
      severity: 'error',
      code: 'metric-source-needed',
      path,
      at: 'key',
      value: metric,
      message: `${known}; missing: ${needed.join(', ')}`,
      remedy: `Add ${needed.map((name) => `\`${name}:\``).join(', ')} (\`dimensions: {}\` for a metric without any), or an \`expression\` with \`metrics\`.`,
    },
  ];
}

/** What returns several series, or those of other series that share the call. */
const SEVERAL_SERIES =
  /\b(SEARCH|SELECT|METRICS|ANOMALY_DETECTION_BAND|LAMBDA|DB_PERF_INSIGHTS|INSIGHT_RULE_METRIC)\b/;
/** What depends on the values before: each run reads only the newest, and the first of them would be missing or wrong. */
const DEPENDENT_ON_EARLIER = /\b(RATE|DIFF|DIFF_TIME|RUNNING_SUM)\b/;
const TEXTS = /'[^']*'|"[^"]*"/g;
const NAMES = /\b[a-z][A-Za-z0-9_]*/g;

function checkExpression(
  path: DocumentPath,
  expression: string,
  known: readonly string[],
): readonly Finding[] {
  const invalid = { severity: 'error', code: 'invalid-value', path, value: expression } as const;
  const bare = expression.replaceAll(TEXTS, '');
  const [several] = SEVERAL_SERIES.exec(expression) ?? [];
  if (several !== undefined) {
    return [
      {
        ...invalid,
        message: `\`${several}\` may return several series, and each entry watches one`,
        remedy: 'Write an expression over the names under `metrics`, and one entry for each series.',
      },
    ];
  }
  const [dependent] = DEPENDENT_ON_EARLIER.exec(bare) ?? [];
  if (dependent !== undefined) {
    return [
      {
        ...invalid,
        message: `\`${dependent}\` depends on values before those that a run reads`,
        remedy: 'Write an expression whose values follow from the data points of their own period.',
      },
    ];
  }
  const names = [...bare.matchAll(NAMES)].map(([name]) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return [];
  const near = withNearest(unknown, known);
  return [
    {
      ...invalid,
      message: `\`${unknown}\` is not among \`metrics\`: ${known.join(', ')}`,
      remedy: near.nearest
        ? `Did you mean \`${near.nearest}\`?`
        : 'Add it to `metrics`, or correct the name.',
      ...near,
    },
  ];
}

/** DynamoDB accepts items of 400 KB. Names, times and what is still to be sent need room as well. */
const SHARD_BYTES = 320 * 1024;
const SERIES_OVERHEAD_BYTES = 160;

/** The baselines of components that share a record must fit into it. */
function checkSizes(components: ReadableParts['components']): readonly Finding[] {
  const sizeOf = new Map<number, number>();
  return [...components].flatMap(([name, component]): readonly Finding[] => {
    const series = seriesOf(name, component);
    if (series.length === 0) return [];
    const shard = baselineShardOf(name);
    const bytes = series.reduce((sum, each) => sum + bytesOf(each), 0);
    const before = sizeOf.get(shard) ?? 0;
    sizeOf.set(shard, before + bytes);
    if (before + bytes <= SHARD_BYTES) return [];
    const fits = Math.max(0, Math.floor(((SHARD_BYTES - before) / bytes) * series.length));
    return [
      {
        severity: 'error',
        code: 'too-many-series',
        path: ['components', name, 'anomalies'],
        at: 'key',
        value: series.length,
        message: `the baselines of its ${series.length} series do not fit into their record; ${fits} of them would`,
        remedy:
          'Watch fewer series, give their detectors smaller windows, or spread them over several components.',
      },
    ];
  });
}

function bytesOf({ series, source }: WatchedSeries): number {
  const waiting = isGathered(source) ? WAITING_BYTES : 0;
  return packState(series, startSeries(series)).length + SERIES_OVERHEAD_BYTES + waiting;
}
