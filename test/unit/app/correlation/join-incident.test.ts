import { describe, expect, it } from 'vitest';
import { closeIncidents } from '../../../../functions/app/correlation/close-incidents.ts';
import { joinIncident } from '../../../../functions/app/correlation/join-incident.ts';
import { createRound } from '../../../../functions/app/recover/round.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { NotPermitted, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const CALLERS = Array.from({ length: 11 }, (_, index) => `caller-${index}`);

/** Eleven components that depend on a database that nothing here can heal. */
function worldOf(database: Readonly<Record<string, unknown>> = { excluded: true }): World {
  const world = createWorld(
    configured({
      settings: { maxConcurrentRepairs: 20 },
      components: {
        database: withMemoryAlarm(database),
        ...Object.fromEntries(CALLERS.map((name) => [name, withMemoryAlarm({ dependsOn: ['database'] })])),
        lone: withMemoryAlarm({ targets: { instanceIds: ['i-0a1b2c3d4e5f6ffff'] } }),
      },
    }),
  );
  return withoutWaits(world);
}

/** Evidence is never late; a conflict is tried again at once. */
function withoutWaits(world: World): World {
  const sleep = (ms: number) => (ms < 1_000 ? Promise.resolve() : new Promise<void>(() => undefined));
  return { ...world, clock: Object.assign(world.clock, { sleep }) };
}

const alarmed = (world: World, component: string) =>
  triage(world, signalEvent({ component, metric: 'memory' }, `${component}-is-unhealthy`));

function goRed(world: World, component: string): void {
  world.alarms.named.set(memoryAlarm(component), 'ALARM');
  world.alarms.since.set(memoryAlarm(component), NOON);
}

const boardOf = async (world: World) => (await world.correlation.readBoards(['caller-0']))[0];

/** Two neighbourhoods, an incident in each, long enough ago to be over. */
async function twoIncidents(): Promise<World> {
  const [here, there] = ['i-0a1b2c3d4e5f6aaaa', 'i-0a1b2c3d4e5f6bbbb'].map((id) => ({
    targets: { instanceIds: [id] },
  }));
  const world = createWorld(
    configured({
      components: {
        api: withMemoryAlarm({ ...here, dependsOn: ['batch'] }),
        batch: withMemoryAlarm(here),
        shop: withMemoryAlarm({ ...there, dependsOn: ['stock'] }),
        stock: withMemoryAlarm(there),
      },
    }),
  );
  await alarmed(world, 'batch');
  await alarmed(world, 'stock');
  world.clock.now += 120_000;
  return world;
}

/** What was done, or the problems. */
async function closed(world: World, ...which: readonly [Fleet, ReadonlySet<string>]) {
  const round = createRound();
  await closeIncidents(world, ...which, round.attempt);
  return [...round.done, ...round.problems];
}
type Fleet = Parameters<typeof closeIncidents>[1];

const calls = ({ notifier }: World) => notifier.sent.filter(({ body }) => body['kind'] === 'cause-elsewhere');

