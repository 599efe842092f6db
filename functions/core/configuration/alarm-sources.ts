import { instanceId } from './names.ts';
import type { ThresholdAlarm } from './schema/alarm-schema.ts';
import type { Component } from './schema/schema.ts';
import { selectsHosts } from './target-selector.ts';

/** Where CloudWatch finds a metric. */
export interface MetricSource {
  readonly namespace: string;
  readonly metricName: string;
}

/**
 * The host metrics whose namespace in CloudWatch is known, each under the dimension InstanceId. The agent publishes
 * memory and disk under InstanceId alone only if its configuration says `aggregation_dimensions: [["InstanceId"]]`:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
 */
export const HOST_METRICS: ReadonlyMap<string, MetricSource> = new Map([
  ['cpu', { namespace: 'AWS/EC2', metricName: 'CPUUtilization' }],
  ['memory', { namespace: 'CWAgent', metricName: 'mem_used_percent' }],
  ['disk', { namespace: 'CWAgent', metricName: 'disk_used_percent' }],
  ['status_check', { namespace: 'AWS/EC2', metricName: 'StatusCheckFailed' }],
]);

/** For `disk`, the fullest mount: the agent's figures for all mounts go into one metric. */
const DEFAULT_STATISTICS: ReadonlyMap<string, string> = new Map([
  ['disk', 'Maximum'],
  ['latency_p99', 'p99'],
  ['status_check', 'Maximum'],
]);

/** The metric of an alarm or of a series under `anomalies`, as its configuration names it. */
type NamedMetric = Pick<ThresholdAlarm, 'metric' | 'namespace' | 'metricName' | 'statistic'>;

/** The statistic that is compared: its own, else its metric's usual one, else Average. */
export function statisticOf(alarm: NamedMetric): string {
  return alarm.statistic ?? DEFAULT_STATISTICS.get(alarm.metric) ?? 'Average';
}

/** The namespace and name of a metric, as far as they are known. */
export function metricSourceOf(alarm: NamedMetric): Partial<MetricSource> {
  return {
    ...HOST_METRICS.get(alarm.metric),
    ...(alarm.namespace === undefined ? {} : { namespace: alarm.namespace }),
    ...(alarm.metricName === undefined ? {} : { metricName: alarm.metricName }),
  };
}

/** Whether each instance is watched on its own. */
export function isPerInstance({ metric, dimensions, perInstance }: ThresholdAlarm): boolean {
  return perInstance ?? (HOST_METRICS.has(metric) && dimensions === undefined);
}

/** The instances that each get an alarm of their own; none, if one alarm serves the component. */
export function alarmInstances(component: Component, alarm: ThresholdAlarm): readonly string[] {
  return isPerInstance(alarm) && 'instanceIds' in component.targets ? component.targets.instanceIds : [];
}

/** Whether one alarm watches each instance of a group on its own, so that its contributors name the instance. */
export function isGroupAlarm(component: Component, alarm: ThresholdAlarm): boolean {
  const { targets } = component;
  return isPerInstance(alarm) && selectsHosts(targets) && !('instanceIds' in targets);
}

/**
 * Prefix of the alarms on Selfheal itself. Component alarms are all lower case, and so is the prefix by which rules
 * match them: alarms on Selfheal are never fed back into healing.
 */
export const OWN_ALARM_PREFIX = 'SelfhealEngine-';

/** What CloudWatch calls an alarm that Selfheal creates. */
export function createdAlarmName(component: string, alarm: string, instance?: string): string {
  return ['selfheal', component, alarm, ...(instance === undefined ? [] : [instance])].join('-');
}

/** The CloudWatch names behind one declared alarm: several when each instance has its own. */
export function alarmNames(componentName: string, component: Component, key: string): readonly string[] {
  const alarm = component.alarms[key];
  if (!alarm) return [];
  if ('adopt' in alarm) return [alarm.adopt];
  const instances = 'allOf' in alarm ? [] : alarmInstances(component, alarm);
  if (instances.length === 0) return [createdAlarmName(componentName, key)];
  return instances.map((instance) => createdAlarmName(componentName, key, instance));
}

/** Whether an alarm already exists, so that only CloudWatch knows what it is about. */
function isAdopted(alarmName: string, component: Component): boolean {
  return Object.values(component.alarms).some((alarm) => 'adopt' in alarm && alarm.adopt === alarmName);
}

/** Whether an alarm that Selfheal creates has contributors: only CloudWatch knows which of them are red. */
function hasContributors(alarmName: string, componentName: string, component: Component): boolean {
  return Object.entries(component.alarms).some(
    ([key, alarm]) =>
      'threshold' in alarm &&
      createdAlarmName(componentName, key) === alarmName &&
      isGroupAlarm(component, alarm),
  );
}

/** Whether only CloudWatch knows which instances an alarm is about: it was adopted, or has contributors. */
export function mayHaveContributors(alarmName: string, componentName: string, component: Component): boolean {
  return isAdopted(alarmName, component) || hasContributors(alarmName, componentName, component);
}

/** Whether an expression is a query that returns several series: each is a contributor, and has events of its own. */
export function isGrouped(expression: string | undefined): boolean {
  return expression !== undefined && /^\s*SELECT\b.*\bGROUP\s+BY\b/is.test(expression);
}

/** The instances named by the dimensions of an alarm's metrics, each once. */
export function instancesIn(
  dimensions: readonly (Readonly<Record<string, string>> | undefined)[],
): readonly string[] {
  const ids = dimensions.map((each) => each?.['InstanceId']);
  return [...new Set(ids.filter((id) => id !== undefined && instanceId.safeParse(id).success))] as string[];
}

/**
 * The instances that an alarm created by Selfheal is about, as its own events would name them; none, if it is about the
 * whole component.
 */
export function alarmTargets(
  alarmName: string,
  componentName: string,
  component: Component,
): readonly string[] {
  for (const [key, alarm] of Object.entries(component.alarms)) {
    if ('adopt' in alarm || 'allOf' in alarm) continue;
    const own = alarmInstances(component, alarm).find(
      (instance) => createdAlarmName(componentName, key, instance) === alarmName,
    );
    if (own !== undefined) return [own];
    if (createdAlarmName(componentName, key) === alarmName) return instancesIn([alarm.dimensions]);
  }
  return [];
}
