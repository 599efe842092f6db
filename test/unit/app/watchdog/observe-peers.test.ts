import type { DescribeInstanceInformationCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../../../functions/adapters/ssm/runbook-runner.ts';
import { type ObserveDeps, observePeers } from '../../../../functions/app/watchdog/observe-peers.ts';
import type { ManagedNode } from '../../../../functions/core/operation/target-availability.ts';
import type { WatchedPeer } from '../../../../functions/core/watchdog/peer.ts';
import type { ProbeResult } from '../../../../functions/ports/watchdog-probers.ts';
import { peerOf } from '../../core/watchdog/judging.ts';

const ANSWERED: ProbeResult = { outcome: 'answered', responseMs: 7 };
const NOBODY = new Set<string>();
const forever = new Promise<never>(() => undefined);

const depsOf = (deps: Partial<ObserveDeps>): ObserveDeps => ({
  http: { probe: async () => ANSWERED },
  tcp: { probe: async () => ANSWERED },
  runbooks: { resolveTargets: async () => [] },
  clock: { nowMs: () => 0, sleep: () => forever },
  ...deps,
});

const idOf = (index: number) => `i-${String(index).padStart(17, '0')}`;
const nodeOf = (instanceId: string, online = true): ManagedNode => ({
  instanceId,
  online,
  platform: 'Linux',
});
const agentOf = (index: number): WatchedPeer =>
  peerOf(`node-${index}`, { check: { kind: 'agent', instanceId: idOf(index) } });

describe('asking many peers', () => {
  const peers = Array.from({ length: 100 }, (_, index) => peerOf(`peer-${index}`));

  it('asks each once, and no more at once than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const asked: string[] = [];
    const probe = async (url: string) => {
      asked.push(url);
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return ANSWERED;
    };
    const results = await observePeers(depsOf({ http: { probe } }), peers, NOBODY, 10);
    expect(results.size).toBe(100);
    expect(new Set(asked).size).toBe(100);
    expect(most).toBe(10);
  });

  it('has asked all others while those that hang still hang', async () => {
    const asked: string[] = [];
    const probe = (url: string): Promise<ProbeResult> => {
      asked.push(url);
      return url.includes('peer-7') ? forever : Promise.resolve(ANSWERED);
    };
    // 11 peers hang, 12 places: one place is left for the 89 others.
    void observePeers(depsOf({ http: { probe } }), peers, NOBODY, 12);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(100);
  });

  it('asks by TCP if the peer says so', async () => {
    const peer = peerOf('db', { check: { kind: 'tcp', host: 'db.internal', port: 5432 } });
    const asked: unknown[] = [];
    const probe = async (...call: unknown[]) => {
      asked.push(call);
      return ANSWERED;
    };
    await observePeers(depsOf({ tcp: { probe } }), [peer], NOBODY, 10);
    expect(asked).toEqual([['db.internal', 5432, 5_000]]);
  });
});

