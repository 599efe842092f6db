import type { CompositeAlarm, MetricAlarm } from './alarm-definition.ts';
import { type CloudWatchEvent, cloudWatchEvent, type EventOrigin } from './cloudwatch-event.ts';
import { type Dimensions, toDimensions } from './metric-store.ts';
import type { MuteRule } from './mute-rules.ts';
import type { AlarmStateValue } from './schemas.ts';
import { cloudWatchTime } from './state-reason.ts';
import type { Suppression } from './suppression.ts';

export interface AlarmState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  /** A JSON string. */
  readonly reasonData?: string;
  readonly timestampMs: number;
  readonly suppression?: Suppression;
}

interface EventState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  readonly reasonData?: string;
  readonly timestamp: string;
  readonly actionsSuppressedBy?: Suppression['by'];
  readonly actionsSuppressedReason?: string;
}

type EventMetric =
  | {
      readonly id: string;
      readonly metricStat: {
        readonly metric: {
          readonly namespace: string;
          readonly name: string;
          readonly dimensions: Dimensions;
        };
        readonly period: number;
        readonly stat: string;
        readonly unit?: string;
      };
      readonly label?: string;
      readonly returnData: boolean;
    }
  | {
      readonly id: string;
      readonly expression: string;
      readonly label?: string;
      readonly returnData: boolean;
    };

/**
 * The event that CloudWatch sends to the default event bus when an alarm changes state, or when a composite alarm's
 * actions cease to be suppressed. It is sent for muted alarms too, with `muteDetail`.
 *
 * Source: CloudWatch User Guide, "Alarm events and EventBridge".
 */
export type AlarmStateChangeEvent = CloudWatchEvent<
  'CloudWatch Alarm State Change',
  {
    readonly alarmName: string;
    readonly configuration: {
      readonly description?: string;
      readonly metrics?: readonly EventMetric[];
      readonly alarmRule?: string;
      readonly actionsSuppressor?: string;
      readonly actionsSuppressorWaitPeriod?: number;
      readonly actionsSuppressorExtensionPeriod?: number;
    };
    readonly previousState: EventState;
    readonly state: EventState;
    readonly muteDetail?: {
      readonly mutedByArn: string;
      readonly muteWindowStart: string;
      readonly muteWindowEnd: string;
    };
  }
>;

interface EventInput extends EventOrigin {
  /** CloudWatch's own id for the metric of an alarm that was not defined with `Metrics`. */
  readonly metricId: string;
  readonly alarm: MetricAlarm | CompositeAlarm;
  readonly previous: AlarmState;
  readonly current: AlarmState;
  readonly mute?: { readonly rule: MuteRule; readonly arn: string };
}

export function stateChangeEvent(input: EventInput): AlarmStateChangeEvent {
  const { alarm, current, mute } = input;
  return cloudWatchEvent(input, 'CloudWatch Alarm State Change', current.timestampMs, {
    alarmName: alarm.input.AlarmName,
    configuration: {
      ...(alarm.input.AlarmDescription === undefined ? {} : { description: alarm.input.AlarmDescription }),
      ...(alarm.kind === 'metric'
        ? { metrics: eventMetrics(alarm, input.metricId) }
        : compositeConfiguration(alarm)),
    },
    previousState: eventState(input.previous),
    state: eventState(current),
    ...(mute === undefined
      ? {}
      : {
          muteDetail: {
            mutedByArn: mute.arn,
            muteWindowStart: cloudWatchTime(mute.rule.startMs),
            muteWindowEnd: cloudWatchTime(mute.rule.endMs),
          },
        }),
  });
}

function eventState({ value, reason, reasonData, timestampMs, suppression }: AlarmState): EventState {
  return {
    ...(suppression === undefined
      ? {}
      : { actionsSuppressedBy: suppression.by, actionsSuppressedReason: suppressionReason(suppression) }),
    value,
    reason,
    ...(reasonData === undefined ? {} : { reasonData }),
    timestamp: cloudWatchTime(timestampMs),
  };
}

export function suppressionReason({ by }: Suppression): string {
  return `Actions suppressed by ${by}`;
}

function compositeConfiguration({ input }: CompositeAlarm) {
  return {
    alarmRule: input.AlarmRule,
    ...(input.ActionsSuppressor === undefined ? {} : { actionsSuppressor: input.ActionsSuppressor }),
    ...(input.ActionsSuppressorWaitPeriod === undefined
      ? {}
      : { actionsSuppressorWaitPeriod: input.ActionsSuppressorWaitPeriod }),
    ...(input.ActionsSuppressorExtensionPeriod === undefined
      ? {}
      : { actionsSuppressorExtensionPeriod: input.ActionsSuppressorExtensionPeriod }),
  };
}

function eventMetrics(alarm: MetricAlarm, metricId: string): EventMetric[] {
  const { input } = alarm;
  if (input.Metrics === undefined) {
    return [...alarm.sources.values()].map(({ metric, statistic, unit }) => ({
      id: metricId,
      metricStat: { metric, period: alarm.periodSeconds, stat: statistic, ...(unit ? { unit } : {}) },
      returnData: true,
    }));
  }
  return input.Metrics.flatMap(({ Id, Expression, MetricStat, Label }): EventMetric[] => {
    const common = {
      id: Id,
      ...(Label === undefined ? {} : { label: Label }),
      returnData: Id === alarm.returned,
    };
    if (Expression !== undefined) return [{ ...common, expression: Expression }];
    if (MetricStat === undefined) return [];
    const { Metric, Period, Stat, Unit } = MetricStat;
    const metric = {
      namespace: Metric.Namespace,
      name: Metric.MetricName,
      dimensions: toDimensions(Metric.Dimensions),
    };
    return [
      { ...common, metricStat: { metric, period: Period, stat: Stat, ...(Unit ? { unit: Unit } : {}) } },
    ];
  });
}
