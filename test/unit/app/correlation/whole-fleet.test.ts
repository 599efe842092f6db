import { describe, expect, it } from 'vitest';
import { closeIncidents } from '../../../../functions/app/correlation/close-incidents.ts';
import { joinIncident, mayCallPeople } from '../../../../functions/app/correlation/join-incident.ts';
import { createRound } from '../../../../functions/app/recover/round.ts';
import type { IncidentBoard } from '../../../../functions/core/correlation/correlated-incident.ts';
import { join } from '../../../../functions/core/correlation/join.ts';
import { withCall } from '../../../../functions/core/correlation/person-call.ts';
import { configuredGraph } from '../../../../functions/core/diagnosis/dependency-graph.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const HEALTHY = { unhealthy: [], inFlight: [] };

function worldOf(
  components: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  settings: Readonly<Record<string, unknown>> = { graph: { discover: ['xray'] } },
): World {
  return createWorld(configured({ settings, components }));
}

const whole = (world: World) => boardOf(world, '*');
async function boardOf(world: World, name: string): Promise<IncidentBoard> {
  const [board] = await world.correlation.readBoards([name]);
  if (!board) throw new Error('no board');
  return board;
}
const faults = ({ incidents }: IncidentBoard) => incidents.map(({ atFault }) => atFault).sort();

/** As an earlier version or configuration kept it. */
async function keep(world: World, name: string, ...components: readonly string[]) {
  const graph = configuredGraph(world.configuration.components);
  for (const component of components) {
    const joined = join(await boardOf(world, name), { alert: alertOf(component), nowMs: NOON }, graph);
    await world.correlation.saveBoard({
      ...joined.board,
      revision: (await boardOf(world, name)).revision + 1,
    });
  }
}

async function round(world: World, red: readonly string[] = []) {
  const { attempt, done, problems } = createRound();
  await closeIncidents(world, HEALTHY, new Set(red), attempt);
  expect(problems).toEqual([]);
  return done;
}

const COMPONENTS = { api: withMemoryAlarm(), web: withMemoryAlarm() };

describe('the board of a neighbourhood', () => {
  const fleetOf = (...names: readonly string[]) =>
    Object.fromEntries(
      names.map((name, index) => {
        const dependsOn = names.slice(index + 1, index + 2);
        return [name, withMemoryAlarm({ dependsOn })] as const;
      }),
    );
  /** The same records, once another configuration is deployed. */
  const redeployed = (world: World, ...names: readonly string[]): World => ({
    ...world,
    configuration: {
      ...world.configuration,
      components: configured({ components: fleetOf(...names) }).components,
    },
  });

  it('is found although the component that it was named after is no longer configured', async () => {
    const world = worldOf(fleetOf('api', 'db', 'web'), {});
    await round(world);
    await joinIncident(world, { alert: alertOf('web') });
    expect(faults(await boardOf(world, 'api'))).toEqual(['web']);
    world.clock.now += 120_000;
    const next = redeployed(world, 'db', 'web');
    expect(await round(next, ['web'])).toEqual([]);
    expect(faults(await boardOf(world, 'db'))).toEqual(['web']);
    expect((await boardOf(world, 'api')).incidents).toEqual([]);
    expect(await world.correlation.readBoardNames()).toEqual(['api', 'db']);
    await round(next, ['web']);
    expect(await world.correlation.readBoardNames()).toEqual(['db']);
  });

  it('waits for no recovery of a component that is no longer configured', async () => {
    const world = worldOf(fleetOf('api', 'db', 'web'), {});
    await keep(world, 'api', 'web', 'db');
    world.clock.now += 120_000;
    expect(await round(redeployed(world, 'api', 'web'), ['api'])).toEqual([
      expect.stringContaining('is over'),
    ]);
  });
});

