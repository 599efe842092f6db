import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAlarmReader } from '../../functions/adapters/cloudwatch/alarm-reader.ts';
import { createMetricData } from '../../functions/adapters/cloudwatch/metric-data.ts';
import { type AlarmEndpoint, startAlarmEndpoint } from '../../local/alarms/endpoint.ts';
import { API_ERRORS } from '../../local/alarms/errors.ts';
import { OPERATIONS } from '../../local/alarms/operations.ts';
import { requirement } from '../factories/requirements.ts';
import { createAlarmLab, metricAlarm, START_MS } from '../unit/local/alarms/alarm-lab.ts';
import { brokenRequests } from './aws-model/broken-requests.ts';
import { postRequest } from './aws-model/post-request.ts';
import { type RecordedService, recordService } from './aws-model/recorded-service.ts';
import { type ServiceModel, serviceModel } from './aws-model/service-model.ts';

type Request = Readonly<Record<string, unknown>>;

const LONGEST_NAME = 'n'.repeat(255);
const START = START_MS / 1000;
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:topic';
const GROUPED = {
  Id: 'q1',
  Expression: 'SELECT MAX("Memory") FROM "Demo" GROUP BY InstanceId ORDER BY MAX() DESC',
  Period: 60,
};

let model: ServiceModel;
let lab: ReturnType<typeof createAlarmLab>;
let endpoint: AlarmEndpoint;
let recorded: RecordedService;

beforeAll(async () => {
  model = await serviceModel('cloudwatch', '2010-08-01');
});

async function open(): Promise<void> {
  lab = createAlarmLab();
  endpoint = await startAlarmEndpoint({ engine: lab.engine });
  recorded = await recordService(endpoint.url);
}

async function close(): Promise<void> {
  await recorded?.close();
  await endpoint?.close();
}

const post = (operation: string, request: unknown) =>
  postRequest(recorded.url, `GraniteServiceVersion20100801.${operation}`, request, '1.0');

const metricOf = (AlarmName: string) =>
  metricAlarm({ AlarmName, AlarmActions: [TOPIC], Statistic: 'Maximum' });

/** Alarms of every kind, in every state that the functions ask about. */
async function fillLandscape(): Promise<void> {
  const { engine } = lab;
  engine.putMetricAlarm(metricOf('web-memory'));
  engine.putMetricAlarm(metricOf(LONGEST_NAME));
  engine.putMetricAlarm({
    AlarmName: 'group',
    Metrics: [GROUPED],
    EvaluationPeriods: 1,
    Threshold: 90,
    ComparisonOperator: 'GreaterThanThreshold',
  });
  for (let index = 0; index < 120; index += 1) engine.putMetricAlarm(metricOf(`many-${index}`));
  await lab.play(95);
  await engine.putCompositeAlarm({
    AlarmName: 'web-both',
    AlarmRule: 'ALARM("web-memory")',
    ActionsSuppressor: 'web-memory',
    ActionsSuppressorWaitPeriod: 60,
    ActionsSuppressorExtensionPeriod: 60,
    AlarmActions: [TOPIC],
  });
  await lab.play(95);
  const Expression = `at(${new Date(lab.clock.nowMs).toISOString().slice(0, 16)})`;
  for (let index = 0; index < 60; index += 1)
    await post('PutAlarmMuteRule', {
      Name: `night-${index}`,
      Rule: { Schedule: { Expression, Duration: 'PT1H' } },
      MuteTargets: { AlarmNames: [LONGEST_NAME] },
    });
}

