import { describe, expect, it } from 'vitest';
import { closeIncidents } from '../../../../functions/app/correlation/close-incidents.ts';
import { joinIncident, noteCalled } from '../../../../functions/app/correlation/join-incident.ts';
import { createRound } from '../../../../functions/app/recover/round.ts';
import { NotPermitted, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const HEALTHY = { unhealthy: [], inFlight: [] };
const PAIR = { api: withMemoryAlarm({ dependsOn: ['batch'] }), batch: withMemoryAlarm() };
const LOST = () => Promise.reject(new StoreUnavailable('lost'));

const joined = (world: World, component = 'batch', more: object = {}) =>
  joinIncident(world, { alert: alertOf(component, { occurredAtMs: world.clock.now }), ...more });

async function closed(world: World) {
  const round = createRound();
  await closeIncidents(world, HEALTHY, new Set(), round.attempt);
  return [...round.done, ...round.problems];
}

/** With these parts of the store of incidents. */
const withBoards = (world: World, parts: Partial<World['correlation']>): World => ({
  ...world,
  correlation: { ...world.correlation, ...parts },
});

describe('the board of a neighbourhood', () => {
  it('is not written where an alert says nothing new', async () => {
    const world = createWorld(configured({ components: PAIR }));
    const first = await joined(world);
    expect(first).toBeDefined();
    expect(await joined(withBoards(world, { saveBoard: LOST }))).toEqual(first);
  });

  it('is not written in a round that ends no incident', async () => {
    const world = createWorld(configured({ components: PAIR }));
    await joined(world);
    const round = createRound();
    const reading = withBoards(world, { saveBoard: LOST });
    await closeIncidents(reading, { unhealthy: ['batch'], inFlight: [] }, new Set(), round.attempt);
    expect(round.problems).toEqual([]);
  });

  it('is tried once, however long the dependencies took to read', async () => {
    const world = createWorld(configured({ components: PAIR }));
    const { configuration } = world;
    const readGraph = async () => {
      world.clock.now += 9_000;
      return undefined;
    };
    const settings = { ...configuration.settings, graph: { sources: ['xray'] } as never };
    const late = { ...world, configuration: { ...configuration, settings } };
    Object.assign(late, { discovered: { ...world.discovered, readGraph } });
    expect(await joined(late)).toBeDefined();
  });

  it('is tried again until its time is up, at the last moment as well', async () => {
    const world = createWorld(configured({ components: PAIR }));
    let saves = 0;
    const saveBoard = async () => {
      saves += 1;
      world.clock.now += 970;
      return false;
    };
    const sleep = async (ms: number) => {
      world.clock.now += ms;
    };
    const contended = {
      ...withBoards(world, { saveBoard }),
      clock: Object.assign(world.clock, { sleep }),
      random: () => 1,
    };
    expect(await joined(contended, 'batch', { operationId: 'op' })).toBeUndefined();
    expect(saves).toBe(2);
  });

  it('is written again after a conflict to note that people have been called', async () => {
    const world = createWorld(configured({ components: PAIR }));
    await joined(world, 'batch', { cause: { component: 'batch', confidence: 0.9 } });
    const { saveBoard } = world.correlation;
    let saves = 0;
    const contended = withBoards(world, {
      saveBoard: async (board) => {
        saves += 1;
        return saves > 1 && (await saveBoard(board));
      },
    });
    Object.assign(contended.clock, { sleep: async () => undefined });
    await noteCalled(contended, 'batch', 'batch', true);
    expect(saves).toBe(2);
  });
});

describe('an incident whose dependencies cannot be read', () => {
  async function unread(error: Error) {
    const world = createWorld(configured({ components: PAIR }));
    const { configuration } = world;
    const settings = { ...configuration.settings, graph: { sources: ['xray'] } as never };
    const readGraph = () => Promise.reject(error);
    const blind = { ...world, configuration: { ...configuration, settings } };
    Object.assign(blind, { discovered: { ...world.discovered, readGraph } });
    return { incident: await joined(blind), denials: await world.store.listDenials() };
  }

  it('is kept by what is declared', async () => {
    expect(await unread(new StoreUnavailable('lost'))).toMatchObject({
      ...{ incident: { components: { batch: {} } }, denials: [] },
    });
  });

  it('is kept as well where they may not be read, which is noted', async () => {
    const { incident, denials } = await unread(
      new NotPermitted({ action: 'dynamodb:GetItem', role: 'triage' }),
    );
    expect(incident).toMatchObject({ components: { batch: {} } });
    expect(denials).toMatchObject([{ action: 'dynamodb:GetItem' }]);
  });
});

describe('the incidents of an earlier configuration', () => {
  it('are over as soon as their component is no longer configured', async () => {
    const before = createWorld(configured({ components: PAIR }));
    await joined(before);
    const components = { api: withMemoryAlarm({ dependsOn: ['stock'] }), stock: withMemoryAlarm() };
    const world = { ...before, configuration: configured({ components }) };
    world.clock.now += 120_000;
    expect(await closed(world)).toEqual([expect.stringMatching(/^incident \S+ is over$/)]);
  });

  it('have the names of their boards put on record, also where some are already', async () => {
    const other = { shop: withMemoryAlarm({ dependsOn: ['stock'] }), stock: withMemoryAlarm() };
    const apart = (id: string, components: object) =>
      Object.fromEntries(
        Object.entries(components).map(([name, fields]) => [
          name,
          { ...fields, targets: { instanceIds: [id] } },
        ]),
      );
    const components = { ...apart('i-0a1b2c3d4e5f6aaaa', PAIR), ...apart('i-0a1b2c3d4e5f6bbbb', other) };
    const world = createWorld(configured({ components }));
    await world.correlation.saveBoardNames(['api']);
    expect(await closed(world)).toEqual([]);
    expect(await world.correlation.readBoardNames()).toEqual(['api', 'shop']);
  });

  it('are looked for again after a round that could not', async () => {
    const world = createWorld(configured({ components: PAIR }));
    const blind = withBoards(world, { readBoardNames: LOST });
    const problems = ['boards of an earlier configuration: StoreUnavailable: lost'];
    expect(await closed(blind)).toEqual(problems);
    expect(await closed(blind)).toEqual(problems);
  });
});