describe('the board of a whole fleet', () => {
  it('stays where it is when a component is added that sorts first', async () => {
    const world = worldOf(COMPONENTS);
    await joinIncident(world, { alert: alertOf('web') });
    const { components } = configured({ components: { aaa: withMemoryAlarm(), ...COMPONENTS } });
    const next = { ...world, configuration: { ...world.configuration, components } };
    expect(faults(await whole(next))).toEqual(['web']);
    world.clock.now += 120_000;
    expect(await round(next)).toEqual([expect.stringContaining('is over')]);
  });

  it('takes over what version 0.2.0 kept under the name of the first component, and ends it', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, 'api', 'web');
    world.clock.now += 120_000;
    expect(await round(world, ['web'])).toEqual([]);
    expect(faults(await whole(world))).toEqual(['web']);
    expect((await boardOf(world, 'api')).incidents).toEqual([]);
    expect(await round(world)).toEqual([expect.stringContaining('is over')]);
    expect(await world.correlation.listEnded(0, 5)).toMatchObject([{ atFault: 'web' }]);
  });

  it('hands its incidents back to the neighbourhoods when the graph is switched off', async () => {
    const dependent = { ...COMPONENTS, web: withMemoryAlarm({ dependsOn: ['api'] }) };
    const lone = withMemoryAlarm({ targets: { instanceIds: ['i-0a1b2c3d4e5f6ffff'] } });
    const world = worldOf({ ...dependent, lone }, {});
    await keep(world, '*', 'web', 'lone');
    world.clock.now += 10_000;
    await round(world, ['web', 'lone']);
    expect(faults(await boardOf(world, 'api'))).toEqual(['web']);
    expect((await whole(world)).incidents).toEqual([]);
    expect(await world.correlation.listEnded(0, 5)).toMatchObject([{ atFault: 'lone' }]);
  });

  it('closes its incidents even where those of former boards cannot be moved', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, '*', 'web');
    await keep(world, 'api', 'api');
    world.clock.now += 120_000;
    const { saveBoard } = world.correlation;
    let writes = 0;
    Object.assign(world.correlation, {
      saveBoard: async (board: IncidentBoard) => {
        writes += 1;
        if (writes === 1) throw new StoreUnavailable('throttled');
        return await saveBoard(board);
      },
    });
    const { attempt, done, problems } = createRound();
    await closeIncidents(world, HEALTHY, new Set(), attempt);
    expect(problems).toEqual([
      expect.stringContaining('incidents of an earlier configuration: StoreUnavailable'),
    ]);
    expect(done).toEqual([expect.stringContaining('is over')]);
    expect((await boardOf(world, 'api')).incidents).toHaveLength(1);
    expect(await round(world)).toEqual([expect.stringContaining('is over')]);
  });

  it('ends nothing on a former one whose incidents an alert kept from being moved', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, 'api', 'web');
    world.clock.now += 120_000;
    const { saveBoard } = world.correlation;
    Object.assign(world.correlation, {
      saveBoard: async (board: IncidentBoard) => board.neighbourhood !== '*' && (await saveBoard(board)),
    });
    expect(await round(world)).toEqual([]);
    expect(faults(await boardOf(world, 'api'))).toEqual(['web']);
    Object.assign(world.correlation, { saveBoard });
    expect(await round(world)).toEqual([expect.stringContaining('is over')]);
  });

  it('closes its incidents even where it is not known which boards were in use before', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, '*', 'web');
    world.clock.now += 120_000;
    const readBoardNames = () => Promise.reject(new StoreUnavailable('throttled'));
    const { attempt, done, problems } = createRound();
    const correlation = { ...world.correlation, readBoardNames };
    await closeIncidents({ ...world, correlation }, HEALTHY, new Set(), attempt);
    expect(problems).toEqual(['boards of an earlier configuration: StoreUnavailable: throttled']);
    expect(done).toEqual([expect.stringContaining('is over')]);
  });

  it('is not written as long as its incidents go on', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, '*', 'web');
    await round(world, ['web']);
    const { revision } = await whole(world);
    await round(world, ['web']);
    expect((await whole(world)).revision).toBe(revision);
  });

  it('reads a former one again that could not be read', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, 'api', 'web');
    const { readBoards } = world.correlation;
    Object.assign(world.correlation, {
      readBoards: async (names: readonly string[]) => {
        if (names.includes('api')) throw new StoreUnavailable('the board of api is damaged');
        return await readBoards(names);
      },
    });
    const { attempt, problems } = createRound();
    await closeIncidents(world, HEALTHY, new Set(['web']), attempt);
    expect(problems).toEqual(['incidents around api: StoreUnavailable: the board of api is damaged']);
    Object.assign(world.correlation, { readBoards });
    await round(world, ['web']);
    expect(faults(await whole(world))).toEqual(['web']);
  });

  it('has its name put on record once', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, 'api', 'web');
    const { saveBoardNames } = world.correlation;
    const saved: (readonly string[])[] = [];
    Object.assign(world.correlation, {
      saveBoardNames: async (names: readonly string[]) => {
        saved.push(names);
        await saveBoardNames(names);
      },
    });
    await round(world, ['web']);
    await round(world, ['web']);
    expect(saved).toEqual([['*']]);
  });

  it('is not emptied on the former one if an alert changes the new one meanwhile', async () => {
    const world = worldOf(COMPONENTS);
    await keep(world, 'api', 'web');
    const { saveBoard } = world.correlation;
    Object.assign(world.correlation, { saveBoard: async () => false });
    await round(world, ['web']);
    Object.assign(world.correlation, { saveBoard });
    expect(faults(await boardOf(world, 'api'))).toEqual(['web']);
    await round(world, ['web']);
    expect(faults(await whole(world))).toEqual(['web']);
  });

  it('reads former boards until they are empty, and then no longer', async () => {
    const world = worldOf(COMPONENTS);
    const asked: (readonly string[])[] = [];
    const { readBoards } = world.correlation;
    Object.assign(world.correlation, {
      readBoards: async (names: readonly string[]) => {
        asked.push(names);
        return await readBoards(names);
      },
    });
    await round(world);
    await round(world);
    expect(asked).toEqual([['*', 'api', 'web'], ['*']]);
  });
});