describe('asking for agents', () => {
  it('goes through SSM alone, and asks SSM nothing where there are none', async () => {
    const asked: unknown[] = [];
    const probe = async (...call: unknown[]) => {
      asked.push(call);
      return ANSWERED;
    };
    const resolveTargets = async (selector: unknown) => {
      asked.push(selector);
      return [];
    };
    const deps = depsOf({ http: { probe }, tcp: { probe }, runbooks: { resolveTargets } });
    await observePeers(deps, [agentOf(1)], NOBODY, 10);
    expect(asked).toEqual([{ instanceIds: [idOf(1)] }]);
    asked.length = 0;
    expect((await observePeers(deps, [], NOBODY, 10)).size).toBe(0);
    expect(asked).toEqual([]);
  });

  it('reports agents that are online, offline, and unknown to SSM', async () => {
    let nowMs = 1_000;
    const resolveTargets = async () => {
      nowMs += 40;
      return [nodeOf(idOf(1)), nodeOf(idOf(2), false)];
    };
    const results = await observePeers(
      depsOf({ runbooks: { resolveTargets }, clock: { nowMs: () => nowMs, sleep: () => forever } }),
      [1, 2, 3].map(agentOf),
      NOBODY,
      10,
    );
    expect([...results].map(([name, { outcome }]) => [name, outcome])).toEqual([
      ['node-1', 'answered'],
      ['node-2', 'missed'],
      ['node-3', 'unchecked'],
    ]);
    expect(results.get('node-1')).toEqual({ outcome: 'answered', responseMs: 40 });
    expect(results.get('node-2')).toEqual({ outcome: 'missed', problem: 'its agent is not online' });
    expect(results.get('node-3')).toMatchObject({ problem: 'SSM knows no managed node of this id' });
  });

  it('waits for SSM as long as the most patient peer allows', async () => {
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => {
      waits.push(milliseconds);
    };
    const peers = [1_000, 5_000, 2_000].map((timeoutMs, index) => ({ ...agentOf(index), timeoutMs }));
    const deps = depsOf({ runbooks: { resolveTargets: () => forever }, clock: { nowMs: () => 0, sleep } });
    const results = await observePeers(deps, peers, NOBODY, 10);
    expect(waits).toEqual([5_000]);
    expect(results.get('node-0')).toEqual({ outcome: 'unchecked', problem: 'no answer from SSM in 5000 ms' });
  });

  it('asks once for all of them, and for an instance of several peers once', async () => {
    const asked: (readonly string[])[] = [];
    const resolveTargets: ObserveDeps['runbooks']['resolveTargets'] = async (selector) => {
      const ids = 'instanceIds' in selector ? selector.instanceIds : [];
      asked.push(ids);
      return ids.map((id) => nodeOf(id));
    };
    const peers = Array.from({ length: 120 }, (_, index) => agentOf(index));
    const twin = { ...agentOf(7), name: 'twin' };
    const results = await observePeers(
      depsOf({ runbooks: { resolveTargets } }),
      [...peers, twin],
      NOBODY,
      10,
    );
    expect(asked).toEqual([peers.map((_, index) => idOf(index))]);
    expect(results.size).toBe(121);
    expect([...results.values()].every(({ outcome }) => outcome === 'answered')).toBe(true);
  });

  it('has SSM describe fifty agents in one request', async () => {
    const sizes: number[] = [];
    const client = {
      send: async ({ input }: DescribeInstanceInformationCommand) => {
        const ids = input.Filters?.[0]?.Values ?? [];
        sizes.push(ids.length);
        return { InstanceInformationList: ids.map((InstanceId) => ({ InstanceId, PingStatus: 'Online' })) };
      },
    } as unknown as SSMClient;
    const managedTag = { key: 'selfheal:managed', value: 'true' };
    const runbooks = createSsmRunbookRunner({ client, managedTag });
    const peers = Array.from({ length: 220 }, (_, index) => agentOf(index));
    const results = await observePeers(depsOf({ runbooks }), peers, NOBODY, 10);
    expect(sizes).toEqual([50, 50, 50, 50, 20]);
    expect([...results.values()].every(({ outcome }) => outcome === 'answered')).toBe(true);
  });

  it('asks SSM for nothing where no peer is an agent', async () => {
    const resolveTargets = () => Promise.reject(new Error('asked'));
    const results = await observePeers(depsOf({ runbooks: { resolveTargets } }), [peerOf('web')], NOBODY, 10);
    expect([...results.keys()]).toEqual(['web']);
  });

  it('counts nobody as missing because SSM fails or is silent', async () => {
    const failing = { resolveTargets: () => Promise.reject(new Error('ThrottlingException')) };
    const silent = { resolveTargets: () => forever };
    const clock = { nowMs: () => 0, sleep: async () => undefined };
    for (const [deps, problem] of [
      [depsOf({ runbooks: failing }), 'Error: ThrottlingException'],
      [depsOf({ runbooks: silent, clock }), 'no answer from SSM in 5000 ms'],
    ] as const) {
      const results = await observePeers(deps, [agentOf(1)], NOBODY, 10);
      expect(results.get('node-1')).toStrictEqual({ outcome: 'unchecked', problem });
    }
  });
});
