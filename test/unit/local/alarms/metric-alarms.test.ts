import { describe, expect, it } from 'vitest';
import { CloudWatchError } from '../../../../local/alarms/errors.ts';
import { createAlarmLab, metricAlarm, START_MS } from './alarm-lab.ts';

const at = (minute: number) => new Date(START_MS + minute * 60_000).toISOString().replace('Z', '+0000');

describe('metric alarms', () => {
  it('publishes the event of the documentation when the threshold is crossed', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm({ AlarmDescription: 'Memory is nearly used up', Unit: 'Percent' }));
    await lab.play(50, 99.5);

    const [, event] = lab.events;
    expect(event).toMatchObject({
      ...{ version: '0', source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' },
      ...{ account: '123456789012', region: 'us-east-1', time: '2026-11-22T12:02:00Z' },
      resources: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:MemoryHigh'],
    });
    expect(event?.detail).toEqual({
      alarmName: 'MemoryHigh',
      configuration: {
        description: 'Memory is nearly used up',
        metrics: [
          {
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            metricStat: {
              metric: { namespace: 'Demo', name: 'Memory', dimensions: { InstanceId: 'i-1' } },
              ...{ period: 60, stat: 'Average', unit: 'Percent' },
            },
            returnData: true,
          },
        ],
      },
      previousState: {
        value: 'OK',
        reason:
          'Threshold Crossed: 1 out of the last 1 datapoints [50.0 (22/11/26 12:00:00)] was not greater than the threshold (90.0) (minimum 1 datapoint for ALARM -> OK transition).',
        reasonData: expect.any(String),
        timestamp: at(1),
      },
      state: {
        value: 'ALARM',
        reason:
          'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (22/11/26 12:01:00)] was greater than the threshold (90.0) (minimum 1 datapoint for OK -> ALARM transition).',
        reasonData: expect.any(String),
        timestamp: at(2),
      },
    });
    expect(JSON.parse(event?.detail.state.reasonData ?? '')).toEqual({
      ...{
        version: '1.0',
        queryDate: at(2),
        startDate: at(1),
        unit: 'Percent',
        statistic: 'Average',
        period: 60,
      },
      ...{ recentDatapoints: [99.5], threshold: 90 },
      evaluatedDatapoints: [{ timestamp: at(1), sampleCount: 1, value: 99.5 }],
    });
  });

  it('starts unchecked: the first event has a previous state without reason data', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm());
    await lab.play(99);
    expect(lab.events[0]?.detail.previousState).toEqual({
      ...{ value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', timestamp: at(0) },
    });
  });

  it('publishes transitions only, not every evaluation', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm());
    await lab.play(99, 99, 99, 10, 10);
    expect(lab.events.map(({ detail }) => detail.state.value)).toEqual(['ALARM', 'OK']);
  });

  it('needs M of N data points', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 }));
    await lab.play(10, 10, 99, 10, 10, 99, 10);
    expect(lab.stateOf('MemoryHigh')).toBe('OK');
    await lab.play(99);
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
    expect(lab.events.at(-1)?.detail.state.reason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [99.0 (22/11/26 12:07:00), 99.0 (22/11/26 12:05:00)] were greater than the threshold (90.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
  });

  it('notices silence only when the last good data point has left the evaluation range', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm({ EvaluationPeriods: 3, TreatMissingData: 'breaching' }));
    await lab.play(10, undefined, undefined, undefined, undefined);
    expect(lab.stateOf('MemoryHigh')).toBe('OK');
    await lab.play(undefined);
    expect(lab.events.at(-1)?.detail.state).toMatchObject({
      value: 'ALARM',
      reason:
        'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].',
    });
  });

  it('goes to INSUFFICIENT_DATA when everything is missing, and says how much', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm());
    await lab.play(10, undefined, undefined, undefined);
    const state = lab.events.at(-1)?.detail.state;
    expect(state).toMatchObject({
      value: 'INSUFFICIENT_DATA',
      reason: 'Insufficient Data: 1 datapoint was unknown.',
    });
    expect(JSON.parse(state?.reasonData ?? '')).toMatchObject({
      ...{ recentDatapoints: [], evaluatedDatapoints: [{ timestamp: at(3) }] },
    });
  });

  it('keeps its state when missing data is ignored, as AWS/DynamoDB metrics always are', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm({ TreatMissingData: 'ignore' }));
    lab.engine.putMetricAlarm(
      metricAlarm({ AlarmName: 'Throttles', Namespace: 'AWS/DynamoDB', TreatMissingData: 'breaching' }),
    );
    await lab.play(99, undefined, undefined, undefined, undefined);
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
    expect(lab.stateOf('Throttles')).toBe('INSUFFICIENT_DATA');
  });

  it('reads its exact dimension set and nothing else', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm());
    lab.engine.putMetricAlarm(metricAlarm({ AlarmName: 'Fleet', Dimensions: [] }));
    lab.put(99, START_MS, 'i-2');
    await lab.play(10);
    expect(lab.stateOf('MemoryHigh')).toBe('OK');
    expect(lab.stateOf('Fleet')).toBe('INSUFFICIENT_DATA');
  });

  it('reads only its unit, if it names one', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm({ Unit: 'Bytes' }));
    await lab.play(99);
    expect(lab.stateOf('MemoryHigh')).toBe('INSUFFICIENT_DATA');
  });

  it('slides the window of a longer period on by a minute at a time', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(
      metricAlarm({
        Period: 300,
        Statistic: 'Sum',
        Threshold: 3,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
    await lab.play(undefined, undefined, 1, 1);
    expect(lab.stateOf('MemoryHigh')).toBe('OK');
    await lab.play(1);
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
  });

  it('evaluates high-resolution data every ten seconds', async () => {
    const lab = createAlarmLab();
    lab.engine.putMetricAlarm(metricAlarm({ Period: 10 }));
    lab.put(99, START_MS + 3000, 'i-1', 1);
    lab.clock.nowMs += 9_999;
    await lab.engine.evaluateDue();
    expect(lab.events).toEqual([]);
    lab.clock.nowMs += 1;
    await lab.engine.evaluateDue();
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
  });

  it('waits for late data if told how late it may be', async () => {
    const lab = createAlarmLab({ dataDelaySeconds: 30 });
    lab.engine.putMetricAlarm(metricAlarm());
    lab.put(99);
    lab.clock.nowMs += 60_000;
    await lab.engine.evaluateDue();
    expect(lab.stateOf('MemoryHigh')).toBe('INSUFFICIENT_DATA');
    lab.clock.nowMs += 30_000;
    await lab.engine.evaluateDue();
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
  });

  it('does not change state on a percentile of too few samples, if asked not to', async () => {
    const lab = createAlarmLab();
    const { Statistic: _statistic, ...percentile } = metricAlarm({ ExtendedStatistic: 'p50' });
    lab.engine.putMetricAlarm({ ...percentile, EvaluateLowSampleCountPercentile: 'ignore' });
    lab.engine.putMetricAlarm({ ...percentile, AlarmName: 'Eager' });
    for (let sample = 1; sample < 19; sample += 1) lab.put(99);
    await lab.play(99);
    expect([lab.stateOf('MemoryHigh'), lab.stateOf('Eager')]).toEqual(['INSUFFICIENT_DATA', 'ALARM']);
    for (let sample = 1; sample < 20; sample += 1) lab.put(99);
    await lab.play(99);
    expect(lab.stateOf('MemoryHigh')).toBe('ALARM');
  });

  it('evaluates a rate, and describes the expression in the event', async () => {
    const lab = createAlarmLab();
    const stat = (Id: string, InstanceId: string) => ({
      Id,
      MetricStat: {
        Metric: {
          Namespace: 'Demo',
          MetricName: 'Memory',
          Dimensions: [{ Name: 'InstanceId', Value: InstanceId }],
        },
        ...{ Period: 60, Stat: 'Sum' },
      },
      ReturnData: false,
    });
    lab.engine.putMetricAlarm({
      ...{
        AlarmName: 'ErrorRate',
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
      },
      Metrics: [
        { Id: 'rate', Expression: '100 * errors / requests', Label: 'Error rate' },
        stat('errors', 'e'),
        stat('requests', 'r'),
      ].map((query) => ({ ReturnData: true, ...query })),
    });
    lab.put(10, START_MS, 'e');
    lab.put(100, START_MS, 'r');
    await lab.play(undefined);
    const [event] = lab.events;
    expect(event?.detail.state.value).toBe('ALARM');
    expect(event?.detail.configuration.metrics?.slice(0, 2)).toEqual([
      { id: 'rate', expression: '100 * errors / requests', label: 'Error rate', returnData: true },
      {
        id: 'errors',
        metricStat: {
          metric: { namespace: 'Demo', name: 'Memory', dimensions: { InstanceId: 'e' } },
          ...{ period: 60, stat: 'Sum' },
        },
        returnData: false,
      },
    ]);
    expect(JSON.parse(event?.detail.state.reasonData ?? '')).not.toHaveProperty('statistic');
  });

  it.each([
    ['DatapointsToAlarm over N', { DatapointsToAlarm: 2 }, 'ValidationException'],
    ['Statistic and ExtendedStatistic', { ExtendedStatistic: 'p90' }, 'InvalidParameterCombinationException'],
    ['over a day', { EvaluationPeriods: 1441 }, 'ValidationException'],
    [
      'a low-sample rule without percentile',
      { EvaluateLowSampleCountPercentile: 'ignore' },
      'InvalidParameterCombinationException',
    ],
  ] as const)('refuses %s', (_, overrides, code) => {
    const { engine } = createAlarmLab();
    expect(() => engine.putMetricAlarm(metricAlarm(overrides))).toThrow(CloudWatchError);
    expect(() => engine.putMetricAlarm(metricAlarm(overrides))).toThrow(expect.objectContaining({ code }));
  });
});