describe('alerts of many components with one at fault', () => {
  it('make one incident and call people once, even if all are triaged at the same time', async () => {
    const world = worldOf();
    goRed(world, 'database');
    await Promise.all([...CALLERS, 'database'].map((component) => alarmed(world, component)));
    const board = await boardOf(world);
    expect(board?.incidents).toHaveLength(1);
    expect(Object.keys(board?.incidents[0]?.components ?? {}).sort()).toEqual(
      [...CALLERS, 'database'].sort(),
    );
    expect(board?.incidents[0]).toMatchObject({ atFault: 'database' });
    expect(calls(world)).toHaveLength(1);
    expect(calls(world)[0]?.body).toMatchObject({ atFault: 'database', incidentId: expect.any(String) });
  });

  it('call people again if the function that was calling them died', async () => {
    const world = worldOf();
    goRed(world, 'database');
    await new Promise<void>((asked) => {
      const notify = () => {
        asked();
        return new Promise<void>(() => undefined);
      };
      void triage(
        { ...world, notifier: { notify } },
        signalEvent({ component: 'caller-0', metric: 'memory' }, 's'),
      );
    });
    await alarmed(world, 'caller-1');
    expect(calls(world)).toHaveLength(0);
    world.clock.now += 60_000;
    await alarmed(world, 'caller-2');
    expect(calls(world)).toHaveLength(1);
    world.clock.now += 600_000;
    await alarmed(world, 'caller-3');
    expect(calls(world)).toHaveLength(1);
  });

  it('call people at the next try if they could not be reached', async () => {
    const world = worldOf();
    goRed(world, 'database');
    const failing = {
      ...world,
      notifier: { notify: () => Promise.reject(new StoreUnavailable('throttled')) },
    };
    const signal = signalEvent({ component: 'caller-0', metric: 'memory' }, 's');
    await expect(triage(failing, signal)).rejects.toThrow(StoreUnavailable);
    await triage(world, signal);
    expect(calls(world)).toHaveLength(1);
  });

  it('call people once about it, though some of them suffer from another fault as well', async () => {
    const world = withoutWaits(
      createWorld(
        configured({
          settings: { maxConcurrentRepairs: 20 },
          components: {
            bank: withMemoryAlarm({ excluded: true }),
            database: withMemoryAlarm({}),
            payments: withMemoryAlarm({ dependsOn: ['bank', 'database'] }),
            orders: withMemoryAlarm({ dependsOn: ['bank'] }),
            gateway: withMemoryAlarm({ dependsOn: ['bank'] }),
          },
        }),
      ),
    );
    goRed(world, 'bank');
    goRed(world, 'database');
    for (const component of ['database', 'payments', 'orders', 'gateway']) await alarmed(world, component);
    expect(calls(world)).toMatchObject([{ body: { component: 'payments', atFault: 'bank' } }]);
  });

  it('still heal and notify people if incidents cannot be kept', async () => {
    const broken = worldOf({});
    const unavailable = () => Promise.reject(new StoreUnavailable('throttled'));
    const world = { ...broken, correlation: { ...broken.correlation, readBoards: unavailable } };
    expect(await alarmed(world, 'database')).toMatchObject({ decision: 'heal' });

    const other = worldOf();
    goRed(other, 'database');
    const denied = () =>
      Promise.reject(new NotPermitted({ action: 'dynamodb:BatchGetItem', role: 'triage' }));
    await alarmed({ ...other, correlation: { ...other.correlation, readBoards: denied } }, 'caller-0');
    expect(calls(other)).toHaveLength(1);
    expect(await other.store.listDenials()).toMatchObject([{ action: 'dynamodb:BatchGetItem' }]);
  });
});

describe('an incident that is joined', () => {
  const sighting = { alert: alertOf('database') };

  it('does not hide a defect of the program as a store that is unavailable', async () => {
    const world = worldOf();
    const defect = () => Promise.reject(new TypeError('a defect'));
    const broken = { ...world.correlation, readBoards: defect };
    await expect(joinIncident({ ...world, correlation: broken }, sighting)).rejects.toThrow('a defect');
    const { configuration } = world;
    const settings = { ...configuration.settings, graph: { sources: ['xray'] } as never };
    const discovered = { ...world.discovered, readGraph: defect };
    const asking = { ...world, discovered, configuration: { ...configuration, settings } };
    await expect(joinIncident(asking, sighting)).rejects.toThrow('a defect');
  });

  it('is none where the record of the neighbourhood cannot be found', async () => {
    const world = worldOf();
    const correlation = { ...world.correlation, readBoards: async () => [] };
    expect(await joinIncident({ ...world, correlation }, sighting)).toBeUndefined();
  });
});

