import { describe, expect, it } from 'vitest';
import { createMemoryOperationStore } from '../../../../functions/adapters/memory/operation-store.ts';
import { createMemoryWatchdogStore } from '../../../../functions/adapters/memory/watchdog-store.ts';
import {
  checkAlarms,
  checkDenials,
  checkNodes,
  checkWatchdog,
} from '../../../../functions/app/doctor/component-checks.ts';
import { checkDocuments } from '../../../../functions/app/doctor/document-checks.ts';
import type { DoctorDeps, Looked } from '../../../../functions/app/doctor/examination.ts';
import {
  checkFunctions,
  checkOwnAlarms,
  checkQueues,
  checkRules,
  checkStacks,
  checkTopics,
} from '../../../../functions/app/doctor/stack-checks.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import type { AlarmState } from '../../../../functions/core/verification/alarm-observation.ts';
import type { Deployment } from '../../../../functions/ports/deployment.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const DEPLOY = 'Deploy again: `npm run deploy`.';
const ARN = 'arn:aws:sns:us-east-1:1:selfheal-architect';

/** What each check asks of a deployment, and nothing else. */
function depsOf(
  deployment: Partial<Deployment>,
  configuration: CompiledConfiguration = configured({ components: { web: withMemoryAlarm() } }),
): DoctorDeps {
  return {
    configuration,
    deployment: deployment as Deployment,
    store: createMemoryOperationStore(),
    watchdog: createMemoryWatchdogStore(),
    clock: { nowMs: () => NOON },
  };
}

const stackOf = (type: string, ...ids: readonly string[]) =>
  new Map([['SelfhealEngine', ids.map((id) => ({ type, id }))]]);
const one = (subject: string, problem: string, remedy: string): Looked => ({
  ...{ looked: 1, faults: [{ subject, problem, remedy }] },
});

