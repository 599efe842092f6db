import { isGroupAlarm, metricSourceOf } from './alarm-sources.ts';
import { EC2_NAMESPACE } from './group-query.ts';
import { type Mapping, withEntries } from './mapping.ts';
import type { DocumentPath, Finding } from './problem.ts';
import type { ReadableParts } from './readable-parts.ts';
import { type ThresholdAlarm, thresholdAlarm } from './schema/alarm-schema.ts';
import { type Component, targets } from './schema/component-schema.ts';
import { valueAt } from './schema-walk.ts';
import { onTarget } from './target-metrics.ts';
import { selectsHosts } from './target-selector.ts';

const MINUTE_SECONDS = 60;
const FIVE_MINUTES = 5 * MINUTE_SECONDS;

type OnTargets = Pick<Component, 'targets'>;

/**
 * How far apart the points are that AWS publishes of an alarm's metric, as far as that is known: EC2's are five minutes
 * apart without detailed monitoring, except status checks; those of CPU credits always.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 */
function secondsBetweenPoints(
  component: OnTargets,
  alarm: ThresholdAlarm,
  isDetailed: boolean,
): number | undefined {
  const placed = onTarget(component, alarm);
  // checkAlarms refuses it for its missing dimensions.
  if (placed.dimensions === undefined && !selectsHosts(component.targets)) return undefined;
  const { namespace, metricName = '' } = metricSourceOf(placed);
  if (!namespace?.startsWith('AWS/')) return undefined;
  if (namespace !== EC2_NAMESPACE || metricName.startsWith('StatusCheckFailed')) return MINUTE_SECONDS;
  return isDetailed && !/^CPU(Surplus)?Credit/.test(metricName) ? MINUTE_SECONDS : FIVE_MINUTES;
}

/**
 * The document with a period for each alarm whose metric has points five minutes apart, unless the alarm states its own.
 * With a shorter one, the last bad point would keep the alarm red for minutes after a good repair.
 */
export function withAlarmPeriods(document: unknown): unknown {
  const isDetailed = valueAt(document, ['settings', 'detailedMonitoring']) === true;
  return withEntries(document, 'components', (component) => {
    const selector = targets.safeParse(component['targets']);
    if (!selector.success) return component;
    return withEntries(component, 'alarms', (alarm) =>
      withPeriod({ targets: selector.data }, alarm, isDetailed),
    );
  });
}

function withPeriod(component: OnTargets, alarm: Mapping, isDetailed: boolean): Mapping {
  if (alarm['periodSeconds'] !== undefined) return alarm;
  const parsed = thresholdAlarm.safeParse(alarm);
  return parsed.success && secondsBetweenPoints(component, parsed.data, isDetailed) === FIVE_MINUTES
    ? { ...alarm, periodSeconds: FIVE_MINUTES }
    : alarm;
}

/** Alarms with periods in which AWS publishes no point. */
export function checkAlarmPeriods({ components, settings }: ReadableParts): readonly Finding[] {
  const isDetailed = settings?.detailedMonitoring ?? false;
  return [...components].flatMap(([name, component]) =>
    Object.entries(component.alarms).flatMap(([key, alarm]) =>
      'threshold' in alarm
        ? checkPeriod(['components', name, 'alarms', key, 'periodSeconds'], component, alarm, isDetailed)
        : [],
    ),
  );
}

function checkPeriod(
  path: DocumentPath,
  component: Component,
  alarm: ThresholdAlarm,
  isDetailed: boolean,
): readonly Finding[] {
  const { periodSeconds } = alarm;
  const apart = secondsBetweenPoints(component, alarm, isDetailed);
  if (apart === undefined || periodSeconds >= apart) return [];
  const { namespace, metricName } = metricSourceOf(onTarget(component, alarm));
  if (periodSeconds < MINUTE_SECONDS) {
    // checkGroupAlarms refuses such a period for any metric.
    if (isGroupAlarm(component, alarm)) return [];
    return [
      {
        severity: 'error',
        code: 'period-too-short',
        path,
        value: periodSeconds,
        message: `${namespace} publishes ${metricName} once a minute at most; with periods of ${periodSeconds} s the alarm lapses into INSUFFICIENT_DATA between its points`,
        remedy: `Write \`${apart / MINUTE_SECONDS}m\` or more.`,
      },
    ];
  }
  const canBeDetailed = secondsBetweenPoints(component, alarm, true) === MINUTE_SECONDS;
  return [
    {
      severity: 'warning',
      code: 'period-too-short',
      path,
      value: periodSeconds,
      message: `EC2 publishes ${metricName} every 5 minutes${canBeDetailed ? ' for an instance without detailed monitoring' : ''}; until its next point, the alarm stays red after a good repair`,
      remedy: canBeDetailed
        ? 'Leave it out for 5 minutes; or enable detailed monitoring on all instances with such alarms, then write `settings: { detailedMonitoring: true }`.'
        : 'Leave it out for 5 minutes.',
    },
  ];
}
