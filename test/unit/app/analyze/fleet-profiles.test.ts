import { beforeEach, describe, expect, it } from 'vitest';
import { largestOf } from '../../../../functions/app/analyze/profiles.ts';
import { profileOf } from '../../../../functions/app/queries/profile.ts';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import type { ProfileAnswer } from '../../../../functions/core/analysis/profile-answer.ts';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { createProfiledHost, type Measured } from '../../../factories/analysis/profiled-host.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LEAK_FROM = LAB_NOW + 8 * DAY_MS;
const idOf = (index: number) => `i-${String(index).padStart(17, '0')}`;
const LEAKING = idOf(2);

/** One of the hosts leaks from the eighth day on. */
const measured: Measured = (atMs, instanceId) => {
  const hours = instanceId === LEAKING ? Math.max(0, atMs - LEAK_FROM) / HOUR_MS : 0;
  const noise = Math.sin(atMs / 7_919) + Math.cos(atMs / 104_729);
  return {
    threads: 20 + Math.round(noise),
    resident_mb: 400 + 2 * noise + 60 * hours,
    descriptors: 100 + Math.round(2 * noise) + Math.round(120 * hours),
  };
};

describe('the profile of hosts that come and go', () => {
  let lab: ReturnType<typeof createAnalysisLab>;
  let fleet: ReturnType<typeof createProfiledHost>;

  beforeEach(() => {
    lab = createAnalysisLab({
      anomalies: { shop: {} },
      profiles: { shop: {} },
      targets: { autoScalingGroup: 'shop' },
    });
    fleet = createProfiledHost(measured, {
      nowMs: () => lab.clock.now,
      sinceMs: LAB_NOW,
      chosen: [idOf(1), LEAKING, idOf(3)],
    });
    Object.assign(lab.deps, { runbooks: fleet.runbooks });
  });

  it('has one series for each leak, whatever the number of hosts', async () => {
    await lab.step(24);
    const shard = baselineShardOf('shop');
    const kept = (await lab.deps.baselines.readShards([shard])).get(shard)?.record.components['shop'];
    expect(Object.keys(kept?.series ?? {}).sort()).toEqual([
      'profile/descriptors/hosts',
      'profile/resident_mb/hosts',
      'profile/threads/hosts',
    ]);
    expect(kept?.series['profile/threads/hosts']?.readUntilMs).toBe(lab.clock.now - STEP_MS);
  });

  it('notices the leak of one of them, across the replacement of the others', async () => {
    for (let day = 0; day < 8; day++) {
      await lab.step(DAY_MS / STEP_MS);
      fleet.chosen = [LEAKING, idOf(10 + day), idOf(20 + day)];
    }
    expect(lab.signals).toEqual([]);
    await lab.step(72);
    expect(lab.signals.map(({ detail }) => detail)).toContainEqual(
      expect.objectContaining({ kind: 'alert', component: 'shop', metric: 'memory_leak' }),
    );
  });

  it('shows what each host measured, with what is expected of the largest', async () => {
    await lab.step(24);
    const hosts = await profileOf(
      { baselines: lab.deps.baselines, configuration: lab.deps.configuration },
      'shop',
    );
    expect(hosts.map(({ instanceId }) => instanceId)).toEqual(fleet.chosen);
    const [threads] = hosts[0]?.measured ?? [];
    expect(threads).toMatchObject({ column: 'threads', watched: [{ series: 'profile/threads/hosts' }] });
  });

  it('asks 50 hosts at most, and none on which a command costs money', async () => {
    fleet.chosen = ['mi-00000000000000001', ...Array.from({ length: 60 }, (_, index) => idOf(index + 1))];
    await lab.run();
    const asked = fleet.sent.flatMap(({ instanceIds }) => instanceIds);
    expect(asked).toHaveLength(50);
    expect(asked.filter((id) => id.startsWith('mi-'))).toEqual([]);
    fleet.chosen = ['mi-00000000000000001', idOf(1)];
    await lab.step(1);
    expect(fleet.sent.at(-1)?.instanceIds).toEqual([idOf(1)]);
  });

  it('asks the same 50 hosts each time, in whatever order Systems Manager lists them', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => idOf(index + 1));
    for (const chosen of [ids, ids.toReversed()]) {
      fleet.chosen = chosen;
      await lab.step(1);
      expect(fleet.sent.at(-1)?.instanceIds).toEqual(ids.slice(0, 50));
    }
  });

  it('sends nothing while the group is empty, and forgets hosts that are gone', async () => {
    await lab.step(3);
    fleet.chosen = [];
    const sent = fleet.sent.length;
    await lab.step(3);
    expect(fleet.sent).toHaveLength(sent);
    const { baselines, configuration } = lab.deps;
    expect(await profileOf({ baselines, configuration }, 'shop')).toEqual([]);
  });
});

describe('the largest value of several hosts', () => {
  const answer = (completeUntilMs: number, ...values: readonly number[]): ProfileAnswer => ({
    completeUntilMs,
    latest: { atMs: 0, values: {} },
    points: new Map([['threads', values.map((value, index) => ({ atMs: index * STEP_MS, value }))]]),
  });

  it('covers period by period, as far as the answers of all of them are complete', () => {
    expect(largestOf([answer(2 * STEP_MS, 5, 9), answer(3 * STEP_MS, 7, 8, 30)], 'threads')).toEqual({
      completeUntilMs: 2 * STEP_MS,
      points: [
        { atMs: 0, value: 7 },
        { atMs: STEP_MS, value: 9 },
      ],
    });
  });

  it.each([
    ['the first', [6, 5], 6],
    ['the second', [5, 6], 6],
  ] as const)('is that of %s of two hosts, where it is larger', (_, values, largest) => {
    const answers = values.map((value) => answer(STEP_MS, value));
    expect(largestOf(answers, 'threads')?.points).toEqual([{ atMs: 0, value: largest }]);
  });

  it('comes in the order of the periods, whichever host measured them', () => {
    const only = (...periods: readonly number[]): ProfileAnswer => ({
      ...answer(9 * STEP_MS),
      points: new Map([['threads', periods.map((period) => ({ atMs: period * STEP_MS, value: period }))]]),
    });
    for (const answers of [
      [only(0, 2), only(1, 3)],
      [only(1, 3), only(0, 2)],
      [only(2, 3), only(0, 1)],
    ])
      expect(largestOf(answers, 'threads')?.points.map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  });

  it('is none of a column that no host has', () => {
    expect(largestOf([answer(STEP_MS, 5)], 'heap_mb')).toEqual({ completeUntilMs: STEP_MS, points: [] });
  });

  it('stays unknown if no host has answered', () => {
    expect(largestOf([], 'threads')).toBeUndefined();
  });
});
