import { describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { createWorld, type World, withStore } from '../../../factories/ports/world.ts';

const THREE_IN_A_ROW = [{ trigger: { metrics: ['memory'], consecutiveFailures: 3 } }];

/** An alert of the component's alarm. */
const alert = (world: World) =>
  triage(
    world,
    signalEvent({ component: 'web', metric: 'memory', origin: 'reconciler' }, `at-${world.clock.now}`),
  );

async function remembered(world: World): Promise<readonly number[]> {
  const { limits } = await world.store.readLimits('web');
  return Object.values(limits.component.failuresMs).flat();
}

function healthy(): World {
  const world = createWorld(configured({ strategies: THREE_IN_A_ROW }));
  world.alarms.named.set(memoryAlarm(), 'OK');
  return world;
}

describe('alerts in a row', () => {
  it('disappear once the alarm is OK, even of a component in no group', async () => {
    const world = healthy();
    await alert(world);
    expect(await remembered(world)).toHaveLength(1);
    expect((await reconcileAlarms(world)).done).toEqual(['web: no alarm is red']);
    expect(await remembered(world)).toEqual([]);
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });

  it('disappear even if one is counted while the component is marked as healthy', async () => {
    const world = healthy();
    await alert(world);
    const meanwhile = withStore(world, {
      markHealthy: async (component) => {
        world.clock.now += 1_000;
        await alert(world);
        await world.store.markHealthy(component);
      },
    });
    await reconcileAlarms(meanwhile);
    expect(await remembered(world)).toEqual([]);
  });

  it('remain while the alarm has no data, which says nothing', async () => {
    const world = healthy();
    world.alarms.named.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    await alert(world);
    expect((await reconcileAlarms(world)).done).toEqual([]);
    expect(await remembered(world)).toHaveLength(1);
  });
});

it('a round reads nothing of healthy components, however many there are', async () => {
  const components = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`c${index}`, withMemoryAlarm({})]),
  );
  const world = createWorld(configured({ components }));
  for (const name of Object.keys(components)) world.alarms.named.set(memoryAlarm(name), 'OK');
  const unread = () => Promise.reject(new Error('a healthy component was read'));
  const states = { ...world.alarms, states: unread };
  const report = await reconcileAlarms({ ...withStore(world, { readLimits: unread }), alarms: states });
  expect(report).toMatchObject({ done: [], problems: [] });
});
