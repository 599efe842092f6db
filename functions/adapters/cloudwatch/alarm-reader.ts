import {
  type AlarmContributor,
  type AlarmMuteRuleSummary,
  type AlarmType,
  type CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmContributorsCommand,
  type DescribeAlarmContributorsCommandOutput,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  type DescribeAlarmsCommandOutput,
  type Dimension,
  ListAlarmMuteRulesCommand,
  type ListAlarmMuteRulesCommandOutput,
  type LogAlarm,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { instancesIn, isGrouped } from '../../core/configuration/alarm-sources.ts';
import { otherAccounts } from '../../core/signal/home.ts';
import type { AlarmState } from '../../core/verification/alarm-observation.ts';
import type { AlarmReader } from '../../ports/observers.ts';
import { translated } from '../aws/translate-error.ts';

/** Unless it is asked for all of them, DescribeAlarms returns metric alarms only. */
const ALARM_TYPES = ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] as const satisfies readonly AlarmType[];

type AnyAlarm = MetricAlarm | CompositeAlarm | LogAlarm;

/** DescribeAlarms takes this many names at once, and returns this many alarms. */
const ALARMS_A_CALL = 100;

/** AlarmReader over DescribeAlarms, DescribeAlarmContributors and ListAlarmMuteRules. @throws ServiceError */
export function createAlarmReader(client: CloudWatchClient): AlarmReader {
  return {
    inAlarm: async (prefix) => {
      const red = new Map<string, number>();
      let token: string | undefined;
      do {
        const page: DescribeAlarmsCommandOutput = await describeAlarms(client, {
          ...(prefix !== '' && { AlarmNamePrefix: prefix }),
          AlarmTypes: [...ALARM_TYPES],
          StateValue: 'ALARM',
          MaxRecords: ALARMS_A_CALL,
          ...(token !== undefined && { NextToken: token }),
        });
        for (const alarm of alarmsOn(page)) {
          if (alarm.AlarmName !== undefined) red.set(alarm.AlarmName, changedAtMs(alarm) ?? 0);
        }
        token = page.NextToken;
      } while (token !== undefined && token !== '');
      return red;
    },
    redSince: (alarmNames) => inStateSince(client, alarmNames, 'ALARM'),
    silentSince: (alarmNames) => inStateSince(client, alarmNames, 'INSUFFICIENT_DATA'),
    states: async (alarmNames) => {
      const states = new Map<string, AlarmState>();
      for (const { AlarmName, StateValue } of await namedAlarms(client, alarmNames)) {
        if (AlarmName !== undefined && isAlarmState(StateValue)) states.set(AlarmName, StateValue);
      }
      return states;
    },
    targetsOf: async (alarmName) => {
      const page = await describeAlarms(client, { AlarmNames: [alarmName], AlarmTypes: [...ALARM_TYPES] });
      const [alarm] = page.MetricAlarms ?? [];
      if (alarm && foreignAccountsOf(alarm).length > 0) return undefined;
      // Every series that the query of a PromQL alarm returns is a contributor.
      if (alarm?.EvaluationCriteria || alarm?.Metrics?.some(({ Expression }) => isGrouped(Expression))) {
        const contributors = await redContributors(client, alarmName);
        return contributors.length === 0 ? undefined : instancesIn(contributors.map(attributesOf));
      }
      if (alarm) return instancesIn(dimensionsOf(alarm).map(byName));
      return alarmsOn(page).length === 0 ? undefined : [];
    },
    redInstances: async (alarmName) => {
      const contributors = await redContributors(client, alarmName);
      const instances = instancesIn(contributors.map(attributesOf));
      return instances.length < contributors.length || instances.length === 0 ? undefined : instances;
    },
    silencedBy: async (alarmName) => {
      const rule = await activeMuteRule(client, alarmName);
      if (rule) return `mute rule ${rule.AlarmMuteRuleArn ?? 'of unknown name'}`;
      const { CompositeAlarms: composites = [] } = await describeAlarms(client, {
        AlarmNames: [alarmName],
        AlarmTypes: ['CompositeAlarm'],
      });
      const suppressor = composites[0]?.ActionsSuppressedBy;
      return suppressor && `its suppressor (${suppressor})`;
    },
  };
}