describe('the faults of a deployment say what to do', () => {
  it('about functions', async () => {
    const stacks = stackOf('AWS::Lambda::Function', 'act');
    const found = (state: string | undefined) =>
      checkFunctions(depsOf({ functionState: async () => state }), stacks);
    expect(await found(undefined)).toEqual(one('function act', 'was deleted', DEPLOY));
    expect(await found('Inactive')).toEqual(
      one(
        'function act',
        'is Inactive, not Active',
        'Look at its state reason in the Lambda console; a function that was idle for weeks may need a minute.',
      ),
    );
  });

  it('about rules', async () => {
    const found = (rule: Awaited<ReturnType<Deployment['rule']>>) =>
      checkRules(depsOf({ rule: async () => rule }), stackOf('AWS::Events::Rule', 'signals'));
    expect(await found(undefined)).toEqual(one('rule signals', 'was deleted: its events go nowhere', DEPLOY));
    expect(await found({ isEnabled: false, targets: 1 })).toEqual(
      one(
        'rule signals',
        'is disabled: its events go nowhere',
        'Enable it: `aws events enable-rule --name signals`.',
      ),
    );
    expect(await found({ isEnabled: true, targets: 0 })).toEqual(
      one('rule signals', 'has no target: its events go nowhere', DEPLOY),
    );
  });

  it('about dead letters', async () => {
    const found = (waiting: number | undefined) =>
      checkQueues(
        depsOf({ waitingMessages: async () => waiting }),
        stackOf('AWS::SQS::Queue', 'https://sqs/1/dead'),
      );
    expect(await found(undefined)).toEqual(one('queue dead', 'was deleted', DEPLOY));
    const remedy =
      'Read them, fix the cause, send again what still matters, then purge the queue: docs/operating.md, “Dead-letter queues”.';
    expect(await found(1)).toEqual(
      one('queue dead', 'holds 1 dead letter: events that could not be handled', remedy),
    );
    expect(await found(2)).toEqual(
      one('queue dead', 'holds 2 dead letters: events that could not be handled', remedy),
    );
  });

  it('about topics that nobody reads', async () => {
    const nobody = {
      subject: 'topic selfheal-architect',
      problem: 'has no confirmed subscription: nobody is notified',
      remedy: 'Add e-mail addresses under `settings.notify`, deploy, and confirm the subscription.',
    };
    const unconfirmed = {
      subject: 'topic selfheal-architect',
      problem: 'the email subscription of ada@example.com is not confirmed',
      remedy: `Follow the link in the mail that AWS sent. It is valid for two days; after that, have another one sent: \`aws sns subscribe --topic-arn ${ARN} --protocol email --notification-endpoint ada@example.com\`.`,
    };
    const found = (arn: string, subscriptions: Awaited<ReturnType<Deployment['subscriptions']>>) =>
      checkTopics(depsOf({ subscriptions: async () => subscriptions }), stackOf('AWS::SNS::Topic', arn));
    const ada = { protocol: 'email', endpoint: 'ada@example.com' };
    expect(await found(ARN, undefined)).toEqual(one('topic selfheal-architect', 'was deleted', DEPLOY));
    expect((await found(ARN, [])).faults).toEqual([nobody]);
    expect((await found(ARN, [{ ...ada, isConfirmed: false }])).faults).toEqual([unconfirmed, nobody]);
    const both = [
      { ...ada, isConfirmed: false },
      { ...ada, isConfirmed: true },
    ];
    expect((await found(ARN, both)).faults).toEqual([unconfirmed]);
    expect((await found('arn:aws:sns:us-east-1:1:selfheal-soc', [])).faults).toEqual([]);
  });

  it('about Selfheal’s own alarms', async () => {
    const found = (...states: readonly (readonly [string, AlarmState])[]) =>
      checkOwnAlarms(
        depsOf({ alarmStates: async () => new Map(states) }),
        stackOf('AWS::CloudWatch::Alarm', 'silent'),
      );
    expect(await found()).toEqual(one('alarm silent', 'was deleted', DEPLOY));
    expect((await found(['silent', 'OK'])).faults).toEqual([]);
    expect(await found(['silent', 'ALARM'])).toEqual(
      one(
        'alarm silent',
        'is in ALARM: Selfheal itself is in trouble',
        'docs/operating.md, “Selfheal’s own alarms”, says what to look at.',
      ),
    );
  });

  it('about stacks', async () => {
    const types: Readonly<Record<string, string>> = {
      SelfhealApprovals: 'AWS::Lambda::Function',
      SelfhealAnalysis: 'AWS::CDK::Metadata',
    };
    const deps = depsOf({
      stackResources: async (name) => (types[name] ? [{ type: types[name], id: 'x' }] : undefined),
    });
    const { faults } = await checkStacks(deps, ['SelfhealState', 'SelfhealEngine'], stackOf('x', 'y'));
    expect(faults).toEqual([
      {
        subject: 'stack SelfhealState',
        problem: 'is not deployed, and this configuration needs it',
        remedy: DEPLOY,
      },
      {
        subject: 'stack SelfhealApprovals',
        problem: 'is still at work, although this configuration does not use it',
        remedy: `${DEPLOY} It is then empty.`,
      },
    ]);
  });

  it('about alarms of components', async () => {
    const name = 'selfheal-web-memory';
    const found = (states: readonly string[], accounts: readonly string[] = []) =>
      checkAlarms(
        depsOf({
          alarmStates: async () => new Map(states.map((each) => [each, 'OK'])),
          foreignAccounts: async () => new Map(accounts.length === 0 ? [] : [[name, accounts]]),
        }),
      );
    expect((await found([name])).faults).toEqual([]);
    expect(await found([])).toEqual(
      one(
        `alarm ${name}`,
        'does not exist: web is not healed by it',
        'Is this the configuration that is deployed? Deploy it; an adopted alarm must exist by this name.',
      ),
    );
    expect(await found([name], ['999999999999'])).toEqual(
      one(
        `alarm ${name}`,
        'watches metrics of account 999999999999: web is not healed by it',
        'Adopt an alarm on metrics of this account, or deploy Selfheal in the account where they are.',
      ),
    );
  });

  it('about documents', async () => {
    const found = async (status: string | undefined) =>
      (await checkDocuments(depsOf({ documentStatus: async () => status }))).faults[0];
    expect(await found(undefined)).toEqual({
      subject: expect.stringMatching(/^document selfheal-/),
      problem: 'does not exist: the actions that send it fail',
      remedy: DEPLOY,
    });
    expect((await found('Creating'))?.problem).toBe('is Creating, not Active: the actions that send it fail');
    const own = { type: 'run_document', params: { document: 'Own-Repair', effect: 'none' } };
    const deps = depsOf(
      { documentStatus: async () => undefined },
      configured({ strategies: [{ actions: [own] }] }),
    );
    expect((await checkDocuments(deps)).faults).toMatchObject([
      { subject: 'document Own-Repair', remedy: 'Create it, or correct its name in the strategy.' },
    ]);
  });

  it('about hosts', async () => {
    const host = { instanceId: NODE, ping: 'Online', agentVersion: '3.3.0.0', isLatestAgent: true };
    const found = async (
      nodes: readonly (typeof host)[],
      tagged: readonly (typeof host)[],
      targets?: object,
    ) => {
      const web = { ...withMemoryAlarm(), ...(targets && { targets }) };
      const isTag = (selector: object) => JSON.stringify(selector).includes('managed');
      const deps = depsOf(
        { nodes: async (selector) => (isTag(selector) ? tagged : nodes) },
        configured({
          components: { web },
          settings: { managedTag: { key: 'managed', value: 'yes' } },
        }),
      );
      return (await checkNodes(deps)).faults;
    };
    expect(await found([host], [host])).toEqual([]);
    expect(await found([], [])).toEqual([
      {
        subject: `node ${NODE} of web`,
        problem: 'is not a managed node of this account and Region',
        remedy:
          'Correct the id, or install the SSM agent and give the instance a role with AmazonSSMManagedInstanceCore.',
      },
    ]);
    expect(await found([], [], { tags: { role: 'web' } })).toEqual([
      {
        subject: 'component web',
        problem: 'has no managed node: its selector chooses none',
        remedy:
          'Correct its tags or the name of its group, or check that the SSM agent runs on its instances.',
      },
    ]);
    expect(await found([{ ...host, ping: 'ConnectionLost', isLatestAgent: false }], [])).toEqual([
      {
        subject: `node ${NODE} of web`,
        problem: 'is ConnectionLost: no command reaches it',
        remedy:
          'Check the instance, its SSM agent (`systemctl status amazon-ssm-agent`) and its route to the SSM endpoints.',
      },
      {
        subject: `node ${NODE} of web`,
        problem: 'lacks the tag managed=yes: IAM allows no command on it',
        remedy: 'Tag the instance, and its launch template: settings.managedTag names the tag.',
      },
      {
        subject: `node ${NODE} of web`,
        problem: 'runs the SSM agent 3.3.0.0, which is not the latest',
        remedy:
          'Update it with the document AWS-UpdateSSMAgent, or turn on its automatic update in Fleet Manager.',
      },
    ]);
  });

  it('about permissions that were lacked', async () => {
    const deps = depsOf({});
    const store = createMemoryOperationStore();
    await store.noteDenial({ action: 'ssm:SendCommand', role: 'act', resource: 'arn:aws:ec2:x' }, NOON);
    const remedy =
      'Deploy again, or find the policy that denies it: a service control policy, a permissions boundary, an endpoint policy. The note expires by itself.';
    expect(await checkDenials({ ...deps, store })).toEqual(
      one(
        'role act',
        'lacked a permission at 2026-11-22T13:30:00.000Z: ssm:SendCommand on arn:aws:ec2:x',
        remedy,
      ),
    );
    const nameless = createMemoryOperationStore();
    await nameless.noteDenial({ action: 'ssm:SendCommand' }, NOON);
    expect(await checkDenials({ ...deps, store: nameless })).toEqual(
      one('a function', 'lacked a permission at 2026-11-22T13:30:00.000Z: ssm:SendCommand', remedy),
    );
  });

  it('about a watchdog without rounds', async () => {
    const health = { url: 'https://web.example.com/health' };
    const deps = depsOf({}, configured({ components: { web: { health } }, watchdog: { shards: 1 } }));
    const remedy = 'Look at the schedules and the log group of the functions selfheal-watch-….';
    expect(await checkWatchdog(deps)).toEqual(
      one('watchdog, shard 0', 'has never had a round: its peers get no heartbeats', remedy),
    );
    const listShards = async () => [{ shard: 0, roundAtMs: NOON - 3_600_000 }] as never;
    expect(await checkWatchdog({ ...deps, watchdog: { listShards } })).toEqual(
      one(
        'watchdog, shard 0',
        'had its last round at 2026-11-22T12:30:00.000Z: its peers get no heartbeats',
        remedy,
      ),
    );
    const slow = configured({ watchdog: { intervalSeconds: 300 } });
    const tenMinutesAgo = async () => [{ shard: 0, roundAtMs: NOON - 600_000 }] as never;
    const patient = { ...depsOf({}, slow), watchdog: { listShards: tenMinutesAgo } };
    expect((await checkWatchdog(patient)).faults).toEqual([]);
  });
});
