import { describe, expect, it } from 'vitest';
import { createMemoryChangeStore } from '../../../../functions/adapters/memory/change-store.ts';
import type { ChangeEvent } from '../../../../functions/core/change/change-event.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { createAnalysisLab, LAB_NOW, LATENCY, STEP_MS } from '../../../factories/analysis/analysis-lab.ts';
import { DAY_MS } from '../../../factories/analysis/learned-lab.ts';

type Json = Readonly<Record<string, unknown>>;

const NOISE = (atMs: number) => ((atMs / STEP_MS) * 7_919) % 11;

/** A component whose latency was learned for eight days, and is 30 % higher from `LAB_NOW` on. */
async function shiftedLab(more: Json) {
  const lab = createAnalysisLab({
    changes: {},
    anomalies: { shop: { latency: { ...LATENCY, options: {}, ...more } } },
  });
  const changes = createMemoryChangeStore();
  const run = (over: Parameters<typeof lab.run>[0] = {}) => lab.run({ changes, ...over });
  for (let atMs = LAB_NOW - 8 * DAY_MS; atMs < LAB_NOW; atMs += STEP_MS) lab.put(100 + NOISE(atMs), atMs);
  for (let behind = 1; behind > 0; ) behind = (await run()).behind;
  const after = async (hours: number) => {
    const alarms: unknown[] = [];
    for (let step = 0; step < hours * 12; step++) {
      lab.put(130 + NOISE(lab.clock.now), lab.clock.now);
      lab.clock.now += STEP_MS;
      const report = await run();
      if (report.announced > 0) alarms.push(...lab.signals.splice(0).map(({ detail }) => detail['kind']));
    }
    return alarms;
  };
  const deployed = (event: Partial<ChangeEvent> = {}) =>
    changes.recordChange({
      ...{ component: 'shop', source: 'pipeline', kind: 'deployment', changeId: 'v42' },
      ...{ phase: 'finished', atMs: LAB_NOW, summary: 'v42' },
      ...event,
    });
  return { ...lab, changes, run, after, deployed };
}

describe('a baseline', () => {
  it('alarms at a shift that nothing explains', async () => {
    const lab = await shiftedLab({ detector: 'seasonal' });
    expect(await lab.after(3)).toContain('alert');
  });

  it('follows a deployment instead', async () => {
    const lab = await shiftedLab({ detector: 'seasonal' });
    await lab.deployed();
    expect(await lab.after(3)).toEqual([]);
  });

  it.each<readonly [string, Partial<ChangeEvent>]>([
    ['failed', { phase: 'failed' }],
    ['is part of a repair', { operationId: '01-shop' }],
    ['only adds targets', { kind: 'scaling' }],
    ['is of another component', { component: 'cart' }],
  ])('does not follow a change that %s', async (_, event) => {
    const lab = await shiftedLab({ detector: 'seasonal' });
    await lab.deployed(event);
    expect(await lab.after(3)).toContain('alert');
  });

  it('does not follow changes if its configuration says so', async () => {
    const lab = await shiftedLab({ detector: 'seasonal', followChanges: false });
    await lab.deployed();
    expect(await lab.after(3)).toContain('alert');
  });

  it('compares before and after a change where the detector is `change`', async () => {
    const change = { detector: 'change', direction: 'both', observationSeconds: 0 };
    const without = await shiftedLab(change);
    expect(await without.after(3)).toEqual([]);
    const lab = await shiftedLab(change);
    await lab.deployed();
    expect(await lab.after(3)).toContain('alert');
  });

  it('waits while the changes of its component cannot be read, and then follows them', async () => {
    const lab = await shiftedLab({ detector: 'seasonal' });
    await lab.deployed();
    lab.put(130, LAB_NOW);
    lab.clock.now += 2 * STEP_MS;
    const failing = {
      listChanges: () => Promise.reject(new ServiceUnavailable('dynamodb:Query: Throttled')),
    };
    const report = await lab.run({ changes: failing });
    expect(report.counted).toBe(0);
    expect(report.problems.join()).toContain(
      'changes of shop: ServiceUnavailable: dynamodb:Query: Throttled',
    );
    lab.clock.now = LAB_NOW + STEP_MS;
    expect(await lab.after(3)).toEqual([]);
  });
});
