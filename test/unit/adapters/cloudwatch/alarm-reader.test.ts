import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import {
  createAlarmReader,
  readForeignAccounts,
} from '../../../../functions/adapters/cloudwatch/alarm-reader.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { type Scripted, scriptedClient } from '../scripted-client.ts';

function reader(...answers: readonly Scripted[]) {
  const { client, sent } = scriptedClient(CloudWatchClient, ...answers);
  return { alarms: createAlarmReader(client), sent };
}

describe('reading the alarms in ALARM', () => {
  it('asks by state and prefix, and returns those of all pages and kinds', async () => {
    const { alarms, sent } = reader(
      {
        MetricAlarms: [{ AlarmName: 'selfheal-web-memory', StateTransitionedTimestamp: new Date(5_000) }],
        CompositeAlarms: [],
        NextToken: 'more',
      },
      {
        CompositeAlarms: [{ AlarmName: 'selfheal-web-both' }],
        LogAlarms: [{ AlarmName: 'selfheal-web-logs' }],
      },
    );
    expect(await alarms.inAlarm('selfheal-')).toEqual(
      new Map([
        ['selfheal-web-memory', 5_000],
        ['selfheal-web-both', 0],
        ['selfheal-web-logs', 0],
      ]),
    );
    const asked = {
      AlarmNamePrefix: 'selfheal-',
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'],
      StateValue: 'ALARM',
      MaxRecords: 100,
    };
    expect(sent).toEqual([asked, { ...asked, NextToken: 'more' }]);
  });

  it('asks without a prefix when the names have none in common: CloudWatch accepts no empty one', async () => {
    const { alarms, sent } = reader({});
    expect(await alarms.inAlarm('')).toEqual(new Map());
    expect(sent[0]).not.toHaveProperty('AlarmNamePrefix');
  });
});

describe('reading how long alarms have been red', () => {
  it('counts from the change of the state, not from that of its reason, for those in ALARM', async () => {
    const changed = new Date('2026-01-01T00:00:00Z');
    const later = new Date('2026-01-01T06:00:00Z');
    const { alarms, sent } = reader({
      MetricAlarms: [
        {
          AlarmName: 'a',
          StateValue: 'ALARM',
          StateTransitionedTimestamp: changed,
          StateUpdatedTimestamp: later,
        },
        { AlarmName: 'b', StateValue: 'OK', StateTransitionedTimestamp: changed },
      ],
      CompositeAlarms: [{ AlarmName: 'c', StateValue: 'ALARM', StateUpdatedTimestamp: later }],
    });
    expect(await alarms.redSince(['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', changed.getTime()],
        ['c', later.getTime()],
      ]),
    );
    expect(sent).toMatchObject([{ AlarmNames: ['a', 'b', 'c'] }]);
  });

  it('tells since when alarms have had no data, of those that have none', async () => {
    const changed = new Date('2026-01-01T00:00:00Z');
    const { alarms } = reader({
      MetricAlarms: [
        { AlarmName: 'a', StateValue: 'INSUFFICIENT_DATA', StateTransitionedTimestamp: changed },
        { AlarmName: 'b', StateValue: 'ALARM', StateTransitionedTimestamp: changed },
      ],
    });
    expect(await alarms.silentSince(['a', 'b'])).toEqual(new Map([['a', changed.getTime()]]));
  });

  it('asks for a hundred alarms at a time', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `alarm-${index}`);
    const { alarms, sent } = reader({}, {});
    expect(await alarms.redSince(names)).toEqual(new Map());
    expect(sent.map((input) => (input as { AlarmNames: string[] }).AlarmNames.length)).toEqual([100, 1]);
  });
});

describe('reading what silences an alarm', () => {
  it('finds an active mute rule on any page, even after an empty one', async () => {
    const { alarms, sent } = reader(
      { AlarmMuteRuleSummaries: [], NextToken: 'more' },
      { AlarmMuteRuleSummaries: [{ AlarmMuteRuleArn: 'arn:night' }] },
    );
    expect(await alarms.silencedBy('memory')).toBe('mute rule arn:night');
    expect(sent).toMatchObject([
      { AlarmName: 'memory', Statuses: ['ACTIVE'] },
      { AlarmName: 'memory', Statuses: ['ACTIVE'], NextToken: 'more' },
    ]);
  });

  it('finds the suppressor of a composite alarm if there is no mute rule', async () => {
    const { alarms } = reader({}, { CompositeAlarms: [{ ActionsSuppressedBy: 'ExtensionPeriod' }] });
    expect(await alarms.silencedBy('all')).toBe('its suppressor (ExtensionPeriod)');
  });

  it('finds nothing if there is neither', async () => {
    const { alarms } = reader({}, { CompositeAlarms: [{}] });
    expect(await alarms.silencedBy('all')).toBeUndefined();
  });

  it('fails while CloudWatch does not answer', async () => {
    const { alarms } = reader(Object.assign(new Error('Rate exceeded'), { name: 'Throttling' }));
    await expect(alarms.silencedBy('memory')).rejects.toThrow(ServiceUnavailable);
  });
});

