import { describe, expect, it } from 'vitest';
import { AlarmEngine } from '../../local/alarms/alarm-engine.ts';
import { loadAlarms } from '../../local/alarms/load-alarms.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const START_MS = Date.parse('2026-11-22T12:00:00Z');
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const withWatchdog = (text: string) =>
  synthesizeStacks(SAMPLE_CONFIGURATION.replace(/watchdog:\n( .*\n)+/, `watchdog: ${text}\n`)).deadMan;
const alarmsOf = (template = synthesizeStacks().deadMan) =>
  [...resourcesOf(template, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) => Properties);

describe('the dead man’s alarm', () => {
  it('exists for every shard, and notifies the architect', () => {
    const alarms = alarmsOf();
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      'SelfhealEngine-watchdog-silent-0',
      'SelfhealEngine-watchdog-silent-1',
    ]);
    for (const { AlarmActions } of alarms) {
      expect(AlarmActions.map(asText)).toEqual([
        'arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:selfheal-architect',
      ]);
    }
  });

  it('counts rounds, by the dimensions that the function writes', () => {
    const [alarm] = alarmsOf();
    expect(alarm).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 2,
      TreatMissingData: 'breaching',
    });
    expect(alarm?.['Metrics'][1]).toMatchObject({
      Id: 'rounds',
      MetricStat: {
        Metric: {
          Namespace: 'Selfheal',
          MetricName: 'WatchdogRoundDuration',
          Dimensions: [
            { Name: 'service', Value: 'selfheal' },
            { Name: 'shard', Value: '0' },
          ],
        },
        Period: 60,
        Stat: 'SampleCount',
      },
    });
  });

  it.each([
    ['10s', 60],
    ['60s', 60],
    ['90s', 120],
    ['5m', 300],
  ])('evaluates periods of %i s for rounds %s apart', (interval, period) => {
    const [alarm] = alarmsOf(withWatchdog(`{ intervalSeconds: ${interval} }`));
    expect(alarm?.['Metrics'][1].MetricStat.Period).toBe(period);
  });

  it('does not exist when the watchdog is off', () => {
    const off = withWatchdog('{ enabled: false }');
    expect(alarmsOf(off)).toEqual([]);
    expect(resourcesOf(off, 'AWS::CloudFormation::WaitConditionHandle').size).toBe(1);
  });
});

describe('when the watchdog stops', () => {
  /** Seconds from the last round to the alarm, evaluated as CloudWatch does: once a minute. */
  async function secondsToAlarm(intervalSeconds: number, lastRoundMs: number): Promise<number> {
    const clock = { nowMs: START_MS };
    const engine = new AlarmEngine({
      accountId: '123456789012',
      region: 'us-east-1',
      nowMs: () => clock.nowMs,
      newId: () => '00000000-0000-4000-8000-000000000000',
      publish: async () => undefined,
    });
    const template = withWatchdog(`{ intervalSeconds: ${intervalSeconds} }`);
    await loadAlarms(engine, template.toJSON());
    const metric = {
      namespace: 'Selfheal',
      name: 'WatchdogRoundDuration',
      dimensions: { service: 'selfheal', shard: '0' },
    };
    const states = new Set<string>();
    for (; clock.nowMs < START_MS + 30 * MINUTE_MS; clock.nowMs += SECOND_MS) {
      const isRound = (clock.nowMs - START_MS) % (intervalSeconds * SECOND_MS) === 0;
      if (isRound && clock.nowMs <= lastRoundMs) {
        const sample = { kind: 'value', value: 12, count: 1 } as const;
        engine.metrics.put(metric, { timestampMs: clock.nowMs, unit: 'Milliseconds', sample }, 60);
      }
      await engine.evaluateDue();
      const state = engine.registry.get('SelfhealEngine-watchdog-silent-0').state.value;
      if (clock.nowMs > lastRoundMs && state === 'ALARM') return (clock.nowMs - lastRoundMs) / SECOND_MS;
      if (clock.nowMs > START_MS + 3 * MINUTE_MS) states.add(state);
    }
    throw new Error(`never in ALARM, but ${[...states].join(', ')}`);
  }

  it.each([
    [10, 10 * MINUTE_MS],
    [10, 10 * MINUTE_MS + 50 * SECOND_MS],
    [30, 10 * MINUTE_MS],
    [30, 10 * MINUTE_MS + 30 * SECOND_MS],
    [60, 10 * MINUTE_MS],
  ])('the alarm rings within 3 minutes for rounds %i s apart', async (intervalSeconds, lastRoundMs) => {
    expect(await secondsToAlarm(intervalSeconds, START_MS + lastRoundMs)).toBeLessThanOrEqual(180);
  });

  it.each([10, 30, 45, 60, 90, 300])(
    'the alarm stays quiet before that for rounds %i s apart',
    async (intervalSeconds) => {
      const lastRoundMs = START_MS + 10 * MINUTE_MS;
      expect(await secondsToAlarm(intervalSeconds, lastRoundMs)).toBeGreaterThan(intervalSeconds);
    },
  );
});
