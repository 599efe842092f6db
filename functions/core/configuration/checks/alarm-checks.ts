import { COMPOSITE_CHILDREN, COMPOSITE_RULE_CHARACTERS } from '../alarm-limits.ts';
import {
  alarmInstances,
  alarmNames,
  HOST_METRICS,
  isGroupAlarm,
  isPerInstance,
  metricSourceOf,
  OWN_ALARM_PREFIX,
} from '../alarm-sources.ts';
import { compositeRule } from '../planned-alarms.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Alarm, CompositeAlarm, ThresholdAlarm } from '../schema/alarm-schema.ts';
import type { Component } from '../schema/schema.ts';
import { knownMetrics, onTarget } from '../target-metrics.ts';
import { selectsHosts } from '../target-selector.ts';
import { checkBounds } from './alarm-bound-checks.ts';
import { checkMixedMounts, checkMountDimensions } from './mount-checks.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** Alarms that CloudWatch would refuse, that would never see data, or whose names collide. */
export function checkAlarms({ components }: ReadableParts): readonly Finding[] {
  const names = new Map<string, NameOwner>();
  return [...components].flatMap(([name, component]) =>
    Object.entries(component.alarms).flatMap(([key, alarm]) => {
      const path = ['components', name, 'alarms', key];
      const collisions = checkCollisions(path, alarm, alarmNames(name, component, key), names);
      if ('adopt' in alarm) return [...collisions, ...checkAdopted(path, alarm.adopt)];
      if ('allOf' in alarm) return [...collisions, ...checkComposite(path, name, component, alarm)];
      const isOverGroup = isGroupAlarm(component, alarm);
      return [
        ...collisions,
        ...checkMetric(path, component, alarm),
        ...checkMixedMounts(path, alarm),
        // A group's alarm filters by its dimensions, whatever others its metrics have.
        ...(isOverGroup ? [] : checkMountDimensions(path, metricSourceOf(alarm), alarm.dimensions)),
        ...checkBounds(path, onTarget(component, alarm)),
        ...checkDatapoints(path, alarm),
        // Alarms over a group's instances may look back less far: see checkGroupAlarms.
        ...(isOverGroup ? [] : checkRange(path, alarm)),
      ];
    }),
  );
}

function checkAdopted(path: DocumentPath, name: string): readonly Finding[] {
  if (!name.startsWith(OWN_ALARM_PREFIX)) return [];
  return [
    {
      severity: 'error',
      code: 'own-alarm-adopted',
      path: [...path, 'adopt'],
      value: name,
      message: `\`${name}\` is an alarm on Selfheal itself, which people must see to: it cannot start repairs`,
      remedy: `Adopt an alarm on the component; none of yours may begin with \`${OWN_ALARM_PREFIX}\`.`,
    },
  ];
}

interface NameOwner {
  readonly place: string;
  readonly isAdopted: boolean;
}

function checkCollisions(
  path: DocumentPath,
  alarm: Alarm,
  names: readonly string[],
  taken: Map<string, NameOwner>,
): readonly Finding[] {
  const isAdopted = 'adopt' in alarm;
  return names.flatMap((name): readonly Finding[] => {
    const owner = taken.get(name);
    if (owner === undefined) taken.set(name, { place: path.join('.'), isAdopted });
    // checkReferences reports an alarm that is adopted twice.
    if (owner === undefined || (owner.isAdopted && isAdopted)) return [];
    return [
      {
        severity: 'error',
        code: 'alarm-name-collision',
        path,
        at: 'key',
        value: name,
        message: `its CloudWatch name \`${name}\` is also that of ${owner.place}`,
        remedy: isAdopted
          ? 'Remove the adoption: Selfheal creates that alarm.'
          : 'Rename the alarm or the component.',
      },
    ];
  });
}