describe('an incident on record', () => {
  it('names the operation that heals its cause, and ends when all components have recovered', async () => {
    const world = worldOf({});
    const decision = await alarmed(world, 'database');
    await alarmed(world, 'caller-0');
    const operationId = decision.decision === 'heal' ? decision.operationId : '';
    expect((await boardOf(world))?.incidents).toMatchObject([
      { operationIds: [operationId], acknowledgedAtMs: world.clock.now },
    ]);

    world.clock.now += 120_000;
    const unhealthy = { unhealthy: ['caller-0'], inFlight: [] };
    expect(await closed(world, unhealthy, new Set())).toEqual([]);
    expect(await closed(world, { unhealthy: [], inFlight: ['database'] }, new Set())).toEqual([]);
    const healthy = { unhealthy: [], inFlight: [] };
    expect(await closed(world, healthy, new Set(['caller-0']))).toEqual([]);
    expect(await closed(world, healthy, new Set())).toHaveLength(1);
    expect(await world.correlation.listEnded(0, 10)).toMatchObject([
      { resolvedAtMs: world.clock.now, operationIds: [operationId] },
    ]);
    expect(await closed(world, healthy, new Set())).toEqual([]);
  });

  it('ends though the board of another neighbourhood is damaged', async () => {
    const world = await twoIncidents();
    const { readBoards } = world.correlation;
    Object.assign(world.correlation, {
      readBoards: async (names: readonly string[]) => {
        if (names.includes('api')) throw new StoreUnavailable('the board of api is damaged');
        return await readBoards(names);
      },
    });
    expect(await closed(world, { unhealthy: [], inFlight: [] }, new Set())).toEqual([
      expect.stringContaining('is over'),
      expect.stringContaining('incidents around api: StoreUnavailable'),
    ]);
  });

  it('ends though another cannot be kept', async () => {
    const world = await twoIncidents();
    const { keepEnded } = world.correlation;
    Object.assign(world.correlation, {
      keepEnded: async (incident: Parameters<typeof keepEnded>[0]) => {
        if (incident.components['batch'] !== undefined) throw new StoreUnavailable('too large');
        await keepEnded(incident);
      },
    });
    const healthy = { unhealthy: [], inFlight: [] };
    expect(await closed(world, healthy, new Set())).toEqual([
      expect.stringMatching(/^incident \S+ is over$/),
      'incidents around api: StoreUnavailable: too large',
    ]);
    expect(await world.correlation.listEnded(0, 10)).toMatchObject([{ atFault: 'stock' }]);
  });

  it('stays open for a while after the last alert of a component that no alarm and no peer observes', async () => {
    const components = { api: withMemoryAlarm({ dependsOn: ['batch'] }), batch: {} };
    const world = createWorld(configured({ components }));
    await alarmed(world, 'batch');
    const healthy = { unhealthy: [], inFlight: [] };
    world.clock.now += 26 * 60_000;
    expect(await closed(world, healthy, new Set())).toEqual([]);
    world.clock.now += 4 * 60_000 - 1;
    expect(await closed(world, healthy, new Set())).toEqual([]);
    world.clock.now += 1;
    expect(await closed(world, healthy, new Set())).toHaveLength(1);
  });

  it('is tried again ever later while others write it, for a second before a repair and longer otherwise', async () => {
    const world = worldOf({});
    const waits = async (sighting: object) => {
      const slept: number[] = [];
      const sleep = async (ms: number) => {
        slept.push(ms);
        world.clock.now += ms;
      };
      const deps = {
        ...world,
        clock: { nowMs: world.clock.nowMs, sleep },
        random: () => 1,
        correlation: { ...world.correlation, saveBoard: async () => false },
      };
      const alert = alertOf('database', { occurredAtMs: world.clock.now });
      expect(await joinIncident(deps, { alert, ...sighting })).toBeUndefined();
      return slept;
    };
    expect(await waits({ operationId: 'op' })).toEqual([30, 60, 120, 240, 400]);
    const longer = await waits({});
    expect(longer.slice(0, 6)).toEqual([30, 60, 120, 240, 400, 400]);
    expect(longer.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(8_000);
    expect(longer.reduce((sum, ms) => sum + ms, 400)).toBeGreaterThan(8_000);
  });

  it('costs no request for a component without neighbours', async () => {
    const world = worldOf();
    const never = () => Promise.reject(new Error('asked'));
    const correlation = { ...world.correlation, readBoards: never, saveBoard: never };
    expect(await alarmed({ ...world, correlation }, 'lone')).toMatchObject({ decision: 'heal' });
    expect(
      await joinIncident({ ...world, correlation }, { alert: { component: 'lone' } as never }),
    ).toBeUndefined();
  });
});
