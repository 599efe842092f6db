import { createHash } from 'node:crypto';
import type { MetricAlarm } from './alarm-definition.ts';
import { type CloudWatchEvent, cloudWatchEvent, type EventOrigin } from './cloudwatch-event.ts';
import { compare, decide, evaluationRange, type Mark } from './evaluation.ts';
import type { MetricStore } from './metric-store.ts';
import { type InsightsQuery, insightsSeries, type ResourceTags } from './metrics-insights.ts';
import type { AlarmState } from './state-change-event.ts';
import { cloudWatchTime } from './state-reason.ts';

/** One series of an alarm that watches several, with a state of its own. */
export interface Contributor {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: 'OK' | 'ALARM';
  readonly reason: string;
  readonly transitionedMs: number;
}

/** Source: CloudWatch User Guide, "Alarm events and EventBridge". */
export type ContributorStateChangeEvent = CloudWatchEvent<
  'CloudWatch Alarm Contributor State Change',
  {
    readonly alarmName: string;
    readonly alarmContributor: Pick<Contributor, 'id' | 'attributes'>;
    readonly state: { readonly value: string; readonly reason: string; readonly timestamp: string };
    readonly configuration: { readonly metrics: readonly object[] };
    readonly muteDetail?: object;
  }
>;

export function contributorId(attributes: Contributor['attributes']): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(attributes).sort()))
    .digest('hex')
    .slice(0, 16);
}

/**
 * The contributors as the range ending at `endMs` finds them. One that sends nothing counts as OK, however the alarm
 * treats missing data.
 *
 * Source: CloudWatch User Guide, "Create a CloudWatch alarm based on a Metrics Insights query".
 */
export function evaluateContributors(
  store: MetricStore,
  alarm: MetricAlarm & { readonly query: InsightsQuery },
  endMs: number,
  nowMs: number,
  tagsOf: ResourceTags,
): readonly Contributor[] {
  const length = evaluationRange(alarm.evaluationPeriods);
  return insightsSeries(store, alarm.query, alarm.periodSeconds, tagsOf).flatMap((series): Contributor[] => {
    const values = Array.from({ length }, (_, index) =>
      series.valueAt(endMs - (length - index) * alarm.periodSeconds * 1_000),
    );
    if (values.every((value) => value === undefined)) return [];
    const marks = values.map(
      (value): Mark => (value === undefined ? 'missing' : compare(value, alarm.operator, alarm.threshold)),
    );
    const value = decide(marks, { ...alarm, treatMissingData: 'missing' }).state === 'ALARM' ? 'ALARM' : 'OK';
    const latest = values.findLast((each) => each !== undefined);
    const reason = value === 'ALARM' ? 'Threshold Crossed' : 'Threshold not crossed';
    return [
      {
        id: contributorId(series.attributes),
        attributes: series.attributes,
        value,
        reason: `${reason}: the most recent datapoint is ${latest}, the threshold ${alarm.threshold}.`,
        transitionedMs: nowMs,
      },
    ];
  });
}

/** Those that were in ALARM and are no longer there: they count as OK. */
export function endedContributors(
  before: ReadonlyMap<string, Contributor>,
  now: ReadonlyMap<string, Contributor>,
  nowMs: number,
): readonly Contributor[] {
  return [...before.values()]
    .filter(({ id, value }) => value === 'ALARM' && !now.has(id))
    .map((each) => ({ ...each, value: 'OK', reason: 'no data', transitionedMs: nowMs }));
}

/** What the alarm itself says about its contributors. */
export function groupState(contributors: readonly Contributor[], nowMs: number): AlarmState {
  const red = contributors.filter(({ value }) => value === 'ALARM').length;
  if (contributors.length === 0) {
    return { value: 'INSUFFICIENT_DATA', reason: 'Insufficient Data: no time series', timestampMs: nowMs };
  }
  const reason = `${red} out of ${contributors.length} time series evaluated to ALARM`;
  return { value: red > 0 ? 'ALARM' : 'OK', reason, timestampMs: nowMs };
}

export function contributorEvent(
  about: EventOrigin,
  alarm: MetricAlarm,
  contributor: Contributor,
  muteDetail: object | undefined,
): ContributorStateChangeEvent {
  const { id, attributes, value, reason, transitionedMs } = contributor;
  return cloudWatchEvent(about, 'CloudWatch Alarm Contributor State Change', transitionedMs, {
    alarmName: alarm.input.AlarmName,
    alarmContributor: { id, attributes },
    state: { value, reason, timestamp: cloudWatchTime(transitionedMs) },
    configuration: {
      metrics: (alarm.input.Metrics ?? []).map(({ Id, Expression, Period }) => ({
        id: Id,
        expression: Expression,
        period: Period,
        returnData: true,
      })),
    },
    ...(muteDetail && { muteDetail }),
  });
}
