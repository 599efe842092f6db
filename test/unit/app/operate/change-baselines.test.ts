import { describe, expect, it } from 'vitest';
import { createMemoryBaselineStore } from '../../../../functions/adapters/memory/baseline-store.ts';
import { changeBaselines } from '../../../../functions/app/operate/change-baselines.ts';
import { injectMetric } from '../../../../functions/app/operate/inject-metric.ts';
import { resetBaseline } from '../../../../functions/app/operate/reset-baseline.ts';
import { type Baseline, baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const BASELINE: Baseline = {
  ...{ fingerprint: 'f', readUntilMs: NOON, watchedSinceMs: 0, packed: new Uint8Array([1]) },
};
const shard = baselineShardOf('web');

/** What is kept of `web` and its series. */
async function kept() {
  const baselines = createMemoryBaselineStore();
  const components = { web: { series: { latency: BASELINE, errors: BASELINE } } };
  await baselines.saveShard({ shard, savedAtMs: NOON, components, pending: [] }, 'v1', undefined);
  const own = async () => (await baselines.readShards([shard])).get(shard)?.record.components['web'];
  return { deps: { baselines, clock: { nowMs: () => NOON } }, own };
}

describe('what is known of a component', () => {
  it('has an injected value in the place of an earlier one of the same metric', async () => {
    const { deps, own } = await kept();
    const injection = (metric: string, value: number) => ({ metric, value, points: 3 });
    expect(await injectMetric(deps, 'web', injection('latency', 900))).toBe(true);
    expect(await injectMetric(deps, 'web', injection('errors', 5))).toBe(true);
    expect(await injectMetric(deps, 'web', injection('latency', 700))).toBe(true);
    expect((await own())?.injected).toEqual([injection('errors', 5), injection('latency', 700)]);
  });

  it('stays as it is where it changes during each try, whatever it was to be changed for', async () => {
    const { deps } = await kept();
    const busy = { ...deps, baselines: { ...deps.baselines, saveShard: async () => false } };
    const injection = { metric: 'latency', value: 900, points: 3 };
    await expect(injectMetric(busy, 'web', injection)).rejects.toThrow(/tries to inject$/);
    await expect(resetBaseline(busy, { component: 'web', series: 'latency' })).rejects.toThrow(
      /tries to reset$/,
    );
  });

  it('has one series less once that is reset', async () => {
    const { deps, own } = await kept();
    expect(await resetBaseline(deps, { component: 'web', series: 'latency' })).toBe(true);
    expect(Object.keys((await own())?.series ?? {})).toEqual(['errors']);
    expect(await resetBaseline(deps, { component: 'web', series: 'latency' })).toBe(false);
  });

  it('is not changed where nothing is known', async () => {
    const { deps } = await kept();
    expect(await injectMetric(deps, 'api', { metric: 'latency', value: 9, points: 1 })).toBe(false);
  });

  it('is changed under a version that says why, and tried five times while runs save it, too', async () => {
    const { deps } = await kept();
    const versions: string[] = [];
    const saveShard = async (_: unknown, version: string) => {
      versions.push(version);
      return false;
    };
    const busy = { ...deps, baselines: { ...deps.baselines, saveShard } };
    await expect(changeBaselines(busy, 'web', 'reset', (own) => own)).rejects.toThrow(
      new StoreUnavailable('the baselines of web changed during each of 5 tries to reset'),
    );
    expect(versions).toEqual([0, 1, 2, 3, 4].map((attempt) => `reset-${NOON.toString(36)}-${attempt}`));
  });
});
