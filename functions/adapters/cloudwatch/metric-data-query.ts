import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { MetricSource } from '../../core/analysis/watched-series.ts';
import type { SeriesQuery } from '../../ports/metric-data.ts';

/**
 * What GetMetricData takes for one series: its metric, or its expression with the metrics that it uses. Many series share
 * a call, so that the names in an expression get the series' own prefix.
 */
export function metricDataQueries(id: string, { source, periodSeconds }: SeriesQuery): MetricDataQuery[] {
  if (source.kind === 'metric') {
    return [{ Id: id, MetricStat: metricStat(source.metric, periodSeconds), ReturnData: true }];
  }
  const { expression, metrics } = source;
  const names = Object.keys(metrics);
  return [
    { Id: id, Expression: withPrefix(expression, names, `${id}_`), Period: periodSeconds, ReturnData: true },
    ...Object.entries(metrics).map(([name, metric]) => ({
      Id: `${id}_${name}`,
      MetricStat: metricStat(metric, periodSeconds),
      ReturnData: false,
    })),
  ];
}

function metricStat(
  { namespace, metricName, dimensions, statistic }: MetricSource,
  periodSeconds: number,
): NonNullable<MetricDataQuery['MetricStat']> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Metric: { Namespace: namespace, MetricName: metricName, Dimensions },
    Period: periodSeconds,
    Stat: statistic,
  };
}

/** Texts in quotes, and words: names of metrics and of functions. */
const TEXTS_AND_WORDS = /'[^']*'|"[^"]*"|[A-Za-z_][A-Za-z0-9_]*/g;

function withPrefix(expression: string, names: readonly string[], prefix: string): string {
  return expression.replaceAll(TEXTS_AND_WORDS, (part) => (names.includes(part) ? `${prefix}${part}` : part));
}
