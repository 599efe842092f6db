import { CloudWatchClient, CloudWatchServiceException } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { createMetricData } from '../../../../functions/adapters/cloudwatch/metric-data.ts';
import { NotPermitted, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import type { SeriesQuery } from '../../../../functions/ports/metric-data.ts';
import { type Scripted, scriptedClient } from '../scripted-client.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const at = (minute: number) => new Date(NOON + minute * 60_000);
const window = { startMs: NOON, endMs: NOON + 300_000 };

const metricQuery = (name = 'Latency', over: Partial<SeriesQuery> = {}): SeriesQuery => ({
  source: {
    kind: 'metric',
    metric: { namespace: 'Shop', metricName: name, dimensions: { Service: 'shop' }, statistic: 'p99' },
  },
  periodSeconds: 60,
  window,
  ...over,
});

const result = (Id: string, minutes: readonly number[], StatusCode = 'Complete') => ({
  Id,
  Timestamps: minutes.map(at),
  Values: minutes,
  StatusCode,
});

const reader = (...answers: readonly Scripted[]) => {
  const { client, sent } = scriptedClient(CloudWatchClient, ...answers);
  return { read: createMetricData(client).read, sent };
};

const points = (...minutes: readonly number[]) =>
  minutes.map((minute) => ({ atMs: NOON + minute * 60_000, value: minute }));

const failure = (name: string, status = 400) =>
  new CloudWatchServiceException({
    name,
    message: `${name} happened`,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
  });

describe('reading series by GetMetricData', () => {
  it('asks for all of them at once, the oldest data first', async () => {
    const { read, sent } = reader({ MetricDataResults: [result('s0', [0, 1]), result('s1', [])] });
    const answer = await read([metricQuery(), metricQuery('Errors')]);
    expect(sent).toEqual([
      {
        MetricDataQueries: [
          expect.objectContaining({
            Id: 's0',
            ReturnData: true,
            MetricStat: {
              Metric: {
                Namespace: 'Shop',
                MetricName: 'Latency',
                Dimensions: [{ Name: 'Service', Value: 'shop' }],
              },
              Period: 60,
              Stat: 'p99',
            },
          }),
          expect.objectContaining({ Id: 's1' }),
        ],
        StartTime: at(0),
        EndTime: at(5),
        ScanBy: 'TimestampAscending',
      },
    ]);
    expect(answer.reads).toEqual([
      { points: points(0, 1), completeUntilMs: window.endMs },
      { points: [], completeUntilMs: window.endMs },
    ]);
  });

  it('follows pages, and counts a data point of two pages once', async () => {
    const { read, sent } = reader(
      { MetricDataResults: [result('s0', [0, 1], 'PartialData')], NextToken: 'two' },
      { MetricDataResults: [result('s0', [1, 2], 'Complete')] },
    );
    expect((await read([metricQuery()])).reads).toEqual([
      { points: points(0, 1, 2), completeUntilMs: window.endMs },
    ]);
    expect(sent.map(({ NextToken }) => NextToken)).toEqual([undefined, 'two']);
  });

  it('sorts, and leaves out what the series did not ask for', async () => {
    const { read } = reader({ MetricDataResults: [result('s0', [4, -1, 2, 5])] });
    expect((await read([metricQuery()])).reads[0]?.points).toEqual(points(2, 4));
  });

  it('counts partial data as complete up to its newest point, and no further', async () => {
    const { read } = reader({
      MetricDataResults: [result('s0', [0, 1], 'PartialData'), result('s1', [], 'PartialData')],
    });
    expect((await read([metricQuery(), metricQuery('Errors')])).reads).toEqual([
      { points: points(0, 1), completeUntilMs: NOON + 120_000 },
      { points: [], completeUntilMs: NOON },
    ]);
  });

  it.each(['InternalError', 'Forbidden'])(
    'knows nothing of a series that ends as %s, and says so',
    async (status) => {
      const Messages = [{ Code: status, Value: 'look at the policy' }];
      const { read } = reader({ MetricDataResults: [{ ...result('s0', [0], status), Messages }] });
      const answer = await read([metricQuery()]);
      expect(answer.reads).toEqual([undefined]);
      expect(answer.notes).toEqual([`cloudwatch:GetMetricData: s0: ${status}: look at the policy`]);
    },
  );

  it('knows nothing of a series that the answer does not mention', async () => {
    const { read } = reader({ MetricDataResults: [], Messages: [{ Code: 'X', Value: 'too much' }] });
    expect(await read([metricQuery()])).toEqual({
      reads: [undefined],
      notes: ['cloudwatch:GetMetricData: X: too much'],
    });
  });

  it('keeps what it has when a later page fails', async () => {
    const { read } = reader(
      {
        MetricDataResults: [result('s0', [0, 1]), result('s1', [0], 'PartialData')],
        NextToken: 'two',
      },
      failure('ValidationError'),
    );
    const answer = await read([metricQuery(), metricQuery('Errors')]);
    expect(answer.reads.map((each) => each?.completeUntilMs)).toEqual([window.endMs, NOON + 60_000]);
    expect(answer.notes[0]).toContain('ValidationError happened');
  });

  it('gives the names of an expression a prefix, and leaves functions and texts alone', async () => {
    const { read, sent } = reader({ MetricDataResults: [result('s0', [])] });
    const metric = { namespace: 'Shop', metricName: 'E', dimensions: {}, statistic: 'Sum' };
    await read([
      metricQuery('', {
        source: {
          kind: 'expression',
          expression: "IF(FILL(errors, 0) > 1, errors / requests2, RATE(errors)) + 0 * 'errors'",
          metrics: { errors: metric, requests2: metric },
        },
      }),
    ]);
    expect(sent[0]?.['MetricDataQueries']).toEqual([
      {
        Id: 's0',
        Expression: "IF(FILL(s0_errors, 0) > 1, s0_errors / s0_requests2, RATE(s0_errors)) + 0 * 'errors'",
        Period: 60,
        ReturnData: true,
      },
      expect.objectContaining({ Id: 's0_errors', ReturnData: false }),
      expect.objectContaining({ Id: 's0_requests2', ReturnData: false }),
    ]);
  });

  it('asks for at most 500 at a time', async () => {
    const { read, sent } = reader({ MetricDataResults: [] });
    await read(Array.from({ length: 1_001 }, () => metricQuery()));
    expect(sent.map((input) => (input['MetricDataQueries'] as unknown[]).length)).toEqual([500, 500, 1]);
  });

  it('asks apart for series that lag behind', async () => {
    const { read, sent } = reader({ MetricDataResults: [] });
    const behind = { startMs: NOON - 86_400_000, endMs: NOON - 80_000_000 };
    await read([metricQuery(), metricQuery('Old', { window: behind }), metricQuery('Errors')]);
    expect(sent.map(({ StartTime }) => StartTime)).toEqual([new Date(behind.startMs), at(0)]);
  });

  it('reads series of another period in a call of its own', async () => {
    const { read, sent } = reader({ MetricDataResults: [] });
    const hourly = { periodSeconds: 3_600, window: { startMs: NOON - 7_200_000, endMs: NOON } };
    await read([
      metricQuery(),
      metricQuery('Hourly', hourly),
      metricQuery('Slow', { periodSeconds: 300 }),
      metricQuery('Errors'),
    ]);
    const asked = sent.map(({ MetricDataQueries, StartTime }) => [
      (MetricDataQueries as { Id: string }[]).map(({ Id }) => Id),
      StartTime,
    ]);
    expect(asked).toEqual([
      [['s0', 's3'], at(0)],
      [['s2'], at(0)],
      [['s1'], at(-120)],
    ]);
  });

  it('finds the query that is refused, and reads those beside it', async () => {
    const answers = [
      failure('ValidationError'),
      { MetricDataResults: [result('s0', [0]), result('s1', [1])] },
      failure('ValidationError'),
      failure('ValidationError'),
      { MetricDataResults: [result('s3', [3])] },
    ];
    const { read, sent } = reader(...answers);
    const answer = await read(['A', 'B', 'Bad', 'D'].map((name) => metricQuery(name)));
    expect(answer.reads.map((each) => each?.points)).toEqual([points(0), points(1), undefined, points(3)]);
    expect(answer.notes).toEqual([
      'cloudwatch:GetMetricData: ValidationError: ValidationError happened (Shop Bad)',
    ]);
    expect(sent).toHaveLength(answers.length);
  });

  it('fails when every query is refused', async () => {
    const { read } = reader(failure('ValidationError'));
    await expect(read([metricQuery(), metricQuery('Errors')])).rejects.toBeInstanceOf(RequestRefused);
  });

  it('names the permission that is missing', async () => {
    const { read } = reader(failure('AccessDenied', 403));
    const error = await read([metricQuery()]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotPermitted);
    expect((error as NotPermitted).denial.action).toBe('cloudwatch:GetMetricData');
  });

  it('fails when every call was throttled, and knows a part when one was not', async () => {
    const { read } = reader(failure('ThrottlingException'));
    await expect(read([metricQuery()])).rejects.toBeInstanceOf(ServiceUnavailable);
    const behind = { startMs: NOON - 86_400_000, endMs: NOON - 80_000_000 };
    const partly = reader(failure('ThrottlingException'), { MetricDataResults: [result('s0', [0])] });
    const answer = await partly.read([metricQuery(), metricQuery('Old', { window: behind })]);
    expect(answer.reads.map((each) => each?.points.length)).toEqual([1, undefined]);
    expect(answer.notes[0]).toContain('ThrottlingException happened');
  });
});
