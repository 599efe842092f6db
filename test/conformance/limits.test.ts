import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { alarmOf } from '../factories/workflow-landscape.ts';

describe.skipIf(!requirement('python'))('the limits of healing', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    const inGroup = (group: string) => ({ strategies: [{ cooldownSeconds: 0 }], more: { group } });
    bench = await startWorkflowBench({
      settings: { maxConcurrentRepairs: 2 },
      groups: {
        web: { maxInFlight: 1, minHealthy: 0 },
        quorum: { maxInFlight: 3, minHealthy: 2 },
        single: { maxInFlight: 1, minHealthy: 1 },
      },
      components: {
        'web-a': inGroup('web'),
        'web-b': inGroup('web'),
        'quorum-a': inGroup('quorum'),
        'quorum-b': inGroup('quorum'),
        'quorum-c': inGroup('quorum'),
        only: inGroup('single'),
        'fleet-a': {},
        'fleet-b': {},
        'fleet-c': { strategies: [{ cooldownSeconds: 0 }] },
        held: {},
      },
    });
  });
  afterAll(() => bench?.stop());

  const refusals = (component: string) => bench.store.listRefusals(component, 20);
  const refused = (component: string) =>
    expect.poll(async () => (await refusals(component)).map(({ reason }) => reason), { timeout: 15_000 });
  const completed = async (component: string, nth = 1) => {
    const { operation } = await bench.ended(component, nth);
    expect(operation.state).toBe('COMPLETED');
    return operation;
  };
  const effectsOf = (component: string) =>
    bench.hosts.effects.filter((run) => run.component === component).map(({ action }) => action);
  /** Runs an operation that is on its host while the body looks at what is refused meanwhile. */
  const during = async (component: string, body: () => Promise<void>) => {
    bench.hosts.script(component, { start_component: { takesMs: 2_500 } });
    await bench.signal(component);
    await bench.acting(component, 'heal-0');
    await body();
  };

  it('a group heals no more components at once than maxInFlight (invariant 3)', async () => {
    await during('web-a', async () => {
      await bench.signal('web-b');
      await refused('web-b').toEqual(['GROUP_BUSY']);
    });
    await completed('web-a');
    await bench.signal('web-b');
    await completed('web-b');
  });

  it('a group heals nothing while fewer than minHealthy would be left (invariant 3)', async () => {
    await during('quorum-a', async () => {
      await bench.signal('quorum-b');
      await refused('quorum-b').toEqual(['GROUP_UNHEALTHY']);
    });
    await completed('quorum-a');
    // The refused one still counts as unwell, so that one of three is all that may be touched: itself.
    await bench.signal('quorum-c');
    await refused('quorum-c').toEqual(['GROUP_UNHEALTHY']);
    await bench.cloud.alarms.setAlarmState(alarmOf('quorum-c'), 'OK', 'fine after all');
    await expect
      .poll(async () => (await bench.store.readLimits('quorum-b', 'none')).limits.fleet.groups['quorum'], {
        timeout: 10_000,
      })
      .toMatchObject({ inFlight: [], unhealthy: ['quorum-b'] });
    await bench.signal('quorum-b');
    await completed('quorum-b');
  });

  it('a group of one may still be healed', async () => {
    await bench.signal('only');
    await completed('only');
  });

  it('no more operations than maxConcurrentRepairs are under way (invariant 3)', async () => {
    await during('fleet-a', async () => {
      await during('fleet-b', async () => {
        await bench.signal('fleet-c');
        await refused('fleet-c').toEqual(['FLEET_BUSY']);
      });
    });
    await Promise.all([completed('fleet-a'), completed('fleet-b')]);
    await bench.signal('fleet-c');
    await completed('fleet-c');
  });

  it('nothing new begins between pause and resume, and what has begun ends properly (invariants 4 and 5)', async () => {
    const control = (command: string) =>
      bench.cloud.bus.put({
        Source: 'test',
        DetailType: 'Selfheal Control',
        Detail: JSON.stringify({ command, reason: 'maintenance' }),
      });
    const pause = async () => (await bench.store.readLimits('held', 'none')).limits.fleet.pause?.reason;
    bench.hosts.script('fleet-c', { start_component: { takesMs: 3_000 } });
    await bench.signal('fleet-c');
    await expect.poll(() => effectsOf('fleet-c'), { timeout: 15_000 }).toHaveLength(2);
    await control('pause');
    await expect.poll(pause, { timeout: 10_000 }).toBe('maintenance');
    await bench.signal('held');
    await refused('held').toEqual(['PAUSED']);
    await completed('fleet-c', 2);
    expect(effectsOf('held')).toEqual([]);

    await control('resume');
    await expect.poll(pause, { timeout: 10_000 }).toBeUndefined();
    await bench.signal('held');
    await completed('held');
  });

  it('through all of it, no two operations met on a component (invariant 1)', () => {
    expect(bench.hosts.overlaps).toEqual([]);
  });
});
