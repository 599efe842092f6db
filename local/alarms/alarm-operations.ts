import { z } from 'zod';
import type { AlarmEngine } from './alarm-engine.ts';
import type { AlarmRecord } from './alarm-registry.ts';
import { CloudWatchError } from './errors.ts';
import { timestampSchema } from './metric-data-operations.ts';
import { takePage } from './paging.ts';
import { parseInput } from './parse-input.ts';
import { alarmNameSchema, compositeAlarmSchema, metricAlarmSchema, STATES } from './schemas.ts';
import { suppressionReason } from './state-change-event.ts';

const namesSchema = z.strictObject({ AlarmNames: z.array(alarmNameSchema).max(100) });
const alarmTypesSchema = z.array(z.enum(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])).optional();
const pageSchema = { MaxRecords: z.int().min(1).max(100).optional(), NextToken: z.string().optional() };

export function putMetricAlarm(engine: AlarmEngine, input: unknown): object {
  engine.putMetricAlarm(parseInput('PutMetricAlarm', metricAlarmSchema, input));
  return {};
}

export async function putCompositeAlarm(engine: AlarmEngine, input: unknown): Promise<object> {
  await engine.putCompositeAlarm(parseInput('PutCompositeAlarm', compositeAlarmSchema, input));
  return {};
}

export function deleteAlarms(engine: AlarmEngine, input: unknown): object {
  engine.deleteAlarms(parseInput('DeleteAlarms', namesSchema, input).AlarmNames);
  return {};
}

export function enableAlarmActions(engine: AlarmEngine, input: unknown): object {
  engine.setActionsEnabled(parseInput('EnableAlarmActions', namesSchema, input).AlarmNames, true);
  return {};
}

export function disableAlarmActions(engine: AlarmEngine, input: unknown): object {
  engine.setActionsEnabled(parseInput('DisableAlarmActions', namesSchema, input).AlarmNames, false);
  return {};
}

const setAlarmStateSchema = z.strictObject({
  AlarmName: alarmNameSchema,
  StateValue: z.enum(STATES),
  StateReason: z.string().max(1023),
  StateReasonData: z.string().max(4000).optional(),
});

export async function setAlarmState(engine: AlarmEngine, input: unknown): Promise<object> {
  const request = parseInput('SetAlarmState', setAlarmStateSchema, input);
  if (request.StateReasonData !== undefined && !isJson(request.StateReasonData)) {
    throw new CloudWatchError('InvalidFormatFault', 'SetAlarmState: StateReasonData is not JSON');
  }
  await engine.setAlarmState(
    request.AlarmName,
    request.StateValue,
    request.StateReason,
    request.StateReasonData,
  );
  return {};
}

const describeAlarmsSchema = z.strictObject({
  AlarmNames: z.array(alarmNameSchema).max(100).optional(),
  AlarmNamePrefix: alarmNameSchema.optional(),
  AlarmTypes: alarmTypesSchema,
  StateValue: z.enum(STATES).optional(),
  ...pageSchema,
});

/** DescribeAlarms, by name. Without `AlarmTypes` it returns metric alarms only, as the API does. */
export function describeAlarms(engine: AlarmEngine, input: unknown): object {
  const request = parseInput('DescribeAlarms', describeAlarmsSchema, input);
  const { AlarmNames, AlarmNamePrefix, AlarmTypes = ['MetricAlarm'], StateValue } = request;
  if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
    throw new CloudWatchError(
      'InvalidParameterCombinationException',
      'DescribeAlarms: AlarmNames excludes AlarmNamePrefix',
    );
  }
  const wanted = engine.registry
    .list()
    .filter(({ alarm }) => AlarmTypes.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'))
    .filter(({ alarm }) => AlarmNames === undefined || AlarmNames.includes(alarm.input.AlarmName))
    .filter(({ alarm }) => alarm.input.AlarmName.startsWith(AlarmNamePrefix ?? ''))
    .filter(({ state }) => StateValue === undefined || state.value === StateValue);
  const { items, ...next } = takePage(wanted, request.MaxRecords ?? 50, request.NextToken);
  return {
    MetricAlarms: items.filter(({ alarm }) => alarm.kind === 'metric').map(describe),
    CompositeAlarms: items.filter(({ alarm }) => alarm.kind === 'composite').map(describe),
    ...next,
  };
}

function describe({ alarm, arn, configuredMs, transitionedMs, actionsEnabled, state }: AlarmRecord): object {
  const { Tags: _tags, ...configuration } = alarm.input;
  return {
    ...{ OKActions: [], AlarmActions: [], InsufficientDataActions: [] },
    ...(alarm.kind === 'metric' ? { Dimensions: [] } : {}),
    ...configuration,
    ActionsEnabled: actionsEnabled,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: configuredMs / 1000,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.timestampMs / 1000,
    StateTransitionedTimestamp: transitionedMs / 1000,
    ...(state.suppression === undefined
      ? {}
      : {
          ActionsSuppressedBy: state.suppression.by,
          ActionsSuppressedReason: suppressionReason(state.suppression),
        }),
  };
}

const contributorsSchema = z.strictObject({ AlarmName: alarmNameSchema, NextToken: z.string().optional() });

/** DescribeAlarmContributors: those in ALARM; none for an alarm without contributors. */
export function describeAlarmContributors(engine: AlarmEngine, input: unknown): object {
  const { AlarmName, NextToken } = parseInput('DescribeAlarmContributors', contributorsSchema, input);
  const { items, ...next } = takePage([...engine.redContributors(AlarmName)], 50, NextToken);
  const AlarmContributors = items.map(({ id, attributes, reason, transitionedMs }) => ({
    ContributorId: id,
    ContributorAttributes: attributes,
    StateReason: reason,
    StateTransitionedTimestamp: transitionedMs / 1000,
  }));
  return { AlarmContributors, ...next };
}

const describeAlarmHistorySchema = z.strictObject({
  AlarmName: alarmNameSchema.optional(),
  AlarmTypes: alarmTypesSchema,
  HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
  StartDate: timestampSchema.optional(),
  EndDate: timestampSchema.optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  ...pageSchema,
});

/** DescribeAlarmHistory, newest first unless asked otherwise. Without `AlarmTypes`: metric alarms only. */
export function describeAlarmHistory(engine: AlarmEngine, input: unknown): object {
  const request = parseInput('DescribeAlarmHistory', describeAlarmHistorySchema, input);
  const {
    AlarmName,
    AlarmTypes = ['MetricAlarm'],
    HistoryItemType,
    StartDate = 0,
    EndDate = Infinity,
  } = request;
  const wanted = engine.registry
    .history()
    .filter((item) => AlarmName === undefined || item.alarmName === AlarmName)
    .filter((item) => AlarmTypes.includes(item.alarmType))
    .filter((item) => HistoryItemType === undefined || item.type === HistoryItemType)
    .filter((item) => item.timestampMs >= StartDate * 1000 && item.timestampMs <= EndDate * 1000);
  if (request.ScanBy !== 'TimestampAscending') wanted.reverse();
  const { items, ...next } = takePage(wanted, request.MaxRecords ?? 100, request.NextToken);
  const AlarmHistoryItems = items.map((item) => ({
    AlarmName: item.alarmName,
    AlarmType: item.alarmType,
    Timestamp: item.timestampMs / 1000,
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: item.data,
  }));
  return { AlarmHistoryItems, ...next };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