/** The accounts other than its own whose metrics an alarm watches; by alarm name, without those that watch none. */
export async function readForeignAccounts(
  client: CloudWatchClient,
  alarmNames: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const accounts = new Map<string, readonly string[]>();
  for (const alarm of await namedAlarms(client, alarmNames)) {
    const foreign = foreignAccountsOf(alarm);
    if (alarm.AlarmName !== undefined && foreign.length > 0) accounts.set(alarm.AlarmName, foreign);
  }
  return accounts;
}

function foreignAccountsOf(alarm: AnyAlarm): readonly string[] {
  const metrics = 'Metrics' in alarm ? (alarm.Metrics ?? []) : [];
  const own = alarm.AlarmArn?.split(':')[4];
  if (own === undefined) return [];
  return otherAccounts(
    metrics.map(({ AccountId }) => AccountId),
    own,
  );
}

async function inStateSince(
  client: CloudWatchClient,
  alarmNames: readonly string[],
  state: AlarmState,
): Promise<ReadonlyMap<string, number>> {
  const since = new Map<string, number>();
  for (const alarm of await namedAlarms(client, alarmNames)) {
    const { AlarmName, StateValue } = alarm;
    const atMs = changedAtMs(alarm);
    if (AlarmName !== undefined && StateValue === state && atMs !== undefined) since.set(AlarmName, atMs);
  }
  return since;
}

/** The state is updated when its reason changes, too. */
function changedAtMs({ StateTransitionedTimestamp, StateUpdatedTimestamp }: AnyAlarm): number | undefined {
  return (StateTransitionedTimestamp ?? StateUpdatedTimestamp)?.getTime();
}

async function namedAlarms(client: CloudWatchClient, names: readonly string[]): Promise<readonly AnyAlarm[]> {
  const alarms: AnyAlarm[] = [];
  for (let start = 0; start < names.length; start += ALARMS_A_CALL) {
    const page = await describeAlarms(client, {
      AlarmNames: names.slice(start, start + ALARMS_A_CALL),
      AlarmTypes: [...ALARM_TYPES],
      MaxRecords: ALARMS_A_CALL,
    });
    alarms.push(...alarmsOn(page));
  }
  return alarms;
}

function alarmsOn(page: DescribeAlarmsCommandOutput): readonly AnyAlarm[] {
  return [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? []), ...(page.LogAlarms ?? [])];
}

function describeAlarms(client: CloudWatchClient, input: DescribeAlarmsCommandInput) {
  return translated('cloudwatch:DescribeAlarms', () => client.send(new DescribeAlarmsCommand(input)));
}

/** Only those in ALARM: the API lists no others. */
async function redContributors(
  client: CloudWatchClient,
  alarmName: string,
): Promise<readonly AlarmContributor[]> {
  const contributors: AlarmContributor[] = [];
  let token: string | undefined;
  do {
    const input = { AlarmName: alarmName, ...(token !== undefined && { NextToken: token }) };
    const page: DescribeAlarmContributorsCommandOutput = await translated(
      'cloudwatch:DescribeAlarmContributors',
      () => client.send(new DescribeAlarmContributorsCommand(input)),
    );
    contributors.push(...(page.AlarmContributors ?? []));
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return contributors;
}

function attributesOf({ ContributorAttributes = {} }: AlarmContributor): Readonly<Record<string, string>> {
  return ContributorAttributes;
}

/** Those of its one metric, or of every metric in its expressions. */
function dimensionsOf({ Dimensions, Metrics = [] }: MetricAlarm): readonly (Dimension[] | undefined)[] {
  return [Dimensions, ...Metrics.map(({ MetricStat }) => MetricStat?.Metric?.Dimensions)];
}

function byName(dimensions: readonly Dimension[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
}

/** A page without rules may still be followed by one with some. */
async function activeMuteRule(
  client: CloudWatchClient,
  alarmName: string,
): Promise<AlarmMuteRuleSummary | undefined> {
  let token: string | undefined;
  do {
    const input = { AlarmName: alarmName, Statuses: ['ACTIVE' as const] };
    const command = new ListAlarmMuteRulesCommand({
      ...input,
      ...(token !== undefined && { NextToken: token }),
    });
    const page: ListAlarmMuteRulesCommandOutput = await translated('cloudwatch:ListAlarmMuteRules', () =>
      client.send(command),
    );
    const [rule] = page.AlarmMuteRuleSummaries ?? [];
    if (rule) return rule;
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return undefined;
}

function isAlarmState(value: string | undefined): value is AlarmState {
  return value === 'OK' || value === 'ALARM' || value === 'INSUFFICIENT_DATA';
}
