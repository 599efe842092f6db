import type { ComponentEvidence, Evidence, RedAlarm } from './evidence.ts';
import { isOfClass, type MetricClass } from './metric-classes.ts';

/** Trouble this much later than the alert may still be what is behind it: alarms have periods of minutes. */
const ABOUT_THE_SAME_TIME_MS = 5 * 60_000;

export interface Signs {
  readonly isAlert: boolean;
  /** Whether it was in trouble before all else of the component. @default nothing else is, or all at the same time */
  readonly isFirst?: boolean;
  readonly signs: readonly string[];
}

/** An alarm that has been red for longer than this before the alert is another trouble. */
const SAME_TROUBLE_MS = 60 * 60_000;

/** Whether an alarm shows trouble of a class. Too few requests are no load. */
function showsClass({ metric, isLow }: Pick<RedAlarm, 'metric' | 'isLow'>, wanted: MetricClass): boolean {
  return isOfClass(metric, wanted) && !(wanted === 'traffic' && isLow === true);
}

function isAlertOf(
  { alert, own }: { readonly alert: Evidence['alert']; readonly own: ComponentEvidence | undefined },
  wanted: MetricClass,
): boolean {
  const { metric, alarmName, current, threshold, baseline } = alert;
  const limit = threshold ?? baseline ?? Number.NEGATIVE_INFINITY;
  const isLow =
    (current ?? Number.POSITIVE_INFINITY) < limit ||
    own?.redAlarms.some((alarm) => alarm.alarmName === alarmName && alarm.isLow === true) === true;
  return showsClass({ metric, ...(isLow && { isLow }) }, wanted);
}

/** When an alarm on a class of metrics went red, not long before the alert; `Infinity` if none is. */
export function redSince(
  { alert, components: [own] }: Pick<Evidence, 'alert' | 'components'>,
  wanted: MetricClass,
): number {
  const earliestMs = alert.occurredAtMs - SAME_TROUBLE_MS;
  const red = (own?.redAlarms ?? []).filter(
    (alarm) => showsClass(alarm, wanted) && alarm.sinceMs >= earliestMs,
  );
  const byAlert = isAlertOf({ alert, own }, wanted) ? alert.occurredAtMs : Number.POSITIVE_INFINITY;
  return Math.min(byAlert, ...red.map(({ sinceMs }) => sinceMs));
}

/** When a class of metrics was first in trouble, by alarms and by what else says so; `Infinity` if it is not. */
export function troubledSince(evidence: Pick<Evidence, 'alert' | 'components'>, wanted: MetricClass): number {
  const signs = (evidence.components[0]?.signs ?? []).filter((sign) => showsClass(sign, wanted));
  return Math.min(redSince(evidence, wanted), ...signs.map(({ atMs }) => atMs));
}

/** Resources of a process. Trouble with one makes trouble with others. */
const RESOURCES: readonly MetricClass[] = ['memory', 'descriptors', 'cpu'];

function wasFirst(
  evidence: Pick<Evidence, 'alert' | 'components'>,
  wanted: MetricClass,
): boolean | undefined {
  if (!RESOURCES.includes(wanted)) return undefined;
  const sinceMs = troubledSince(evidence, wanted);
  const { redAlarms = [], signs = [] } = evidence.components[0] ?? {};
  const { alert } = evidence;
  const known = [
    { metric: alert.metric, atMs: alert.occurredAtMs },
    ...redAlarms.map(({ metric, sinceMs: atMs }) => ({ metric, atMs })),
    ...signs,
  ];
  const others = known.filter(({ metric }) => !isOfClass(metric, wanted));
  const firstMs = Math.min(...others.map(({ atMs }) => atMs));
  const firstResourceMs = Math.min(...RESOURCES.map((each) => troubledSince(evidence, each)));
  if (sinceMs < firstMs && firstMs !== Number.POSITIVE_INFINITY) return true;
  return firstResourceMs < sinceMs ? false : undefined;
}

/** What shows trouble of a class at the alarmed component, one sentence each: the alert first, then other red alarms. */
export function signsOf(evidence: Evidence, wanted: MetricClass): Signs {
  const {
    alert,
    components: [own],
  } = evidence;
  const isAlert = isAlertOf({ alert, own }, wanted);
  const others = (own?.redAlarms ?? []).filter(
    (alarm) =>
      alarm.alarmName !== alert.alarmName &&
      showsClass(alarm, wanted) &&
      alarm.sinceMs <= alert.occurredAtMs + ABOUT_THE_SAME_TIME_MS,
  );
  // The alert says the same as the report that it began with.
  const reported = (own?.signs ?? []).filter(
    (sign) => showsClass(sign, wanted) && sign.metric !== alert.metric,
  );
  const isFirst = wasFirst(evidence, wanted);
  return {
    isAlert,
    ...(isFirst !== undefined && { isFirst }),
    signs: [
      ...(isAlert ? [`the alert is on ${alert.metric}`] : []),
      ...others.map(
        ({ alarmName, sinceMs }) =>
          `alarm ${alarmName} has been red since ${new Date(sinceMs).toISOString()}`,
      ),
      ...reported.map(({ says }) => says),
    ],
  };
}
