import { describe, expect, it } from 'vitest';
import { requestProfiles } from '../../../../functions/app/analyze/profiles.ts';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import {
  createAnalysisLab,
  LAB_NOW,
  type LabPlan,
  STEP_MS,
} from '../../../factories/analysis/analysis-lab.ts';
import { createProfiledHost } from '../../../factories/analysis/profiled-host.ts';

const HOUR_MS = 3_600_000;
const idOf = (index: number) => `i-${String(index).padStart(17, '0')}`;
const INSTANCE = idOf(1);
const NOTHING = new Uint8Array();

function createLab({ isInstalled = true, ...plan }: LabPlan & { readonly isInstalled?: boolean } = {}) {
  const lab = createAnalysisLab({ anomalies: { shop: {} }, profiles: { shop: {} }, ...plan });
  const host = createProfiledHost(() => ({ threads: 20 }), {
    ...{ nowMs: () => lab.clock.now, sinceMs: LAB_NOW, isInstalled },
  });
  Object.assign(lab.deps, { runbooks: { ...host.runbooks } });
  const latest = async () => {
    const shard = baselineShardOf('shop');
    const kept = (await lab.deps.baselines.readShards([shard])).get(shard)?.record;
    return kept?.components['shop']?.profile?.latest;
  };
  return { ...lab, host, latest };
}

describe('the command that reads a profile', () => {
  it('asks all hosts at once for all of a day, within half a minute, and changes nothing', async () => {
    const { run, host } = createLab({
      profiles: {
        shop: {
          runtime: 'go',
          endpoint: 'http://127.0.0.1:9100/metrics',
          custom: ['queue', 'jobs'],
          intervalSeconds: 60,
        },
      },
      targets: { instanceIds: [INSTANCE, idOf(2)] },
    });
    await run();
    expect(host.sent).toEqual([
      {
        document: 'selfheal-read-profile',
        parameters: {
          ...{
            operationId: `profile-${LAB_NOW.toString(36)}`,
            stepId: 'look-0',
            fence: '0',
            component: 'shop',
          },
          ...{ executionTimeout: '30', service: 'shop.service', endpoint: 'http://127.0.0.1:9100/metrics' },
          ...{ custom: 'queue,jobs', intervalSeconds: '60', since: String((LAB_NOW - 24 * HOUR_MS) / 1_000) },
        },
        instanceIds: [INSTANCE, idOf(2)],
        comment: 'Selfheal: profile of shop',
        deliveryTimeoutSeconds: 60,
        maxConcurrency: 2,
        stopsAtError: false,
      },
    ]);
  });

  it('asks for the periods that have not been read yet, and for none before', async () => {
    const { step, host, baseline } = createLab();
    await step(4);
    const read = await baseline('shop', `profile/threads/${INSTANCE}`);
    expect(Number(host.sent.at(-1)?.parameters['since']) * 1_000).toBe(read?.readUntilMs);
  });

  it('begins with a whole period of the last day, where a host has not answered for longer', async () => {
    const { step, host, clock } = createLab();
    await step(2);
    host.online = false;
    await step(1);
    clock.now += 30 * HOUR_MS + 60_000;
    host.online = true;
    await step(1);
    const since = Number(host.sent.at(-1)?.parameters['since']) * 1_000;
    expect(since).toBe(Math.floor((clock.now - 24 * HOUR_MS) / STEP_MS) * STEP_MS);
  });

  it('asks each host from where the first of its own series has stopped, whatever others have read', async () => {
    const { deps, host } = createLab({ targets: { instanceIds: [INSTANCE, idOf(2), idOf(3)] } });
    const readUntil = {
      ...{ [`profile/threads/${INSTANCE}`]: 3, [`profile/descriptors/${INSTANCE}`]: 2 },
      ...{ [`profile/threads/${idOf(2)}`]: 5, [`profile/descriptors/${idOf(2)}/z_score`]: 6 },
      ...{ [`monitor/workers/${INSTANCE}`]: 8, latency: 9 },
    };
    const series = Object.entries(readUntil).map(([name, periods]) => [
      name,
      { fingerprint: '', watchedSinceMs: 0, packed: NOTHING, readUntilMs: LAB_NOW - periods * STEP_MS },
    ]);
    const components = { shop: { series: Object.fromEntries(series) } };
    const record = { shard: 0, savedAtMs: LAB_NOW, components, pending: [] };
    const collected = new Map([['shop', { answers: new Map(), notes: new Map() }]]);
    await requestProfiles(deps, record, collected);
    const sinceMs = host.sent.map((sent) => [
      sent.instanceIds,
      (Number(sent.parameters['since']) * 1_000 - LAB_NOW) / STEP_MS,
    ]);
    expect(sinceMs).toEqual([
      [[INSTANCE], -3],
      [[idOf(2)], -6],
      [[idOf(3)], -288],
    ]);
  });

  it('is sent to 50 hosts at a time', async () => {
    const instanceIds = Array.from({ length: 101 }, (_, index) => idOf(index + 1));
    const { run, host } = createLab({ targets: { instanceIds } });
    await run();
    expect(host.sent.map((sent) => [sent.instanceIds.length, sent.maxConcurrency])).toEqual([
      [50, 50],
      [50, 50],
      [1, 1],
    ]);
    expect(host.sent.flatMap((sent) => sent.instanceIds)).toEqual(instanceIds);
  });

  it('is sent to the hosts that are online, in the order of their ids', async () => {
    const targets = { instanceIds: [3, 1, 4, 2].map(idOf) };
    const { run, host, deps } = createLab({ targets });
    const nodes = [1, 2, 3].map((index) => ({
      ...{ instanceId: idOf(index), online: index !== 2, platform: 'Linux' },
    }));
    Object.assign(deps.runbooks, { resolveTargets: async () => nodes });
    await run();
    expect(host.sent.map(({ instanceIds }) => instanceIds)).toEqual([[idOf(1), idOf(3)]]);
  });

  it('is sent again half a minute before the next period is over, and no earlier', async () => {
    const { run, host, clock } = createLab();
    await run();
    clock.now += STEP_MS - 30_001;
    await run();
    expect(host.sent).toHaveLength(1);
    clock.now += 1;
    await run();
    expect(host.sent).toHaveLength(2);
  });

  it('is sent for nothing but a component that has a profile', async () => {
    const { deps, host } = createLab({ profiles: {} });
    const record = { shard: 0, savedAtMs: LAB_NOW, components: {}, pending: [] };
    const collected = new Map([['shop', { answers: new Map(), notes: new Map() }]]);
    expect(await requestProfiles(deps, record, collected)).toEqual({
      record,
      isChanged: false,
      problems: [],
    });
    expect(host.sent).toEqual([]);
  });

  it('lets a defect through', async () => {
    const { run, deps } = createLab();
    Object.assign(deps.runbooks, { send: () => Promise.reject(new TypeError('not a function')) });
    const { problems } = await run();
    expect(problems).toEqual([expect.stringMatching(/^record \d+: TypeError: not a function$/)]);
  });
});

