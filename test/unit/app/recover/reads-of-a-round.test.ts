import { describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import type { CompiledConfiguration } from '../../../../functions/core/configuration/compiled.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { createWorld } from '../../../factories/ports/world.ts';

type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

const TWO = {
  cpu: { metric: 'cpu', threshold: 90, dimensions: {} },
  memory: { metric: 'memory', threshold: 90, dimensions: {} },
};
const CPU = 'selfheal-web-cpu';
const MEMORY = memoryAlarm();
const DAYS_AGO = 7 * 86_400_000;

/** A world that notes what is asked of its alarms and its store. */
function asked(configuration: CompiledConfiguration, states: Readonly<Record<string, AlarmState>> = {}) {
  const world = createWorld(configuration);
  for (const [name, state] of Object.entries(states)) {
    world.alarms.named.set(name, state);
    world.alarms.since.set(name, world.clock.now - DAYS_AGO);
  }
  const calls: string[] = [];
  const { alarms, store, correlation } = world;
  const { states: statesOf, silentSince } = alarms;
  const { listRefusals, keepQueue } = store;
  const { readBoards } = correlation;
  alarms.states = async (names) => {
    calls.push(`states of ${names.join()}`);
    return await statesOf(names);
  };
  alarms.silentSince = async (names) => {
    calls.push(`silent: ${names.join()}`);
    return await silentSince(names);
  };
  Object.assign(store, {
    listRefusals: async (component: string, most: number) => {
      calls.push(`refusals of ${component}`);
      return await listRefusals(component, most);
    },
    keepQueue: async (queue: Parameters<typeof keepQueue>[0]) => {
      calls.push('queue');
      await keepQueue(queue);
    },
  });
  world.correlation = {
    ...correlation,
    readBoards: async (names) => {
      calls.push(`boards of ${names.join()}`);
      return await readBoards(names);
    },
  };
  return { world, calls };
}

const unhealthyIn = async ({ store }: ReturnType<typeof createWorld>) => (await store.readFleet()).unhealthy;

describe('a round of the reconciler', () => {
  it('asks nothing more while nothing is red or unhealthy', async () => {
    const { world, calls } = asked(configured({ components: { web: withMemoryAlarm() } }), {
      [MEMORY]: 'OK',
    });
    expect(await reconcileAlarms(world)).toEqual({ done: [], problems: [], denials: [] });
    expect(calls).toEqual([]);
  });

  it('asks for the states of alarms only of unhealthy components that have some, and none that is red', async () => {
    const components = { web: { alarms: TWO }, api: withMemoryAlarm(), mail: {} };
    const { world, calls } = asked(configured({ components }), { [MEMORY]: 'ALARM', [CPU]: 'OK' });
    for (const name of ['web', 'api', 'mail']) await world.store.markUnhealthy(name);
    await reconcileAlarms(world);
    expect(calls.filter((call) => !call.startsWith('silent'))).toEqual([`states of ${memoryAlarm('api')}`]);
  });

  it('asks how long alarms have been silent only of components that have none in OK', async () => {
    const components = { web: { alarms: TWO }, api: withMemoryAlarm() };
    const { world, calls } = asked(configured({ components }), {
      ...{ [CPU]: 'OK', [MEMORY]: 'INSUFFICIENT_DATA', [memoryAlarm('api')]: 'INSUFFICIENT_DATA' },
    });
    for (const name of ['web', 'api']) await world.store.markUnhealthy(name);
    expect((await reconcileAlarms(world)).done).toEqual([
      'api: its alarms have had no data for long',
      'web: no alarm is red',
    ]);
    expect(calls).toEqual([
      `states of ${memoryAlarm('api')},${CPU},${MEMORY}`,
      `silent: ${memoryAlarm('api')}`,
    ]);
  });

  it('does not ask how long alarms have been silent where each component has one in OK', async () => {
    const { world, calls } = asked(configured({ components: { web: { alarms: TWO } } }), {
      ...{ [CPU]: 'OK', [MEMORY]: 'INSUFFICIENT_DATA' },
    });
    await world.store.markUnhealthy('web');
    expect((await reconcileAlarms(world)).done).toEqual(['web: no alarm is red']);
    expect(calls).toEqual([`states of ${CPU},${MEMORY}`]);
  });

  it('keeps the mark of a component one of whose alarms has turned red meanwhile', async () => {
    const { world } = asked(configured({ components: { web: { alarms: TWO } } }), {
      ...{ [CPU]: 'OK', [MEMORY]: 'ALARM' },
    });
    world.alarms.inAlarm = async () => new Map();
    await world.store.markUnhealthy('web');
    expect((await reconcileAlarms(world)).done).toEqual([]);
    expect(await unhealthyIn(world)).toEqual(['web']);
  });

  it.each([
    ['not where only alarms decide', withMemoryAlarm(), []],
    ['where diagnosis may have refused', withMemoryAlarm({ dependsOn: ['db'] }), ['refusals of web']],
  ])('reads what a red component was refused for: %s', async (_, web, expected) => {
    const { world, calls } = asked(configured({ components: { web, db: {} } }), { [MEMORY]: 'ALARM' });
    await reconcileAlarms(world);
    expect(calls.filter((call) => call.startsWith('refusals'))).toEqual(expected);
  });

  it('reads it where diagnosis may have refused one of two red alarms', async () => {
    const strategies = [{ trigger: { metrics: ['memory'] } }];
    const web = { alarms: TWO, dependsOn: ['db'] };
    const { world, calls } = asked(configured({ components: { web, db: {} }, strategies }), {
      ...{ [CPU]: 'ALARM', [MEMORY]: 'ALARM' },
    });
    await reconcileAlarms(world);
    expect(calls.filter((call) => call.startsWith('refusals'))).toEqual(['refusals of web']);
  });

  it('does not look for incidents where nothing depends on anything', async () => {
    const { world, calls } = asked(configured({ components: { web: withMemoryAlarm(), api: {} } }));
    await world.store.markUnhealthy('api');
    await reconcileAlarms(world);
    expect(calls.filter((call) => call.startsWith('boards'))).toEqual([]);
  });

  it('writes no queue where nobody waits, and nobody has', async () => {
    const { world, calls } = asked(configured({ components: { web: withMemoryAlarm() } }), {
      [MEMORY]: 'ALARM',
    });
    await reconcileAlarms(world);
    expect(world.events.signals).toHaveLength(1);
    expect(calls).not.toContain('queue');
  });
});

describe('a part of a round that fails', () => {
  const LOST = () => Promise.reject(new Error('lost'));
  const red = () =>
    asked(configured({ components: { web: withMemoryAlarm() } }), { [MEMORY]: 'ALARM' }).world;

  it('is named: an alarm that cannot be handed back', async () => {
    const world = red();
    Object.assign(world.events, { signal: LOST });
    expect((await reconcileAlarms(world)).problems).toEqual(['alarms of web: Error: lost']);
  });

  it('is named: the queue that cannot be written', async () => {
    const settings = { maxConcurrentRepairs: 1 };
    const components = { web: withMemoryAlarm(), api: withMemoryAlarm() };
    const { world } = asked(configured({ settings, components }), {
      ...{ [MEMORY]: 'ALARM', [memoryAlarm('api')]: 'ALARM' },
    });
    Object.assign(world.store, { keepQueue: LOST });
    expect((await reconcileAlarms(world)).problems).toEqual(['the queue of repairs: Error: lost']);
  });

  it('is named: incidents', async () => {
    const components = { web: withMemoryAlarm({ dependsOn: ['db'] }), db: {} };
    const { world } = asked(configured({ components }));
    const { readFleet } = world.store;
    let reads = 0;
    Object.assign(world.store, {
      readFleet: async () => {
        reads += 1;
        return reads === 1 ? await readFleet() : await LOST();
      },
    });
    expect((await reconcileAlarms(world)).problems).toEqual(['incidents: Error: lost']);
  });
});
