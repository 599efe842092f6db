import type { AlarmEngine } from './alarm-engine.ts';
import * as alarms from './alarm-operations.ts';
import { getMetricData } from './get-metric-data.ts';
import * as metricData from './metric-data-operations.ts';
import * as muteRules from './mute-rule-operations.ts';

/** Parses its input, acts, and returns the output as sent over the wire: timestamps in epoch seconds. */
type Operation = (engine: AlarmEngine, input: unknown) => object | Promise<object>;

/** The operations of CloudWatch's API that are served here, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['DeleteAlarmMuteRule', muteRules.deleteAlarmMuteRule],
  ['DeleteAlarms', alarms.deleteAlarms],
  ['DescribeAlarmContributors', alarms.describeAlarmContributors],
  ['DescribeAlarmHistory', alarms.describeAlarmHistory],
  ['DescribeAlarms', alarms.describeAlarms],
  ['DisableAlarmActions', alarms.disableAlarmActions],
  ['EnableAlarmActions', alarms.enableAlarmActions],
  ['GetAlarmMuteRule', muteRules.getAlarmMuteRule],
  ['GetMetricData', getMetricData],
  ['GetMetricStatistics', metricData.getMetricStatistics],
  ['ListAlarmMuteRules', muteRules.listAlarmMuteRules],
  ['PutAlarmMuteRule', muteRules.putAlarmMuteRule],
  ['PutCompositeAlarm', alarms.putCompositeAlarm],
  ['PutMetricAlarm', alarms.putMetricAlarm],
  ['PutMetricData', metricData.putMetricData],
  ['SetAlarmState', alarms.setAlarmState],
]);
