import { alarmTargets } from '../../functions/core/configuration/alarm-sources.ts';
import type { CompiledConfiguration } from '../../functions/core/configuration/compiled.ts';
import {
  compositeRule,
  type PlannedThresholdAlarm,
  plannedAlarms,
} from '../../functions/core/configuration/planned-alarms.ts';
import { selectorTags, selectsHosts } from '../../functions/core/configuration/target-selector.ts';
import type { AlarmEngine } from '../alarms/alarm-engine.ts';
import { type MetricAlarmInput, metricAlarmSchema } from '../alarms/schemas.ts';
import type { ManagedNode } from '../ssm/host-runner.ts';

/** A host for every instance id of the configuration, and one for each component that selects its hosts by tags or group. */
export function landscapeNodes(configuration: CompiledConfiguration): readonly ManagedNode[] {
  const { key, value } = configuration.settings.managedTag;
  const tagsOf = new Map<string, Record<string, string>>();
  for (const [index, { targets }] of Object.values(configuration.components).entries()) {
    if ('instanceIds' in targets) for (const id of targets.instanceIds) tagsOf.set(id, { [key]: value });
    else if (selectsHosts(targets))
      tagsOf.set(`i-${index.toString(16).padStart(8, '0')}`, { ...selectorTags(targets), [key]: value });
  }
  return [...tagsOf].map(([instanceId, tags]) => ({
    instanceId,
    tags,
    platformType: 'Linux',
    computerName: instanceId,
    ipAddress: '10.0.0.1',
  }));
}

/** The configuration without its alarms: they are created one by one, adopted ones too. */
export function withoutAlarms(configuration: CompiledConfiguration): CompiledConfiguration {
  const components = Object.fromEntries(
    Object.entries(configuration.components).map(([name, component]) => [name, { ...component, alarms: {} }]),
  );
  return { ...configuration, components };
}

/** The configuration with nothing closed by a change calendar: what they said is not in an alarm history. */
export function withoutCalendars(configuration: CompiledConfiguration): CompiledConfiguration {
  const windows = Object.fromEntries(
    Object.entries(configuration.windows).map(([name, window]) => [name, { ...window, calendars: [] }]),
  );
  return { ...configuration, windows };
}

/** Creates every alarm of the configuration: adopted ones first, since composite ones may read them. */
export async function putAlarms(engine: AlarmEngine, configuration: CompiledConfiguration): Promise<void> {
  const planned = plannedAlarms(configuration);
  const created = new Set(planned.map(({ alarmName }) => alarmName));
  for (const [name, { component }] of Object.entries(configuration.alarms)) {
    if (!created.has(name)) engine.putMetricAlarm(adoptedAlarm(name, component, configuration));
  }
  for (const alarm of planned) {
    if (alarm.kind === 'threshold') engine.putMetricAlarm(thresholdAlarm(alarm));
    // Its contributors are not in a recorded history: only its states are set.
    if (alarm.kind === 'query')
      engine.putMetricAlarm(adoptedAlarm(alarm.alarmName, alarm.component, configuration));
  }
  for (const alarm of planned) {
    if (alarm.kind !== 'composite') continue;
    await engine.putCompositeAlarm({ AlarmName: alarm.alarmName, AlarmRule: compositeRule(alarm.children) });
  }
}

/** What it measures is unknown here; it is never evaluated, only set to its recorded states. */
function adoptedAlarm(
  name: string,
  component: string,
  configuration: CompiledConfiguration,
): MetricAlarmInput {
  const definition = configuration.components[component];
  const [instance] = definition === undefined ? [] : alarmTargets(name, component, definition);
  return {
    AlarmName: name,
    Namespace: 'Recorded',
    MetricName: 'Recorded',
    ...(instance !== undefined && { Dimensions: [{ Name: 'InstanceId', Value: instance }] }),
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  };
}

function thresholdAlarm(alarm: PlannedThresholdAlarm): MetricAlarmInput {
  const isPercentile = alarm.statistic.startsWith('p');
  return metricAlarmSchema.parse({
    AlarmName: alarm.alarmName,
    AlarmDescription: alarm.description,
    Namespace: alarm.namespace,
    MetricName: alarm.metricName,
    Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
    ...(isPercentile ? { ExtendedStatistic: alarm.statistic } : { Statistic: alarm.statistic }),
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.missingData,
  });
}
