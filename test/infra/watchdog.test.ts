import { describe, expect, it } from 'vitest';
import { matches } from './event-pattern.ts';
import { SAMPLE_CONFIGURATION } from './sample-configuration.ts';
import { customEvent } from './sample-events.ts';
import { asText, type Resource, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const templates = synthesizeStacks();
const rulesOf = ({ watchdog } = templates) => [...resourcesOf(watchdog, 'AWS::Events::Rule').values()];
const rules = rulesOf();
const alarms = [...resourcesOf(templates.watchdog, 'AWS::CloudWatch::Alarm').values()];
const withWatchdog = (text: string) =>
  synthesizeStacks(SAMPLE_CONFIGURATION.replace(/watchdog:\n( .*\n)+/, `watchdog: ${text}\n`));

const clocks = (of: readonly Resource[] = rules) =>
  of
    .filter(({ Properties }) => Properties['ScheduleExpression'] === 'rate(1 minute)')
    .map(({ Properties }) =>
      Properties['Targets'].map(({ Input }: { Input: string }) => JSON.parse(Input) as unknown),
    );

/** What an event would reach, without the hashes. */
const reached = (event: object) =>
  rules
    .filter(({ Properties }) => Properties['EventPattern'] && matches(Properties['EventPattern'], event))
    .flatMap(({ Properties }) => Properties['Targets'].map(({ Arn }: { Arn: unknown }) => asText(Arn)));

const ARCHITECT = expect.stringMatching(/^<import SelfhealEngine:\w+TopicsArchitect/);
const SOC = expect.stringMatching(/^<import SelfhealEngine:\w+TopicsSoc/);
const escalation = (action: string, severity: string) => {
  const detail = {
    action,
    severity,
    peerName: 'web',
    reason: 'peer web missed 3 heartbeats',
    timestamp: 'now',
  };
  return customEvent('selfheal', 'Selfheal Watchdog Escalation', detail);
};

describe('the clock', () => {
  it('calls every vantage point once a minute for every shard', () => {
    expect(clocks()).toEqual([
      [
        { shard: 0, vantagePoint: 'outside' },
        { shard: 1, vantagePoint: 'outside' },
      ],
      [
        { shard: 0, vantagePoint: 'inside' },
        { shard: 1, vantagePoint: 'inside' },
      ],
    ]);
  });

  it('needs at most five targets a rule, and no more resources than a stack may have', () => {
    const points = ['a', 'b', 'c', 'd', 'e'].map((name) => `{ name: ${name} }`).join(', ');
    const most = withWatchdog(`{ shards: 100, vantagePoints: [${points}] }`);
    const called = clocks(rulesOf(most));
    expect(called.every((targets) => targets.length <= 5)).toBe(true);
    expect(called.flat()).toHaveLength(500);
    expect(Object.keys(most.watchdog.toJSON()['Resources']).length).toBeLessThanOrEqual(500);
  });

  it('stays silent when the watchdog is off', () => {
    expect(clocks(rulesOf(withWatchdog('{ enabled: false }')))).toEqual([]);
  });

  it('gets no retry by Lambda for a minute that failed', () => {
    const configs = [...resourcesOf(templates.watchdog, 'AWS::Lambda::EventInvokeConfig').values()];
    const watching = configs.filter(({ Properties }) =>
      asText(Properties['FunctionName']).startsWith('<Watch'),
    );
    expect(watching.map(({ Properties }) => Properties['MaximumRetryAttempts'])).toEqual([0, 0]);
  });
});

describe('an escalation of the watchdog', () => {
  it('reaches the architect, and the SOC if it is HIGH or CRITICAL', () => {
    expect(reached(escalation('alert', 'MEDIUM'))).toEqual([]);
    expect(reached(escalation('restart', 'HIGH'))).toEqual([SOC]);
    expect(reached(escalation('isolate', 'CRITICAL'))).toEqual([SOC]);
    expect(reached(escalation('alert_architect', 'HIGH'))).toEqual([ARCHITECT, SOC]);
  });

  it('does not count from any other source', () => {
    expect(reached({ ...escalation('alert_architect', 'HIGH'), source: 'somebody' })).toEqual([]);
  });

  it('goes out in plain words', () => {
    const [transformer] = rules.flatMap(({ Properties }) =>
      Properties['Targets'].flatMap(
        (target: { InputTransformer?: unknown }) => target.InputTransformer ?? [],
      ),
    );
    expect(transformer).toEqual({
      InputPathsMap: {
        'detail-severity': '$.detail.severity',
        'detail-action': '$.detail.action',
        'detail-reason': '$.detail.reason',
        'detail-timestamp': '$.detail.timestamp',
      },
      InputTemplate:
        '"Selfheal watchdog, <detail-severity>, <detail-action>: <detail-reason> (<detail-timestamp>)"',
    });
  });
});

describe('a change of peers', () => {
  it('counts only from the sources that may register them', () => {
    const taken = [expect.stringMatching(/^<ChangePeerFunction.*\.Arn>$/)];
    expect(reached(customEvent('selfheal.operator', 'Selfheal Peer'))).toEqual(taken);
    for (const source of ['my.fleet', 'selfheal', 'selfheal.monitor'])
      expect(reached(customEvent(source, 'Selfheal Peer'))).toEqual([]);
  });

  it('reaches nothing if it comes from another account or region, as an escalation does', () => {
    for (const event of [
      customEvent('selfheal.operator', 'Selfheal Peer'),
      escalation('alert_architect', 'HIGH'),
    ]) {
      expect(reached({ ...event, account: '999999999999' })).toEqual([]);
      expect(reached({ ...event, region: 'eu-central-1' })).toEqual([]);
    }
  });
});

it('every target has a bounded retry and a dead-letter queue', () => {
  const all = [...rules, ...(templates.webhook ? rulesIn(templates.webhook) : [])];
  const targets = all.flatMap(({ Properties }) => Properties['Targets']);
  expect(targets.length).toBeGreaterThanOrEqual(8);
  for (const { RetryPolicy, DeadLetterConfig } of targets) {
    expect(RetryPolicy.MaximumEventAgeInSeconds).toBeLessThanOrEqual(3_600);
    expect(RetryPolicy.MaximumRetryAttempts).toBeLessThanOrEqual(30);
    expect(asText(DeadLetterConfig.Arn)).toMatch(/^<(Watchdog|Escalation|Webhook)DeadLetters.*\.Arn>$/);
  }
});

describe('alarms', () => {
  it('watch every function and every queue', () => {
    expect(alarms.map(({ Properties }) => Properties['AlarmName']).sort()).toEqual(
      [
        ...['change-peer', 'watch-inside', 'watch-outside'].flatMap((name) => [
          `SelfhealEngine-${name}-errors`,
          `SelfhealEngine-${name}-throttles`,
        ]),
        'SelfhealEngine-escalation-dead-letters',
        'SelfhealEngine-watchdog-dead-letters',
      ].sort(),
    );
    for (const { Properties } of alarms) {
      expect(Properties['AlarmActions'].map(asText)).toEqual([ARCHITECT]);
    }
  });
});

function rulesIn(template: Parameters<typeof resourcesOf>[0]): readonly Resource[] {
  return [...resourcesOf(template, 'AWS::Events::Rule').values()];
}