function checkMetric(path: DocumentPath, component: Component, declared: ThresholdAlarm): readonly Finding[] {
  const alarm = onTarget(component, declared);
  const known = selectsHosts(component.targets) ? [...HOST_METRICS.keys()] : knownMetrics(component);
  const isHostMetric = HOST_METRICS.has(alarm.metric);
  const { namespace, metricName } = metricSourceOf(alarm);
  const missing = [
    ...(namespace === undefined ? ['namespace'] : []),
    ...(metricName === undefined ? ['metricName'] : []),
    ...(!isPerInstance(alarm) && alarm.dimensions === undefined ? ['dimensions'] : []),
  ];
  const [nearest] = [...HOST_METRICS].find(([, source]) => source.metricName === alarm.metric) ?? [];
  if (missing.length > 0) {
    return [
      {
        severity: 'error',
        code: 'metric-source-needed',
        path,
        at: 'key',
        value: alarm.metric,
        message: `Selfheal does not know the CloudWatch metric of \`${alarm.metric}\`; it knows ${known.join(', ') || 'metrics of hosts'}; missing: ${missing.join(', ')}`,
        remedy: nearest
          ? `Did you mean \`${nearest}\`?`
          : `Add ${missing.map((key) => `\`${key}:\``).join(', ')} (\`dimensions: {}\` for a metric without any).`,
        ...(nearest !== undefined && { nearest }),
      },
    ];
  }
  if (!isHostMetric) return [];
  const unmeasured = alarmInstances(component, alarm).filter((id) => id.startsWith('mi-'));
  if (unmeasured.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'no-host-metric',
      path,
      at: 'key',
      value: alarm.metric,
      message: `${unmeasured.join(', ')}: a node outside EC2 has no metric under the dimension InstanceId unless something publishes it`,
      remedy:
        'Publish the metric under that dimension, or add `namespace:`, `metricName:` and `dimensions:`.',
    },
  ];
}

function checkDatapoints(path: DocumentPath, alarm: ThresholdAlarm): readonly Finding[] {
  const { datapointsToAlarm, evaluationPeriods } = alarm;
  if (datapointsToAlarm === undefined || datapointsToAlarm <= evaluationPeriods) return [];
  return [
    {
      severity: 'error',
      code: 'datapoints-exceed-periods',
      path: [...path, 'datapointsToAlarm'],
      value: datapointsToAlarm,
      message: `${datapointsToAlarm} bad points can never be among ${evaluationPeriods}; at most \`evaluationPeriods\` is allowed`,
      remedy: `Lower it to ${evaluationPeriods} or less, or raise \`evaluationPeriods\`.`,
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, Period */
function checkRange(path: DocumentPath, alarm: ThresholdAlarm): readonly Finding[] {
  const { evaluationPeriods, periodSeconds } = alarm;
  const limitSeconds = periodSeconds < HOUR_SECONDS ? DAY_SECONDS : 7 * DAY_SECONDS;
  if (evaluationPeriods * periodSeconds <= limitSeconds) return [];
  const limit = periodSeconds < HOUR_SECONDS ? '1d for periods under 1h' : '7d';
  return [
    {
      severity: 'error',
      code: 'evaluation-too-long',
      path: [...path, 'evaluationPeriods'],
      value: evaluationPeriods,
      message: `${evaluationPeriods} periods of ${periodSeconds} s are ${evaluationPeriods * periodSeconds} s; CloudWatch looks back ${limitSeconds} s at most (${limit})`,
      remedy: `Lower it to ${Math.floor(limitSeconds / periodSeconds)} or less, or shorten \`periodSeconds\`.`,
    },
  ];
}

function checkComposite(
  path: DocumentPath,
  name: string,
  component: Component,
  alarm: CompositeAlarm,
): readonly Finding[] {
  const children = alarm.allOf.map((child) => alarmNames(name, component, child));
  const count = children.flat().length;
  const characters = compositeRule(children).length;
  if (count <= COMPOSITE_CHILDREN && characters <= COMPOSITE_RULE_CHARACTERS) return [];
  return [
    {
      severity: 'error',
      code: 'composite-too-large',
      path: [...path, 'allOf'],
      value: alarm.allOf,
      message: `with an alarm for each instance it has ${count} children and a rule of ${characters} characters; CloudWatch allows ${COMPOSITE_CHILDREN} and ${COMPOSITE_RULE_CHARACTERS}`,
      remedy:
        'Combine fewer alarms, shorten their names, or give them `dimensions:` that cover all instances.',
    },
  ];
}