describe.skipIf(!requirement('python'))('requests of the functions to CloudWatch, and the answers', () => {
  beforeAll(open);
  afterAll(close);

  it('satisfy AWS’s model of the API', async () => {
    await fillLandscape();
    recorded.calls.length = 0;
    const client = new CloudWatchClient({
      ...{ endpoint: recorded.url, region: 'us-east-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const alarms = createAlarmReader(client);
    const red = await alarms.inAlarm('');
    expect(red.size).toBeGreaterThan(100);
    expect([...(await alarms.inAlarm('web-')).keys()].sort()).toEqual(['web-both', 'web-memory']);
    expect((await alarms.states([...red.keys(), 'gone'])).size).toBe(red.size);
    expect(await alarms.targetsOf('web-memory')).toEqual([]);
    expect(await alarms.targetsOf('web-both')).toEqual([]);
    await alarms.targetsOf('group');
    await alarms.redInstances('group');
    expect(await alarms.silencedBy(LONGEST_NAME)).toContain('mute rule');
    expect(await alarms.silencedBy('web-both')).toContain('its suppressor');
    const metric = {
      namespace: 'Demo',
      metricName: 'Memory',
      dimensions: { InstanceId: 'i-1' },
      statistic: 'p99.9',
    };
    const window = { startMs: START_MS - 600_000, endMs: START_MS + 600_000 };
    const { reads } = await createMetricData(client).read([
      { source: { kind: 'metric', metric }, periodSeconds: 60, window },
      {
        source: { kind: 'expression', expression: '100 * a / b', metrics: { a: metric, b: metric } },
        ...{ periodSeconds: 300, window },
      },
    ]);
    expect(reads.map((read) => read?.completeUntilMs)).toEqual([window.endMs, window.endMs]);

    expect([...new Set(recorded.calls.map(({ operation }) => operation))].sort()).toEqual([
      'DescribeAlarmContributors',
      'DescribeAlarms',
      'GetMetricData',
      'ListAlarmMuteRules',
    ]);
    expect(recorded.faults(model)).toEqual([]);
  });
});

const NIGHT = {
  Name: 'm'.repeat(255),
  Description: 'd'.repeat(1_024),
  Rule: { Schedule: { Expression: 'at(2026-11-22T12:00)', Duration: 'P2DT12H', Timezone: 'UTC' } },
  MuteTargets: { AlarmNames: Array.from({ length: 100 }, () => LONGEST_NAME) },
};
const COMMON = {
  AlarmDescription: 'd'.repeat(1_024),
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: Array.from({ length: 5 }, () => TOPIC),
  InsufficientDataActions: [TOPIC],
  Tags: [{ Key: 'k'.repeat(128), Value: 'v'.repeat(256) }],
};
const DIMENSIONS = Array.from({ length: 30 }, (_, index) => ({
  Name: `${100 + index}`.padStart(255, 'd'),
  Value: 'v'.repeat(1_024),
}));
const WINDOW = { StartTime: START - 600, EndTime: START };

/** A request of every operation that is served, in an order in which each finds what it needs. */
const SOUND: readonly (readonly [string, Request])[] = [
  [
    'PutMetricAlarm',
    {
      ...COMMON,
      ...metricAlarm({ AlarmName: LONGEST_NAME, Dimensions: DIMENSIONS, Unit: 'Percent' }),
      ...{ DatapointsToAlarm: 1, TreatMissingData: 'notBreaching' },
    },
  ],
  [
    'PutMetricAlarm',
    {
      AlarmName: 'group',
      Metrics: [GROUPED],
      ...{ EvaluationPeriods: 1, Threshold: 90, ComparisonOperator: 'GreaterThanThreshold' },
    },
  ],
  [
    'PutCompositeAlarm',
    {
      ...COMMON,
      AlarmName: 'both',
      AlarmRule: `ALARM("${LONGEST_NAME}")`,
      ...{ ActionsSuppressor: LONGEST_NAME, ActionsSuppressorWaitPeriod: 60 },
      ActionsSuppressorExtensionPeriod: 60,
    },
  ],
  [
    'PutMetricData',
    {
      Namespace: 'Demo',
      MetricData: [
        {
          ...{ MetricName: 'Memory', Dimensions: DIMENSIONS, Timestamp: START, Unit: 'Percent' },
          ...{ Values: [95, 99], Counts: [1, 2], StorageResolution: 1 },
        },
        { MetricName: 'Memory', Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }], Value: 95 },
      ],
    },
  ],
  [
    'SetAlarmState',
    {
      ...{ AlarmName: LONGEST_NAME, StateValue: 'ALARM', StateReason: 'r'.repeat(1_023) },
      StateReasonData: JSON.stringify({ why: 'w'.repeat(3_900) }),
    },
  ],
  ['DisableAlarmActions', { AlarmNames: [LONGEST_NAME] }],
  ['EnableAlarmActions', { AlarmNames: [LONGEST_NAME, 'both'] }],
  ['PutAlarmMuteRule', NIGHT],
  ['GetAlarmMuteRule', { AlarmMuteRuleName: NIGHT.Name }],
  [
    'ListAlarmMuteRules',
    { AlarmName: LONGEST_NAME, Statuses: ['SCHEDULED', 'ACTIVE', 'EXPIRED'], MaxRecords: 100 },
  ],
  [
    'DescribeAlarms',
    { AlarmNames: [LONGEST_NAME], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 1 },
  ],
  ['DescribeAlarms', { AlarmNamePrefix: 'b', AlarmTypes: ['CompositeAlarm'], StateValue: 'ALARM' }],
  ['DescribeAlarmContributors', { AlarmName: 'group' }],
  [
    'DescribeAlarmHistory',
    {
      ...{ AlarmName: LONGEST_NAME, AlarmTypes: ['MetricAlarm'], HistoryItemType: 'StateUpdate' },
      ...{ StartDate: START - 60, EndDate: START + 60, MaxRecords: 100, ScanBy: 'TimestampAscending' },
    },
  ],
  [
    'GetMetricData',
    {
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: { Namespace: 'Demo', MetricName: 'Memory', Dimensions: DIMENSIONS },
            ...{ Period: 60, Stat: 'p99.9', Unit: 'Percent' },
          },
        },
      ],
      ...WINDOW,
      ScanBy: 'TimestampDescending',
    },
  ],
  [
    'GetMetricStatistics',
    {
      ...{ Namespace: 'Demo', MetricName: 'Memory', Dimensions: DIMENSIONS, ...WINDOW, Period: 60 },
      ...{ Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'], Unit: 'Percent' },
    },
  ],
  ['DeleteAlarmMuteRule', { AlarmMuteRuleName: NIGHT.Name }],
  ['DeleteAlarms', { AlarmNames: ['both', 'group', LONGEST_NAME] }],
];

