import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { alarmOf } from '../factories/workflow-landscape.ts';

const COOLDOWN_SECONDS = 4;

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
        rested: { strategies: [{ cooldownSeconds: COOLDOWN_SECONDS }] },
        'rested-together-a': {
          strategies: [{ components: ['rested-together-a', 'rested-together-b'], cooldownScope: 'strategy' }],
        },
        'rested-together-b': { strategies: [] },
        ladder: {
          strategies: [
            { maxAttempts: 2, cooldownSeconds: 0 },
            { maxAttempts: 1, cooldownSeconds: 0, actions: [{ type: 'isolate_network' }] },
          ],
        },
        named: {
          strategies: [
            { cooldownSeconds: 60 },
            { cooldownSeconds: 60, actions: [{ type: 'clear_temp_files' }, { type: 'start_component' }] },
          ],
        },
        red: { strategies: [{ cooldownSeconds: 3 }] },
        hushed: {},
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

  it('a strategy rests after its operation, and no longer than it must (invariant 4)', async () => {
    await bench.signal('rested');
    const first = await completed('rested');
    await bench.signal('rested');
    await refused('rested').toEqual(['COOLDOWN']);
    const [refusal] = await refusals('rested');
    expect(refusal?.eligibleAtMs).toBe((first.completedAtMs ?? 0) + COOLDOWN_SECONDS * 1_000);
    await sleep((refusal?.eligibleAtMs ?? 0) - Date.now() + 50);
    await bench.signal('rested');
    expect(await completed('rested', 2)).toMatchObject({ attempt: 2, fence: 2 });
  });

  it('a strategy whose rest has the scope of the strategy rests for every component (invariant 4)', async () => {
    await bench.signal('rested-together-a');
    await completed('rested-together-a');
    await bench.signal('rested-together-b');
    await refused('rested-together-b').toEqual(['COOLDOWN']);
  });

  it('spent attempts lead up the ladder, and in the end to people, once (invariants 3 and 11)', async () => {
    bench.health.pin('ladder', [false]);
    for (const [nth, strategyId, attempt] of [
      [1, 'ladder', 1],
      [2, 'ladder', 2],
      [3, 'ladder-2', 1],
    ] as const) {
      await bench.signal('ladder');
      const { operation } = await bench.ended('ladder', nth);
      expect(operation).toMatchObject({ state: 'FAILED', strategyId, attempt, fence: nth });
    }
    await bench.signal('ladder');
    await refused('ladder').toEqual(['ATTEMPTS_SPENT']);
    await bench.signal('ladder');
    await refused('ladder').toEqual(['ATTEMPTS_SPENT', 'ATTEMPTS_SPENT']);
    expect(effectsOf('ladder')).toEqual(['start_component', 'start_component', 'isolate_network']);
    const spentLetters = () =>
      bench.told('architect', 'ladder').filter(({ kind }) => kind === 'attempts-spent');
    await expect.poll(spentLetters, { timeout: 10_000 }).toHaveLength(1);

    await bench.cloud.alarms.setAlarmState(alarmOf('ladder'), 'OK', 'a human was there');
    await expect
      .poll(async () => (await bench.store.readLimits('ladder', 'none')).limits.component.spentToldAtMs, {
        timeout: 10_000,
      })
      .toBeUndefined();
    await bench.signal('ladder');
    await expect.poll(spentLetters, { timeout: 10_000 }).toHaveLength(2);
  });

  it('a person may name the strategy; the limits hold all the same (invariant 4)', async () => {
    await bench.signal('named', { origin: 'manual', strategy: 'named-2', reason: 'the disk looks full' });
    const operation = await completed('named');
    expect(operation).toMatchObject({ strategyId: 'named-2', alert: { origin: 'manual' } });
    expect(effectsOf('named')).toEqual(['clear_temp_files', 'start_component']);
    await bench.signal('named', { origin: 'manual', strategy: 'named-2' });
    await refused('named').toEqual(['COOLDOWN']);
    await bench.signal('named', { origin: 'manual', strategy: 'none-such' });
    await expect
      .poll(async () => (await refusals('named')).map(({ reason }) => reason).toSorted(), { timeout: 15_000 })
      .toEqual(['COOLDOWN', 'NO_STRATEGY']);
  });

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

  it('an alarm that is still red after the rest is handed back by the reconciler (invariant 11)', async () => {
    await bench.cloud.alarms.setAlarmState(alarmOf('red'), 'ALARM', 'too many errors');
    const first = await completed('red');
    await bench.reconcile();
    expect(await refusals('red')).toEqual([]);
    await sleep((first.completedAtMs ?? 0) + 3_100 - Date.now());
    await bench.reconcile();
    const second = await completed('red', 2);
    expect(second).toMatchObject({ attempt: 2, alert: { origin: 'reconciler', alarmName: alarmOf('red') } });
    await bench.cloud.alarms.setAlarmState(alarmOf('red'), 'OK', 'fine again');
  });

  it('an alarm that is red while it is muted is handed back by nobody (invariant 4)', async () => {
    const { alarms } = bench.cloud;
    const begin = new Date(Date.now() - 60_000).toISOString().slice(0, 'yyyy-MM-ddThh:mm'.length);
    const Schedule = { Expression: `at(${begin})`, Duration: 'PT1H' };
    const MuteTargets = { AlarmNames: [alarmOf('hushed')] };
    alarms.muteRules.put({ Name: 'maintenance', Rule: { Schedule }, MuteTargets }, Date.now());
    await alarms.setAlarmState(alarmOf('hushed'), 'ALARM', 'too many errors');
    expect(await bench.reconcile()).toContainEqual(
      expect.stringContaining(`left ${alarmOf('hushed')} alone: silenced by mute rule`),
    );
    await sleep(1_000);
    expect(await refusals('hushed')).toEqual([]);
    expect(effectsOf('hushed')).toEqual([]);
  });

  it('through all of it, no two operations met on a component (invariant 1)', () => {
    expect(bench.hosts.overlaps).toEqual([]);
  });
});
