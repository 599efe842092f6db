import * as cw from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlarmEndpoint, startAlarmEndpoint } from '../../../../local/alarms/endpoint.ts';
import { createAlarmLab, metricAlarm, START_MS } from './alarm-lab.ts';

let lab: ReturnType<typeof createAlarmLab>;
let endpoint: AlarmEndpoint;
let client: cw.CloudWatchClient;

beforeEach(async () => {
  lab = createAlarmLab();
  endpoint = await startAlarmEndpoint({ engine: lab.engine });
  client = new cw.CloudWatchClient({
    ...{ endpoint: endpoint.url, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const alarm = (overrides = {}) =>
  new cw.PutMetricAlarmCommand(metricAlarm(overrides) as cw.PutMetricAlarmInput);
const dimensions = [{ Name: 'InstanceId', Value: 'i-1' }];

describe('the SDK against the endpoint', () => {
  it('puts data and an alarm, and reads the state that follows', async () => {
    await client.send(
      alarm({ Statistic: 'Maximum', AlarmActions: ['arn:aws:sns:us-east-1:123456789012:t'] }),
    );
    await client.send(
      new cw.PutMetricDataCommand({
        Namespace: 'Demo',
        MetricData: [
          {
            MetricName: 'Memory',
            Dimensions: dimensions,
            Values: [50, 95],
            Counts: [9, 1],
            Timestamp: new Date(START_MS),
          },
        ],
      }),
    );
    lab.clock.nowMs += 60_000;
    await lab.engine.evaluateNow();

    const { MetricAlarms, CompositeAlarms } = await client.send(
      new cw.DescribeAlarmsCommand({ AlarmNames: ['MemoryHigh'] }),
    );
    expect(CompositeAlarms).toEqual([]);
    expect(MetricAlarms?.[0]).toMatchObject({
      ...{ AlarmName: 'MemoryHigh', AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:MemoryHigh' },
      ...{ StateValue: 'ALARM', ActionsEnabled: true, OKActions: [], Dimensions: dimensions, Threshold: 90 },
      StateUpdatedTimestamp: new Date(START_MS + 60_000),
      StateTransitionedTimestamp: new Date(START_MS + 60_000),
      AlarmConfigurationUpdatedTimestamp: new Date(START_MS),
    });
  });

  it('reads statistics back, by period', async () => {
    const StatisticValues = { SampleCount: 4, Sum: 40, Minimum: 5, Maximum: 15 };
    const MetricData = [
      { MetricName: 'Memory', Value: 10, Timestamp: new Date(START_MS + 10_000) },
      { MetricName: 'Memory', StatisticValues, Timestamp: new Date(START_MS + 60_000) },
    ];
    await client.send(new cw.PutMetricDataCommand({ Namespace: 'Demo', MetricData }));
    const window = { StartTime: new Date(START_MS), EndTime: new Date(START_MS + 120_000) };
    const { Datapoints } = await client.send(
      new cw.GetMetricStatisticsCommand({
        ...window,
        Namespace: 'Demo',
        MetricName: 'Memory',
        Period: 60,
        Statistics: ['Sum', 'Average'],
      }),
    );
    expect(Datapoints).toEqual([
      { Timestamp: new Date(START_MS), Unit: 'None', Sum: 10, Average: 10 },
      { Timestamp: new Date(START_MS + 60_000), Unit: 'None', Sum: 40, Average: 10 },
    ]);
    const MetricStat = { Metric: { Namespace: 'Demo', MetricName: 'Memory' }, Period: 60, Stat: 'Sum' };
    const { MetricDataResults } = await client.send(
      new cw.GetMetricDataCommand({
        ...window,
        MetricDataQueries: [
          { Id: 'm', MetricStat, ReturnData: false },
          { Id: 'double', Expression: 'm * 2' },
        ],
      }),
    );
    expect(MetricDataResults).toMatchObject([
      {
        Id: 'double',
        Values: [80, 20],
        Timestamps: [new Date(START_MS + 60_000), new Date(START_MS)],
        StatusCode: 'Complete',
      },
    ]);
  });

  it('accepts large PutMetricData requests, which the SDK compresses', async () => {
    const MetricData = Array.from({ length: 500 }, () => ({ MetricName: 'Memory', Value: 1 }));
    await client.send(new cw.PutMetricDataCommand({ Namespace: 'Demo', MetricData }));
    const metric = { namespace: 'Demo', name: 'Memory', dimensions: {} };
    expect(lab.engine.metrics.read(metric, START_MS, START_MS + 1)).toHaveLength(500);
  });

  it('describes alarms by type, prefix and state, in pages', async () => {
    for (const name of ['a1', 'a2', 'b']) await client.send(alarm({ AlarmName: name }));
    await client.send(new cw.PutCompositeAlarmCommand({ AlarmName: 'a3', AlarmRule: 'ALARM(b)' }));
    await client.send(
      new cw.SetAlarmStateCommand({ AlarmName: 'b', StateValue: 'ALARM', StateReason: 'test' }),
    );

    const names: (string | undefined)[] = [];
    for await (const page of cw.paginateDescribeAlarms(
      { client, pageSize: 2 },
      { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    )) {
      names.push(
        ...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName),
      );
    }
    expect(names).toEqual(['a1', 'a2', 'b', 'a3']);

    const metricAlarms = async (input: cw.DescribeAlarmsInput) =>
      (await client.send(new cw.DescribeAlarmsCommand(input))).MetricAlarms?.map(
        ({ AlarmName }) => AlarmName,
      );
    expect(await metricAlarms({ AlarmNamePrefix: 'a' })).toEqual(['a1', 'a2']);
    expect(await metricAlarms({ StateValue: 'ALARM' })).toEqual(['b']);
    const { CompositeAlarms } = await client.send(
      new cw.DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
    );
    expect(CompositeAlarms).toMatchObject([{ AlarmName: 'a3', AlarmRule: 'ALARM(b)', StateValue: 'ALARM' }]);
  });

  it('sets a state by hand, publishes it, and keeps its history', async () => {
    await client.send(alarm());
    const StateReasonData = '{"why":"drill"}';
    await client.send(
      new cw.SetAlarmStateCommand({
        AlarmName: 'MemoryHigh',
        StateValue: 'ALARM',
        StateReason: 'drill',
        StateReasonData,
      }),
    );
    expect(lab.events.map(({ detail }) => detail.state)).toMatchObject([
      { value: 'ALARM', reason: 'drill', reasonData: StateReasonData },
    ]);
    const { AlarmHistoryItems } = await client.send(
      new cw.DescribeAlarmHistoryCommand({ AlarmName: 'MemoryHigh' }),
    );
    expect(
      AlarmHistoryItems?.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary]),
    ).toEqual([
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to ALARM'],
      ['ConfigurationUpdate', 'Alarm "MemoryHigh" created'],
    ]);
    expect(JSON.parse(AlarmHistoryItems?.[0]?.HistoryData ?? '')).toMatchObject({
      newState: { stateReasonData: { why: 'drill' } },
    });
  });

  it('switches actions off and on, and deletes', async () => {
    const AlarmNames = ['MemoryHigh'];
    const isEnabled = async () =>
      (await client.send(new cw.DescribeAlarmsCommand({}))).MetricAlarms?.map((each) => each.ActionsEnabled);
    await client.send(alarm());
    await client.send(new cw.DisableAlarmActionsCommand({ AlarmNames }));
    expect(await isEnabled()).toEqual([false]);
    await client.send(new cw.EnableAlarmActionsCommand({ AlarmNames }));
    expect(await isEnabled()).toEqual([true]);
    await client.send(new cw.DeleteAlarmsCommand({ AlarmNames }));
    expect(await isEnabled()).toEqual([]);
  });

  it('mutes alarms for a time', async () => {
    const Schedule = { Expression: 'at(2026-11-22T11:00)', Duration: 'PT2H' };
    const rule = { Name: 'quiet', Rule: { Schedule }, MuteTargets: { AlarmNames: ['MemoryHigh'] } };
    await client.send(new cw.PutAlarmMuteRuleCommand(rule));
    const read = new cw.GetAlarmMuteRuleCommand({ AlarmMuteRuleName: 'quiet' });
    expect(await client.send(read)).toMatchObject({ ...rule, Status: 'ACTIVE' });
    const { AlarmMuteRuleSummaries } = await client.send(
      new cw.ListAlarmMuteRulesCommand({ AlarmName: 'MemoryHigh', MaxRecords: 1 }),
    );
    expect(AlarmMuteRuleSummaries).toHaveLength(1);
    await client.send(new cw.DeleteAlarmMuteRuleCommand({ AlarmMuteRuleName: 'quiet' }));
    await expect(client.send(read)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the errors that the SDK reports', () => {
  const setState = (overrides = {}) =>
    new cw.SetAlarmStateCommand({ AlarmName: 'x', StateValue: 'OK', StateReason: 'test', ...overrides });

  it('include an alarm that does not exist', async () => {
    const sent = client.send(setState());
    await expect(sent).rejects.toBeInstanceOf(cw.ResourceNotFound);
    await expect(sent).rejects.toMatchObject({
      message: 'Alarm x does not exist',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('include a bad value, with its field', async () => {
    const sent = client.send(alarm({ Period: 45 }));
    await expect(sent).rejects.toBeInstanceOf(cw.InvalidParameterValueException);
    await expect(sent).rejects.toThrow(
      'the value 45 of Period is invalid: must be 1, 5, 10, 20, 30 or a multiple of 60',
    );
  });

  it('include a missing value, with its field', async () => {
    const sent = client.send(alarm({ EvaluationPeriods: undefined }));
    await expect(sent).rejects.toBeInstanceOf(cw.MissingRequiredParameterException);
    await expect(sent).rejects.toThrow('EvaluationPeriods is required');
  });

  it('include a property that is not supported', async () => {
    const sent = client.send(alarm({ ThresholdMetricId: 'ad1' }));
    await expect(sent).rejects.toBeInstanceOf(cw.ValidationException);
    await expect(sent).rejects.toThrow('ThresholdMetricId is not supported by the local CloudWatch');
  });

  it('include reason data that is not JSON', async () => {
    await client.send(alarm());
    const sent = client.send(setState({ AlarmName: 'MemoryHigh', StateReasonData: '{' }));
    await expect(sent).rejects.toBeInstanceOf(cw.InvalidFormatFault);
  });

  it('include a page that is not one of ours', async () => {
    const sent = client.send(new cw.DescribeAlarmsCommand({ NextToken: 'x' }));
    await expect(sent).rejects.toBeInstanceOf(cw.InvalidNextToken);
  });

  it('include an operation that is not served', async () => {
    await expect(client.send(new cw.ListDashboardsCommand({}))).rejects.toThrow(
      'does not have ListDashboards',
    );
  });

  it.each([
    ['Values without matching Counts', { Values: [1, 2], Counts: [1] }],
    ['both Value and Values', { Value: 1, Values: [1] }],
    ['neither', {}],
  ])('include data with %s', async (_, datum) => {
    const MetricData = [
      { MetricName: 'Good', Value: 1 },
      { MetricName: 'Bad', ...datum },
    ];
    const sent = client.send(new cw.PutMetricDataCommand({ Namespace: 'Demo', MetricData }));
    await expect(sent).rejects.toBeInstanceOf(cw.InvalidParameterCombinationException);
    expect(lab.engine.metrics.metrics()).toEqual([]);
  });

  it('include another protocol', async () => {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      body: new URLSearchParams({ Action: 'DescribeAlarms' }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('speaks AWS JSON 1.0 only');
  });
});
