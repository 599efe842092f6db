import { expect, it } from 'vitest';
import { injectMetric } from '../../../../functions/app/operate/inject-metric.ts';
import { profileOf } from '../../../../functions/app/queries/profile.ts';
import { createAnalysisLab, LAB_NOW, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { createProfiledHost } from '../../../factories/analysis/profiled-host.ts';

const INSTANCE = 'i-00000000000000001';
const DAYS = 8;

async function learnedLab() {
  const lab = createAnalysisLab({
    anomalies: { shop: {} },
    profiles: { shop: { detectors: ['trend', 'z_score'] } },
  });
  const host = createProfiledHost(
    (atMs) => ({
      threads: 20 + Math.round(Math.sin(atMs / 7_919)),
      resident_mb: 400 + 4 * Math.sin(atMs / 104_729),
      descriptors: 100 + Math.round(2 * Math.sin(atMs / 7_919)),
      cpu_percent: 12,
    }),
    { nowMs: () => lab.clock.now, sinceMs: LAB_NOW },
  );
  Object.assign(lab.deps, { runbooks: host.runbooks });
  await lab.step((DAYS * 86_400_000) / STEP_MS);
  return lab;
}

it('an injected value replaces what is measured, as often as asked, and no more', async () => {
  const lab = await learnedLab();
  expect(lab.signals).toEqual([]);
  const { deps } = lab;
  await expect(
    injectMetric(deps, 'shop', { metric: 'descriptor_leak', value: 5_000, points: 3 }),
  ).resolves.toBe(true);
  await lab.step(6);
  expect(lab.signals[0]?.detail).toMatchObject({ kind: 'alert', metric: 'descriptor_leak', current: 5_000 });
  const last = await lab.baseline('shop', `profile/descriptors/${INSTANCE}`);
  expect(last?.last?.value).toBeLessThan(110);
  expect((await lab.baseline('shop', `profile/threads/${INSTANCE}`))?.open).toBeUndefined();
});

it('an injection into an unknown component does nothing', async () => {
  const { deps } = createAnalysisLab();
  await expect(injectMetric(deps, 'shop', { metric: 'latency', value: 1, points: 1 })).resolves.toBe(false);
});

it('the profile shows what a host measured last beside what is expected of it', async () => {
  const { deps, clock } = await learnedLab();
  const [host] = await profileOf(deps, 'shop');
  expect(host).toMatchObject({ instanceId: INSTANCE, measuredAtMs: clock.now - STEP_MS });
  const descriptors = host?.measured.find(({ column }) => column === 'descriptors');
  expect(descriptors?.watched.map(({ detector }) => detector)).toEqual(['trend', 'z_score']);
  expect(descriptors?.watched[0]?.last?.expected).toBeCloseTo(100, 0);
  expect(host?.measured.find(({ column }) => column === 'cpu_percent')).toMatchObject({
    value: 12,
    watched: [],
  });
});