describe('the installation of the collector', () => {
  it('is asked for without a time, and followed by the first reading', async () => {
    const { step, host } = createLab({ isInstalled: false });
    await step(3);
    expect(host.sent.map(({ document, instanceIds }) => [document, instanceIds])).toEqual([
      ['selfheal-read-profile', [INSTANCE]],
      ['selfheal-install-collector', [INSTANCE]],
      ['selfheal-read-profile', [INSTANCE]],
    ]);
    expect(host.sent[1]?.parameters).not.toHaveProperty('since');
    expect(host.sent[1]?.parameters).toMatchObject({ component: 'shop', custom: '', endpoint: '' });
  });

  it('is not asked for where something else is wrong', async () => {
    const { step, host, deps } = createLab();
    const output = 'selfheal: BUSY: the collector holds its lock';
    Object.assign(deps.runbooks, {
      listInvocations: async () => [{ instanceId: INSTANCE, status: 'Failed', output }],
    });
    await step(3);
    expect(host.sent.map(({ document }) => document)).toEqual(
      Array.from({ length: 3 }, () => 'selfheal-read-profile'),
    );
  });

  it('is left until the host is back, where it is offline', async () => {
    const { step, host } = createLab({ isInstalled: false });
    await step(1);
    host.online = false;
    await step(1);
    expect(host.sent).toHaveLength(1);
  });
});

describe('what is known of a host', () => {
  it('is what it measured last, until it says something else', async () => {
    const { step, host, latest, clock } = createLab();
    await step(2);
    const measuredAtMs = clock.now - STEP_MS;
    expect(await latest()).toEqual({ [INSTANCE]: { atMs: measuredAtMs, values: { threads: 20 } } });
    host.online = false;
    await step(2);
    expect(await latest()).toEqual({
      [INSTANCE]: {
        ...{ atMs: measuredAtMs + STEP_MS, values: { threads: 20 } },
        missing: 'the host is offline, or not managed by Systems Manager',
      },
    });
    host.online = true;
    await step(2);
    expect((await latest())?.[INSTANCE]).toEqual({ atMs: clock.now - STEP_MS, values: { threads: 20 } });
  });

  it('is why there is no answer, in the words of the runbook', async () => {
    const { step, latest } = createLab({ isInstalled: false });
    await step(2);
    expect(await latest()).toEqual({
      [INSTANCE]: {
        ...{ atMs: 0, values: {} },
        missing: 'selfheal: COLLECTOR_MISSING: it is not installed; run install_collector',
      },
    });
  });

  it('is the first line of the runbook, whatever others say on theirs', async () => {
    const { step, latest, deps } = createLab();
    const output = 'sudo: selfheal: is no user\nselfheal: DISK_FULL: no room\nselfheal: later\n';
    Object.assign(deps.runbooks, {
      listInvocations: async () => [{ instanceId: INSTANCE, status: 'Failed', output }],
    });
    await step(2);
    expect((await latest())?.[INSTANCE]?.missing).toBe('selfheal: DISK_FULL: no room');
  });

  it('is not what a command answered that did not succeed', async () => {
    const { step, host, latest, deps } = createLab();
    const { listInvocations } = host.runbooks;
    Object.assign(deps.runbooks, {
      listInvocations: async (id: string) =>
        (await listInvocations(id)).map((each) => ({ ...each, status: 'Failed' })),
    });
    await step(2);
    expect(await latest()).toEqual({ [INSTANCE]: { atMs: 0, values: {}, missing: 'Failed' } });
  });

  it.each([
    ['TimedOut', 'TimedOut'],
    ['InProgress', undefined],
  ])(
    'is the status of a command that ended without a message, and nothing while it runs: %s',
    async (status, missing) => {
      const { step, latest, deps } = createLab();
      Object.assign(deps.runbooks, {
        listInvocations: async () => [{ instanceId: INSTANCE, status, output: '' }],
      });
      await step(2);
      expect(await latest()).toEqual(
        missing === undefined ? {} : { [INSTANCE]: { atMs: 0, values: {}, missing } },
      );
    },
  );
});