describe.skipIf(!requirement('python'))('the local CloudWatch', () => {
  beforeEach(async () => {
    await open();
    return close;
  });

  it('accepts requests at the bounds of AWS’s model, and answers in its shapes', async () => {
    for (const [operation, request] of SOUND) {
      const { status, body } = await post(operation, request);
      expect([operation, status, body]).toEqual([operation, 200, body]);
      if (operation === 'PutMetricData') {
        lab.clock.nowMs += 60_000;
        await lab.engine.evaluateNow();
      }
    }
    expect(new Set(SOUND.map(([operation]) => operation))).toEqual(new Set(OPERATIONS.keys()));
    expect(recorded.faults(model)).toEqual([]);
  });

  it.each([...new Map(SOUND.toReversed())])(
    'refuses every %s that breaks a bound of AWS’s model',
    async (operation, sound) => {
      const requests = brokenRequests(model, operation, sound);
      expect(requests.length).toBeGreaterThan(1);
      lab.engine.putMetricAlarm(metricOf(LONGEST_NAME));
      // Without a fault, no more than its subject can be missing.
      expect((await post(operation, sound)).status).not.toBe(400);
      const taken: string[] = [];
      for (const { what, request } of requests) {
        const { status } = await post(operation, request);
        if (status !== 400) taken.push(`${what}: ${status}`);
      }
      expect(taken).toEqual([]);
    },
  );

  it.each(Object.entries(API_ERRORS).filter(([name]) => name !== 'AccessDenied'))(
    'names and numbers %s as AWS’s model does',
    (name, { queryCode, status }) => {
      expect(model.shapes[name]?.error).toMatchObject({ code: queryCode, httpStatusCode: status });
    },
  );
});
