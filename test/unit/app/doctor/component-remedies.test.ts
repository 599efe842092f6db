import { describe, expect, it } from 'vitest';
import { createMemoryOperationStore } from '../../../../functions/adapters/memory/operation-store.ts';
import {
  checkAlarms,
  checkDenials,
  checkNodes,
  checkWatchdog,
} from '../../../../functions/app/doctor/component-checks.ts';
import { checkDocuments } from '../../../../functions/app/doctor/document-checks.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { DEPLOY, depsOf, one } from './doctor-faults.ts';

describe('the faults of components say what to do', () => {
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
