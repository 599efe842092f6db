import type { Severity } from '../signal/severity.ts';
import { ALARM_DESCRIPTION_CHARACTERS } from './alarm-limits.ts';
import {
  alarmInstances,
  alarmNames,
  createdAlarmName,
  isGroupAlarm,
  metricSourceOf,
  statisticOf,
} from './alarm-sources.ts';
import type { AlarmBinding } from './compiled.ts';
import { groupQuery, queryFilter } from './group-query.ts';
import type { CompositeAlarm, ThresholdAlarm } from './schema/alarm-schema.ts';
import type { Component, Configuration } from './schema/schema.ts';
import { onTarget } from './target-metrics.ts';

const COMPARISONS = {
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
  '<=': 'LessThanOrEqualToThreshold',
} as const;

/** CloudWatch's name of a comparison. */
export type ComparisonOperator = (typeof COMPARISONS)[keyof typeof COMPARISONS];

interface PlannedAlarmBase {
  readonly alarmName: string;
  readonly component: string;
  /** The name that strategies use. */
  readonly metric: string;
  readonly severity: Severity;
  readonly description: string;
}

/** What a threshold alarm compares, wherever its data comes from. */
interface PlannedComparison extends PlannedAlarmBase {
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingData: ThresholdAlarm['missingData'];
}

/** An alarm to create over the instances of a group, each on its own. */
export interface PlannedQueryAlarm extends PlannedComparison {
  readonly kind: 'query';
  /** A CloudWatch Metrics Insights query; each series that it returns is a contributor of the alarm. */
  readonly expression: string;
}

/** An alarm to create over one metric. */
export interface PlannedThresholdAlarm extends PlannedComparison {
  readonly kind: 'threshold';
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Average, Sum, Minimum, Maximum, SampleCount, or a percentile such as p99. */
  readonly statistic: string;
}

/** An alarm to create over other alarms: in every group at least one must be in ALARM. */
export interface PlannedCompositeAlarm extends PlannedAlarmBase {
  readonly kind: 'composite';
  /** Alarm names, AND of ORs; a group has several when each instance has an alarm of its own. */
  readonly children: readonly (readonly string[])[];
}

export type PlannedAlarm = PlannedThresholdAlarm | PlannedQueryAlarm | PlannedCompositeAlarm;

/**
 * The CloudWatch alarms to create, in the order of the file; adopted ones are not among them.
 *
 * @throws TypeError if an alarm's namespace or metric name is unknown, which loadConfiguration refuses
 */
export function plannedAlarms(configuration: Pick<Configuration, 'components'>): PlannedAlarm[] {
  return Object.entries(configuration.components).flatMap(([name, component]) =>
    Object.entries(component.alarms).flatMap(([key, alarm]): PlannedAlarm[] => {
      if ('adopt' in alarm) return [];
      if ('allOf' in alarm) return [plannedComposite(name, component, key, alarm)];
      return isGroupAlarm(component, alarm)
        ? [plannedQuery(name, component, key, alarm)]
        : plannedThresholds(name, component, key, alarm);
    }),
  );
}

/** The composite's rule in CloudWatch's syntax. */
export function compositeRule(children: PlannedCompositeAlarm['children']): string {
  const inAlarm = (name: string) => `ALARM("${name.replaceAll(/["\\]/g, '\\$&')}")`;
  return children
    .map((group) => (group.length === 1 ? group.map(inAlarm).join() : `(${group.map(inAlarm).join(' OR ')})`))
    .join(' AND ');
}

/** The component and metric of each CloudWatch alarm, adopted ones included; by the alarm's name. */
export function alarmBindings(
  configuration: Pick<Configuration, 'components'>,
): Readonly<Record<string, AlarmBinding>> {
  return Object.fromEntries(
    Object.entries(configuration.components).flatMap(([component, definition]) =>
      Object.entries(definition.alarms).flatMap(([key, alarm]) => {
        const { metric, severity } = alarm;
        const isLow = 'comparison' in alarm && alarm.comparison.startsWith('<');
        const binding: AlarmBinding = { component, metric, severity, ...(isLow && { isLow }) };
        return alarmNames(component, definition, key).map((name) => [name, binding]);
      }),
    ),
  );
}

/** Text for people: it is cut to the length that CloudWatch allows, and never the reason to refuse an alarm. */
function shortened(description: string): string {
  if (description.length <= ALARM_DESCRIPTION_CHARACTERS) return description;
  return `${description.slice(0, ALARM_DESCRIPTION_CHARACTERS - 1)}…`;
}

function plannedComposite(
  component: string,
  definition: Component,
  key: string,
  alarm: CompositeAlarm,
): PlannedCompositeAlarm {
  return {
    kind: 'composite',
    alarmName: createdAlarmName(component, key),
    component,
    metric: alarm.metric,
    severity: alarm.severity,
    children: alarm.allOf.map((child) => alarmNames(component, definition, child)),
    description: shortened(
      `Selfheal: ${alarm.metric} of ${component}, when ${alarm.allOf.join(' and ')} are in ALARM together`,
    ),
  };
}

function plannedQuery(
  component: string,
  definition: Component,
  key: string,
  alarm: ThresholdAlarm,
): PlannedQueryAlarm {
  const filter = queryFilter(definition, alarm);
  if (!filter) {
    throw new TypeError(
      `components.${component}.alarms.${key}: nothing distinguishes its metrics from those of other instances; add \`dimensions\``,
    );
  }
  return {
    kind: 'query',
    expression: groupQuery(alarm, filter),
    ...comparisonOf(component, key, alarm, statisticOf(alarm), 'each instance of '),
  };
}

function plannedThresholds(
  component: string,
  definition: Component,
  key: string,
  declared: ThresholdAlarm,
): PlannedThresholdAlarm[] {
  const alarm = onTarget(definition, declared);
  const { namespace, metricName } = metricSourceOf(alarm);
  if (namespace === undefined || metricName === undefined) {
    throw new TypeError(
      `components.${component}.alarms.${key}: no CloudWatch metric is known for \`${alarm.metric}\`; give namespace and metricName`,
    );
  }
  const statistic = statisticOf(alarm);
  const instances = alarmInstances(definition, alarm);
  const perAlarm: readonly (string | undefined)[] = instances.length === 0 ? [undefined] : instances;
  return perAlarm.map((instance) => ({
    kind: 'threshold',
    ...comparisonOf(component, key, alarm, statistic),
    alarmName: createdAlarmName(component, key, instance),
    namespace,
    metricName,
    dimensions: { ...alarm.dimensions, ...(instance !== undefined && { InstanceId: instance }) },
    statistic,
  }));
}

function comparisonOf(
  component: string,
  key: string,
  alarm: ThresholdAlarm,
  statistic: string,
  whose = '',
): PlannedComparison {
  const { metric, severity, threshold, comparison, periodSeconds, evaluationPeriods, missingData } = alarm;
  const datapointsToAlarm = alarm.datapointsToAlarm ?? evaluationPeriods;
  const points = `${datapointsToAlarm} of ${evaluationPeriods} points of ${periodSeconds} s`;
  return {
    alarmName: createdAlarmName(component, key),
    component,
    metric,
    severity,
    threshold,
    comparison: COMPARISONS[comparison],
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm,
    missingData,
    description: `Selfheal: ${metric} of ${whose}${component}, ${statistic} ${comparison} ${threshold} in ${points}`,
  };
}