describe('a board that is full', () => {
  const MANY = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`c${index}`, { targets: { custom: `c${index}` } }]),
  );

  async function fullWorld() {
    const world = worldOf({ ...MANY, ...COMPONENTS, db: withMemoryAlarm({ excluded: true }) });
    const graph = configuredGraph(world.configuration.components);
    const full = Object.keys(MANY).reduce<IncidentBoard>(
      (board, component) => join(board, { alert: alertOf(component), nowMs: NOON }, graph).board,
      { neighbourhood: '*', revision: 0, incidents: [] },
    );
    return { world, full };
  }

  it('takes no further alert, which stays apart', async () => {
    const { world, full } = await fullWorld();
    await world.correlation.saveBoard({ ...full, revision: 1 });
    expect(await joinIncident(world, { alert: alertOf('web') })).toBeUndefined();
    expect((await whole(world)).revision).toBe(1);
  });

  it('has people called once about what is at fault, and not for each alert that stays apart', async () => {
    const { world, full } = await fullWorld();
    await world.correlation.saveBoard({ ...full, revision: 1 });
    const atFault = { component: 'db', sinceMs: NOON };
    expect(await mayCallPeople(world, 'web', atFault)).toBe(true);
    const { incidentId = '' } = full.incidents[0] ?? {};
    const called = withCall({ ...full, revision: 1 }, incidentId, 'db', { status: 'CALLED', atMs: NOON + 1 });
    await world.correlation.saveBoard(called);
    expect(await mayCallPeople(world, 'web', atFault)).toBe(false);
  });
});

describe('a board that others keep changing', () => {
  it.each([
    ['a repair that was admitted no longer than a second', 'op-1', 1_000],
    ['an alert that begins no repair a few seconds', undefined, 8_000],
  ])('keeps %s', async (_, operationId, forMs) => {
    const world = worldOf(COMPONENTS);
    Object.assign(world.clock, {
      sleep: async (ms: number) => {
        world.clock.now += ms;
      },
    });
    Object.assign(world.correlation, { saveBoard: async () => false });
    const startedAtMs = world.clock.now;
    const sighting = { alert: alertOf('web'), ...(operationId !== undefined && { operationId }) };
    expect(await joinIncident(world, sighting)).toBeUndefined();
    const tookMs = world.clock.now - startedAtMs;
    expect(tookMs).toBeGreaterThan(forMs - 400);
    expect(tookMs).toBeLessThanOrEqual(forMs);
  });
});
