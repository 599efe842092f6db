import { metricSourceOf, statisticOf } from './alarm-sources.ts';
import type { ThresholdAlarm } from './schema/alarm-schema.ts';
import type { Component } from './schema/component-schema.ts';
import { selectorTags, selectsHosts } from './target-selector.ts';

/** EC2 publishes these under InstanceId alone: only an instance's tags show which group it is in. */
export const EC2_NAMESPACE = 'AWS/EC2';

/** The dimension under which the CloudWatch agent and most exporters publish the name of an instance's group. */
const GROUP_DIMENSION = 'AutoScalingGroupName';

/** The statistics that Metrics Insights has; there are no percentiles. */
export const QUERY_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['Average', 'AVG'],
  ['Maximum', 'MAX'],
  ['Minimum', 'MIN'],
  ['SampleCount', 'COUNT'],
  ['Sum', 'SUM'],
]);

/** The metrics that a group's alarm watches: those of instances with these tags, or under these dimensions. */
export type QueryFilter =
  | { readonly by: 'tags'; readonly entries: Readonly<Record<string, string>> }
  | { readonly by: 'dimensions'; readonly entries: Readonly<Record<string, string>> };

/**
 * The filter for a component whose instances are not known by id.
 *
 * @returns `undefined` where neither tags nor dimensions distinguish its metrics from those of others
 */
export function queryFilter(
  { targets }: Pick<Component, 'targets'>,
  alarm: ThresholdAlarm,
): QueryFilter | undefined {
  if (!selectsHosts(targets) || 'instanceIds' in targets) return undefined;
  if (metricSourceOf(alarm).namespace === EC2_NAMESPACE)
    return alarm.dimensions === undefined ? { by: 'tags', entries: selectorTags(targets) } : undefined;
  if (alarm.dimensions !== undefined && Object.keys(alarm.dimensions).length > 0)
    return { by: 'dimensions', entries: alarm.dimensions };
  return 'autoScalingGroup' in targets
    ? { by: 'dimensions', entries: { [GROUP_DIMENSION]: targets.autoScalingGroup } }
    : undefined;
}

/**
 * The Metrics Insights query that returns one series for each instance: each is a contributor of its alarm, with a
 * state of its own. An alarm on several series needs an order; the worst come first, as CloudWatch evaluates 500 at
 * most.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html
 */
export function groupQuery(alarm: ThresholdAlarm, filter: QueryFilter): string {
  const { namespace = '', metricName = '' } = metricSourceOf(alarm);
  const statistic = QUERY_FUNCTIONS.get(statisticOf(alarm)) ?? 'AVG';
  // SCHEMA requires the exact dimensions, and so excludes EC2's own aggregates over a group. Metrics that others
  // publish have more of them.
  const from = filter.by === 'tags' ? `SCHEMA(${quoted(namespace)}, InstanceId)` : quoted(namespace);
  const where = Object.entries(filter.entries).map(
    ([key, value]) => `${filter.by === 'tags' ? 'tag.' : ''}${quoted(key)} = '${value}'`,
  );
  const [extreme, direction] = alarm.comparison.startsWith('<') ? ['MIN', 'ASC'] : ['MAX', 'DESC'];
  return `SELECT ${statistic}(${quoted(metricName)}) FROM ${from} WHERE ${where.join(' AND ')} GROUP BY InstanceId ORDER BY ${extreme}() ${direction}`;
}

/** The language has hundreds of reserved words, `role` and `period` among them. */
function quoted(identifier: string): string {
  return `"${identifier}"`;
}

/** Characters that would end a name or a value in a query. */
export const ENDS_A_NAME = /['"\\]/;
