import type { CloudWatchSource, MetricSource } from './watched-series.ts';

/** What is shown around the anomaly. */
const SPAN_MS = 6 * 3_600_000;

/** The console of each partition. */
function consoleOf(region: string): string {
  if (region.startsWith('cn-')) return 'console.amazonaws.cn';
  return region.startsWith('us-gov-') ? 'console.amazonaws-us-gov.com' : 'console.aws.amazon.com';
}

/** A link to the graph of a series in CloudWatch's console, around a moment. */
export function graphLink(
  source: CloudWatchSource,
  { region, periodSeconds, atMs }: { region: string; periodSeconds: number; atMs: number },
): string {
  const iso = (ms: number) => new Date(ms).toISOString();
  const graph = {
    metrics: graphMetrics(source, periodSeconds),
    view: 'timeSeries',
    region,
    start: iso(atMs - SPAN_MS),
    end: iso(atMs + SPAN_MS / 6),
  };
  return `https://${region}.${consoleOf(region)}/cloudwatch/home?region=${region}#metricsV2:graph=${jsUrl(graph)}`;
}

function graphMetrics(source: CloudWatchSource, period: number): readonly unknown[] {
  if (source.kind === 'metric') return [graphMetric(source.metric, { period })];
  const { expression, metrics } = source;
  return [
    [{ expression, id: 'e1' }],
    ...Object.entries(metrics).map(([id, metric]) => graphMetric(metric, { period, id, visible: false })),
  ];
}

function graphMetric({ namespace, metricName, dimensions, statistic }: MetricSource, more: object): unknown {
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { stat: statistic, ...more }];
}

/** The notation of the console's addresses: https://github.com/Sage/jsurl. */
function jsUrl(value: unknown): string {
  if (Array.isArray(value)) return `~(${value.map(jsUrl).join('')})`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, each]) => `${escaped(name)}${jsUrl(each)}`);
    return `~(${fields.join('~')})`;
  }
  if (typeof value === 'string') return `~'${escaped(value)}`;
  return `~${String(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w.-]/g, (character) => {
    if (character === '$') return '!';
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `*${code.toString(16).padStart(2, '0')}`
      : `**${code.toString(16).padStart(4, '0')}`;
  });
}
