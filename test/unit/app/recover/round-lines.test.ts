import { describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { countAsHealthy } from '../../../../functions/app/recover/reconcile-marks.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';
import { QUICK } from './red-alarms.ts';

/** Two components, one of which depends on the other. */
const pair = () =>
  createWorld(
    configured({
      settings: { maxConcurrentRepairs: 5 },
      components: { web: withMemoryAlarm({ dependsOn: ['database'] }), database: withMemoryAlarm() },
      strategies: [QUICK],
    }),
  );
const NOTHING = { done: [], problems: [], denials: [] };

describe('the lines of a round', () => {
  it('leave out what nobody has to do anything about', async () => {
    const world = pair();
    expect(await reconcileAlarms(world)).toEqual(NOTHING);
    for (const name of ['web', 'database']) world.alarms.named.set(memoryAlarm(name), 'OK');
    expect(await reconcileAlarms(world)).toEqual(NOTHING);
  });

  it('say which alarms went back to triage, and nothing more', async () => {
    const world = pair();
    for (const name of ['web', 'database']) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    const { done, ...rest } = await reconcileAlarms(world);
    expect(done.toSorted()).toEqual(
      ['database', 'web'].map((name) => `handed ${memoryAlarm(name)} back to triage`),
    );
    expect(rest).toEqual({ problems: [], denials: [] });
  });

  it('say that alarms of unhealthy components could not be read', async () => {
    const world = pair();
    await world.store.markUnhealthy('web');
    world.alarms.states = () => Promise.reject(new ServiceUnavailable('throttled'));
    expect(await reconcileAlarms(world)).toEqual({
      ...NOTHING,
      problems: ['alarms of components that count as unhealthy: ServiceUnavailable: throttled'],
    });
  });

  it('say which components have recovered, and why', async () => {
    const world = pair();
    await world.store.markUnhealthy('web');
    await world.store.markUnhealthy('database');
    world.alarms.named.set(memoryAlarm('web'), 'OK');
    // An alarm without data proves nothing.
    world.alarms.named.set(memoryAlarm('database'), 'INSUFFICIENT_DATA');
    expect(await reconcileAlarms(world)).toEqual({ ...NOTHING, done: ['web: no alarm is red'] });
    expect((await world.store.readFleet()).unhealthy).toEqual(['database']);
  });
});

describe('a component that counts as healthy', () => {
  it('is left alone if it has counted so before', async () => {
    expect(await countAsHealthy(pair(), 'web')).toEqual([]);
  });

  it('stays as it is while it is being healed', async () => {
    const world = pair();
    await admitted(world);
    await world.store.markUnhealthy('web');
    expect(await countAsHealthy(world, 'web')).toEqual([]);
    expect((await world.store.readFleet()).unhealthy).toEqual(['web']);
  });
});