describe('an alarm on metrics of another account', () => {
  const [own, other] = ['111122223333', '999999999999'];
  const watching = (...accounts: readonly (string | undefined)[]) => ({
    AlarmName: `of ${accounts.join()}`,
    AlarmArn: `arn:aws:cloudwatch:us-east-1:${own}:alarm:cpu`,
    Metrics: accounts.map((AccountId) => ({ AccountId, Expression: 'm1' })),
  });

  it('is found by the account that one of its metrics names', async () => {
    const { client } = scriptedClient(CloudWatchClient, {
      MetricAlarms: [
        watching(own, other, other),
        watching(own, undefined),
        { AlarmName: 'plain', AlarmArn: 'arn' },
      ],
      CompositeAlarms: [{ AlarmName: 'both' }],
    });
    expect(await readForeignAccounts(client, ['a'])).toEqual(
      new Map([[`of ${own},${other},${other}`, [other]]]),
    );
  });

  it('is about nothing that Selfheal can act on', async () => {
    const { alarms } = reader({ MetricAlarms: [watching(other)] }, { MetricAlarms: [watching(own)] });
    expect(await alarms.targetsOf('cpu')).toBeUndefined();
    expect(await alarms.targetsOf('cpu')).toEqual([]);
  });
});

describe('the instances that an alarm is about', () => {
  const dimensions = (...ids: readonly string[]) => ids.map((Value) => ({ Name: 'InstanceId', Value }));
  const [one, two] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];

  it.each([
    ['the one of its metric', { Dimensions: [{ Name: 'Device', Value: 'sda' }, ...dimensions(one)] }, [one]],
    [
      'those of all metrics of an expression, each once',
      {
        Metrics: [
          { MetricStat: { Metric: { Dimensions: dimensions(one) } } },
          { MetricStat: { Metric: { Dimensions: dimensions(two) } } },
          { MetricStat: { Metric: { Dimensions: dimensions(one) } } },
          { Expression: 'm1 + m2 + m3' },
        ],
      },
      [one, two],
    ],
    [
      'none, if the metric has no such dimension',
      { Dimensions: [{ Name: 'LoadBalancer', Value: 'app' }] },
      [],
    ],
    ['none, if it is no instance id', { Dimensions: dimensions('$(reboot)') }, []],
  ])('are %s', async (_, alarm, targets) => {
    const { alarms, sent } = reader({ MetricAlarms: [alarm] });
    expect(await alarms.targetsOf('memory')).toEqual(targets);
    expect(sent).toMatchObject([
      { AlarmNames: ['memory'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] },
    ]);
  });

  it('do not exist for a composite or a log alarm, and are unknown for one that isn’t there', async () => {
    expect(await reader({ CompositeAlarms: [{}] }).alarms.targetsOf('all')).toEqual([]);
    expect(await reader({ LogAlarms: [{}] }).alarms.targetsOf('logs')).toEqual([]);
    expect(await reader({}).alarms.targetsOf('gone')).toBeUndefined();
  });
});

describe('the contributors of an alarm over a group', () => {
  const QUERY = {
    Metrics: [
      { Id: 'q1', Expression: 'SELECT AVG("cpu") FROM "App" GROUP BY InstanceId ORDER BY MAX() DESC' },
    ],
  };
  const contributor = (attributes: Readonly<Record<string, string>>) => ({
    ContributorAttributes: attributes,
  });
  const [one, two] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];

  it('name what it is about, over all pages', async () => {
    const { alarms, sent } = reader(
      { MetricAlarms: [QUERY] },
      { AlarmContributors: [contributor({ InstanceId: one })], NextToken: 'more' },
      { AlarmContributors: [contributor({ InstanceId: two })] },
    );
    expect(await alarms.targetsOf('group')).toEqual([one, two]);
    expect(sent.slice(1)).toMatchObject([{ AlarmName: 'group' }, { AlarmName: 'group', NextToken: 'more' }]);
  });

  it('name each series that the query of a PromQL alarm returns', async () => {
    const { alarms } = reader(
      { MetricAlarms: [{ EvaluationCriteria: { PromQLCriteria: { Query: 'cpu > 90' } } }] },
      { AlarmContributors: [contributor({ InstanceId: one })] },
    );
    expect(await alarms.targetsOf('promql')).toEqual([one]);
  });

  it('leave nothing to repair once none is red, rather than the whole group', async () => {
    const { alarms } = reader({ MetricAlarms: [QUERY] }, { AlarmContributors: [] });
    expect(await alarms.targetsOf('group')).toBeUndefined();
  });

  it('may be no instances', async () => {
    const tables = { AlarmContributors: [contributor({ TableName: 'orders' })] };
    expect(await reader({ MetricAlarms: [QUERY] }, tables).alarms.targetsOf('group')).toEqual([]);
    expect(await reader(tables).alarms.redInstances('group')).toBeUndefined();
  });

  it('include the red instances for verification', async () => {
    const { alarms } = reader({
      AlarmContributors: [contributor({ InstanceId: one }), contributor({ InstanceId: two })],
    });
    expect(await alarms.redInstances('group')).toEqual([one, two]);
  });

  it('stay unknown while CloudWatch does not answer', async () => {
    const { alarms } = reader(Object.assign(new Error('Rate exceeded'), { name: 'Throttling' }));
    await expect(alarms.redInstances('group')).rejects.toThrow(ServiceUnavailable);
  });
});
