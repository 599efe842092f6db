import * as z from 'zod';
import type { MetricIdentity } from '../alarms/metric-store.ts';

/** One value of one metric. */
export interface EmbeddedValue {
  readonly metric: MetricIdentity;
  readonly timestampMs: number;
  readonly unit: string;
  readonly value: number;
}

const directive = z.object({
  Namespace: z.string(),
  Dimensions: z.array(z.array(z.string())),
  Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().default('None') })),
});

const document = z.looseObject({
  _aws: z.object({ Timestamp: z.number(), CloudWatchMetrics: z.array(directive) }),
});

/**
 * The metrics in a line of a function's log. Other lines, and those that CloudWatch would not accept, have none.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetricsIn(line: string): readonly EmbeddedValue[] {
  const parsed = document.safeParse(parsedJson(line));
  if (!parsed.success) return [];
  const { _aws: about, ...members } = parsed.data;
  return about.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(members[name])]));
      return Metrics.flatMap(({ Name, Unit }) =>
        valuesOf(members[Name]).map((value) => ({
          metric: { namespace: Namespace, name: Name, dimensions },
          timestampMs: about.Timestamp,
          unit: Unit,
          value,
        })),
      );
    }),
  );
}

function valuesOf(member: unknown): readonly number[] {
  return (Array.isArray(member) ? member : [member]).filter((value) => typeof value === 'number');
}

function parsedJson(line: string): unknown {
  if (!line.includes('"_aws"')) return undefined;
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
}
