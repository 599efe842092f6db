import { beforeEach, describe, expect, it } from 'vitest';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { NotPermitted, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import {
  createAnalysisLab,
  LAB_NOW,
  type LabPlan,
  STEP_MS,
} from '../../../factories/analysis/analysis-lab.ts';
import { createProfiledHost, type Measured } from '../../../factories/analysis/profiled-host.ts';

const INSTANCE = 'i-00000000000000001';
const DAY_MS = 86_400_000;
const LEAK_FROM = LAB_NOW + 8 * DAY_MS;

/** A service of 400 MB with a daily rhythm, whose descriptors and memory leak from the eighth day on. */
const leaking: Measured = (atMs) => {
  const hours = Math.max(0, atMs - LEAK_FROM) / 3_600_000;
  const noise = Math.sin(atMs / 7_919) + Math.cos(atMs / 104_729);
  return {
    threads: 20 + Math.round(noise),
    resident_mb: 400 + 30 * Math.sin((2 * Math.PI * atMs) / DAY_MS) + 2 * noise + 60 * hours,
    descriptors: 100 + Math.round(2 * noise) + Math.round(120 * hours),
  };
};

function createLab(
  measured: Measured,
  { targets, ...options }: { isInstalled?: boolean; sinceMs?: number; targets?: LabPlan['targets'] } = {},
) {
  const lab = createAnalysisLab({
    ...{ anomalies: { shop: {} }, profiles: { shop: {} } },
    ...(targets && { targets }),
  });
  const host = createProfiledHost(measured, { nowMs: () => lab.clock.now, sinceMs: LAB_NOW, ...options });
  Object.assign(lab.deps, { runbooks: host.runbooks });
  const profile = async () => {
    const shard = baselineShardOf('shop');
    return (await lab.deps.baselines.readShards([shard])).get(shard)?.record.components['shop']?.profile;
  };
  return { ...lab, host, profile };
}

describe('profiles', () => {
  let lab: ReturnType<typeof createLab>;
  beforeEach(() => {
    lab = createLab(leaking);
  });

  it('arrive with the run after the one that asked, and count every period once', async () => {
    await lab.run();
    expect(lab.host.sent.map(({ document }) => document)).toEqual(['selfheal-read-profile']);
    const reports = await lab.step(24);
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    // The ring began two hours ago, and the last period has only just been asked for.
    const baseline = await lab.baseline('shop', `profile/descriptors/${INSTANCE}`);
    expect(baseline?.readUntilMs).toBe(lab.clock.now - STEP_MS);
    expect(reports.reduce((sum, { counted }) => sum + counted, 0)).toBe(3 * 23);
  });

  it('are those of each host by itself, where hosts are named', async () => {
    const ids = [INSTANCE, 'i-00000000000000002'];
    lab = createLab((_, instanceId) => ({ threads: instanceId === INSTANCE ? 20 : 70 }), {
      targets: { instanceIds: ids },
    });
    await lab.step(4);
    const last = ids.map(async (id) => (await lab.baseline('shop', `profile/threads/${id}`))?.last?.value);
    expect(await Promise.all(last)).toEqual([20, 70]);
    expect(await lab.profile()).not.toHaveProperty('installedAtMs');
  });

  it('notice a leak, name the instance, and are as severe as their kind allows', async () => {
    await lab.step((8 * DAY_MS) / STEP_MS);
    expect(lab.signals).toEqual([]);
    await lab.step(72);
    const alerts = lab.signals.map(({ detail }) => detail as Record<string, unknown>);
    expect(alerts.at(-1)).toMatchObject({
      kind: 'alert',
      component: 'shop',
      metric: 'memory_leak',
      severity: 'CRITICAL',
      errorType: 'MEMORY_LEAK',
      targets: [INSTANCE],
      reason: expect.stringContaining(`anomalous as well: profile/descriptors/${INSTANCE}`),
    });
    expect(alerts.every((alert) => !('link' in alert))).toBe(true);
    const descriptors = alerts.filter(({ metric }) => metric === 'descriptor_leak');
    expect(descriptors.every(({ severity }) => severity !== 'CRITICAL')).toBe(true);
  });

  it('leave no gap after an outage', async () => {
    await lab.step(2);
    lab.host.online = false;
    await lab.step(40);
    expect((await lab.profile())?.latest[INSTANCE]).toMatchObject({
      missing: 'the host is offline, or not managed by Systems Manager',
    });
    lab.host.online = true;
    const reports = await lab.step(6);
    expect(reports.reduce((sum, { counted }) => sum + counted, 0)).toBe(3 * 45);
  });

  it('lose nothing to a request that failed', async () => {
    await lab.step(2);
    const refused = { ...lab.host.runbooks, send: () => Promise.reject(new ServiceUnavailable('throttled')) };
    lab.clock.now += STEP_MS;
    const report = await lab.run({ runbooks: refused });
    expect(report.problems).toEqual(['profile of shop: throttled']);
    const reports = await lab.step(3);
    const baseline = await lab.baseline('shop', `profile/threads/${INSTANCE}`);
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    expect(baseline?.readUntilMs).toBe(lab.clock.now - STEP_MS);
  });

  it('keep what the metrics of the record said where asking the host is not permitted', async () => {
    await lab.step(2);
    const denied = {
      ...lab.host.runbooks,
      send: () => Promise.reject(new NotPermitted({ action: 'ssm:SendCommand' })),
    };
    lab.clock.now += STEP_MS;
    const { problems } = await lab.run({ runbooks: denied });
    expect(problems).toEqual([expect.stringContaining('ssm:SendCommand')]);
    const baseline = await lab.baseline('shop', `profile/threads/${INSTANCE}`);
    expect(baseline?.readUntilMs).toBe(lab.clock.now - STEP_MS);
  });

  it('say what a command could not be read for, and go on', async () => {
    await lab.step(1);
    const failing = {
      ...lab.host.runbooks,
      listInvocations: () => Promise.reject(new RequestRefused('no such command')),
    };
    lab.clock.now += STEP_MS;
    const report = await lab.run({ runbooks: failing });
    expect(report.problems).toEqual(['profile of shop: RequestRefused: no such command']);
    expect((await lab.step(2)).flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('have the collector installed where it is missing, once in half an hour', async () => {
    lab = createLab(leaking, { isInstalled: false });
    await lab.step(3);
    expect(lab.host.sent.map(({ document }) => document)).toEqual([
      'selfheal-read-profile',
      'selfheal-install-collector',
      'selfheal-read-profile',
    ]);
    lab = createLab(leaking, { isInstalled: false });
    Object.defineProperty(lab.host, 'installed', { get: () => false, set: () => {} });
    await lab.step(8);
    const installs = lab.host.sent.filter(({ document }) => document === 'selfheal-install-collector');
    expect(installs).toHaveLength(2);
    expect((await lab.profile())?.latest[INSTANCE]?.missing).toContain('COLLECTOR_MISSING');
  });

  it('ask no more often than every 5 minutes, however often the series are read', async () => {
    for (let minute = 0; minute < 10; minute++) {
      await lab.run();
      lab.clock.now += 60_000;
    }
    expect(lab.host.sent).toHaveLength(2);
  });

  it('cause no write while there is nothing new', async () => {
    await lab.step(2);
    let saves = 0;
    const { baselines } = lab.deps;
    const saveShard: typeof baselines.saveShard = (...given) => {
      saves += 1;
      return baselines.saveShard(...given);
    };
    for (const expected of [1, 1]) {
      lab.clock.now += 60_000;
      await lab.run({ baselines: { ...baselines, saveShard } });
      expect(saves).toBe(expected);
    }
  });

  it('are asked for of each component, where several share a record', async () => {
    const shard = baselineShardOf('shop');
    const candidates = Array.from({ length: 5_000 }, (_, index) => `shop-${index}`);
    const other = candidates.find((name) => baselineShardOf(name) === shard) ?? '';
    const both = createAnalysisLab({
      anomalies: { shop: {}, [other]: {} },
      profiles: { shop: {}, [other]: {} },
    });
    const host = createProfiledHost(leaking, { nowMs: () => both.clock.now, sinceMs: LAB_NOW });
    await both.run({ runbooks: host.runbooks });
    expect(host.sent.map(({ comment }) => comment)).toEqual([
      'Selfheal: profile of shop',
      `Selfheal: profile of ${other}`,
    ]);
  });

  it('are asked for once for each component, whatever records they share a run with', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `shop-${index}`);
    const many = createAnalysisLab({
      anomalies: Object.fromEntries(names.map((name) => [name, {}])),
      profiles: Object.fromEntries(names.map((name) => [name, {}])),
    });
    const host = createProfiledHost(leaking, { nowMs: () => many.clock.now, sinceMs: LAB_NOW });
    await many.run({ runbooks: host.runbooks });
    expect(host.sent.map(({ comment }) => comment).toSorted()).toEqual(
      names.map((name) => `Selfheal: profile of ${name}`),
    );
  });
});
