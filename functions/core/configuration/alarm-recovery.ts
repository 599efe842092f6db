import type { Alarm } from './schema/alarm-schema.ts';
import type { Component } from './schema/component-schema.ts';

/** Until the points of a metric have arrived. */
const INGESTION_SECONDS = 30;

/** An adopted alarm's own settings are not in the file: it is assumed to have the defaults of a declared one. */
const ADOPTED = { periodSeconds: 60, evaluationPeriods: 1, datapointsToAlarm: 1 };

/** How an alarm returns to OK after a repair. */
export interface AlarmRecovery {
  /** How many points have to be good for fewer than M of N to be bad. */
  readonly goodPoints: number;
  readonly periodSeconds: number;
  /** Until CloudWatch has seen them: their arrival, and its next evaluation. */
  readonly delaySeconds: number;
  readonly totalSeconds: number;
}

/**
 * What an alarm needs to return to OK after a repair. Alarms are evaluated every minute, or every 10 s for shorter
 * periods: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 *
 * @param alarms the component's, by key: a composite alarm is OK as soon as one of its alarms is
 */
export function alarmRecovery(alarm: Alarm, alarms: Component['alarms']): AlarmRecovery {
  if ('allOf' in alarm) {
    const children = alarm.allOf.flatMap((key) => alarms[key] ?? []).filter((child) => !('allOf' in child));
    const recoveries = children.map((child) => alarmRecovery(child, alarms));
    return recoveries.sort((a, b) => a.totalSeconds - b.totalSeconds)[0] ?? recoveryOf(ADOPTED);
  }
  return recoveryOf('adopt' in alarm ? ADOPTED : alarm);
}

interface Evaluation {
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number | undefined;
}

function recoveryOf({ periodSeconds, evaluationPeriods, datapointsToAlarm }: Evaluation): AlarmRecovery {
  const goodPoints = Math.max(1, evaluationPeriods - (datapointsToAlarm ?? evaluationPeriods) + 1);
  const delaySeconds = INGESTION_SECONDS + (periodSeconds < 60 ? 10 : 60);
  return { goodPoints, periodSeconds, delaySeconds, totalSeconds: goodPoints * periodSeconds + delaySeconds };
}
