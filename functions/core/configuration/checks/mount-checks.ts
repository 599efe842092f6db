import { type MetricSource, metricSourceOf, statisticOf } from '../alarm-sources.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ThresholdAlarm } from '../schema/alarm-schema.ts';

type Dimensions = Readonly<Record<string, string>>;

const isOfMounts = ({ namespace, metricName }: Partial<MetricSource>) =>
  namespace === 'CWAgent' && metricName?.startsWith('disk_') === true;

/** A statistic over all mounts of a host, which hides the one that is full. */
export function checkMixedMounts(path: DocumentPath, alarm: ThresholdAlarm): readonly Finding[] {
  const statistic = statisticOf(alarm);
  const isOfOne = alarm.dimensions?.['path'] !== undefined;
  if (!isOfMounts(metricSourceOf(alarm)) || isOfOne || statistic === extreme(alarm)) return [];
  return [
    {
      severity: 'warning',
      code: 'mounts-mixed',
      path: [...path, ...(alarm.statistic === undefined ? [] : ['statistic'])],
      value: statistic,
      message: `${statistic} mixes all mounts of a host, so that a single one that is \`${alarm.comparison} ${alarm.threshold}\` does not show`,
      remedy: `Write \`statistic: ${extreme(alarm)}\`, or name one mount with \`dimensions:\` with \`path\`, \`device\`, \`fstype\` and \`InstanceId\`.`,
    },
  ];
}

/** The statistic that shows a single bad point. */
function extreme({ comparison }: ThresholdAlarm): 'Maximum' | 'Minimum' {
  return comparison.startsWith('>') ? 'Maximum' : 'Minimum';
}

/**
 * Dimensions under which the CloudWatch agent publishes nothing unless it is to aggregate by them: CloudWatch matches
 * all dimensions of a metric or none. The agent may leave out the device (`drop_device`).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html
 */
export function checkMountDimensions(
  path: DocumentPath,
  source: Partial<MetricSource>,
  dimensions: Dimensions | undefined,
): readonly Finding[] {
  const given = Object.keys(dimensions ?? {});
  const missing = ['path', 'fstype'].filter((name) => !given.includes(name));
  const namesMount = ['path', 'device', 'fstype'].some((name) => given.includes(name));
  if (!isOfMounts(source) || !namesMount || missing.length === 0) return [];
  const list = given.map((name) => JSON.stringify(name)).join(', ');
  return [
    {
      severity: 'warning',
      code: 'partial-dimensions',
      path: [...path, 'dimensions'],
      value: dimensions,
      message: `the CloudWatch agent publishes \`${source.metricName}\` under \`path\`, \`device\`, \`fstype\` and the dimensions of the host, and CloudWatch finds a metric only by all of them; missing: ${missing.join(', ')}`,
      remedy: `Copy all dimensions from \`aws cloudwatch list-metrics --namespace CWAgent --metric-name ${source.metricName}\`, or have the agent publish by these: \`"aggregation_dimensions": [[${list}]]\`.`,
    },
  ];
}
