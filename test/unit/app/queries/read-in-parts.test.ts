import { describe, expect, it } from 'vitest';
import { baselineStandings } from '../../../../functions/app/queries/baselines.ts';
import { periodRecords } from '../../../../functions/app/queries/period-records.ts';
import { whyNotHealed } from '../../../../functions/app/queries/why-not-healed.ts';
import { baselineShardOf } from '../../../../functions/core/analysis/baseline.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, withStore } from '../../../factories/ports/world.ts';

const DAY_MS = 86_400_000;
const MOST = 10_000;

it('the baselines of a large fleet are read a hundred records at a time, each once', async () => {
  const anomalies = { errors: { namespace: 'Shop', metricName: 'Errors', dimensions: { A: 'b' } } };
  const names = Array.from({ length: 400 }, (_, index) => `web-${index}`);
  const configuration = configured({
    components: Object.fromEntries(names.map((name) => [name, { anomalies }])),
  });
  const read: (readonly number[])[] = [];
  const baselines = {
    readShards: async (shards: readonly number[]) => {
      read.push(shards);
      return new Map();
    },
  };
  const standings = await baselineStandings({ baselines, configuration } as never);
  expect(standings).toHaveLength(names.length);
  const shards = [...new Set(names.map(baselineShardOf))];
  expect(read.flat().toSorted()).toEqual(shards.toSorted());
  expect(read.map(({ length }) => length)).toEqual([100, shards.length - 100]);
});

describe('the records of a period', () => {
  const operation = (component: string, startedAtMs = NOON) => ({
    ...{ operationId: `${component}-${startedAtMs}`, component, startedAtMs },
  });

  /** What is found of a day, and what the store was asked for. */
  async function found({
    operations = [] as object[],
    observations = [] as object[],
    refusals = 0,
    days = 1,
  } = {}) {
    const asked: unknown[] = [];
    const world = withStore(createWorld(configured({ components: { web: {} } })), {
      listOperations: async (...of) => {
        asked.push(['operations', ...of]);
        return operations as never;
      },
      listObservations: async (...of) => {
        asked.push(['observations', ...of]);
        return observations.map((one) => ({ operation: one })) as never;
      },
      listRefusals: async (...of) => {
        asked.push(['refusals', ...of]);
        return Array.from({ length: refusals }, () => ({ component: of[0] })) as never;
      },
      listSteps: async (operationId) => [{ operationId }] as never,
      readFleet: async () => ({ unhealthy: ['web'] }) as never,
    });
    return { asked, records: await periodRecords(world, { days }) };
  }

  it('are read from a day before it, of every component that is configured or on record', async () => {
    const { asked, records } = await found({
      operations: [operation('old')],
      observations: [operation('seen')],
    });
    const fromMs = NOON - 2 * DAY_MS;
    expect(asked).toEqual([
      ['operations', MOST, fromMs],
      ['observations', MOST, fromMs],
      ...['web', 'old', 'seen'].map((name) => ['refusals', name, MOST, fromMs]),
    ]);
    expect(records).toMatchObject({ components: ['web'], unhealthy: ['web'], isCut: false });
    expect((await found({ days: 100_000 })).asked[0]).toEqual(['operations', MOST, 0]);
  });

  it('have the steps only of operations that began in it', async () => {
    const operations = [operation('web', NOON - DAY_MS), operation('web', NOON - DAY_MS - 1)];
    const { records } = await found({ operations });
    expect(records.steps).toEqual([{ operationId: `web-${NOON - DAY_MS}` }]);
    expect(records.operations).toHaveLength(2);
  });

  it.each<[Parameters<typeof found>[0], boolean]>([
    [{ refusals: MOST }, true],
    [{ refusals: MOST - 1 }, false],
    [{ observations: Array.from({ length: MOST }, () => operation('web')) }, true],
    [{ observations: Array.from({ length: MOST - 1 }, () => operation('web')) }, false],
  ])('are cut where one kind of them has more than are read (%#)', async (place, isCut) => {
    expect((await found(place)).records.isCut).toBe(isCut);
  });
});

it('why a component is not healed has the pause that is in force, and no other', async () => {
  const world = createWorld();
  const pause = { reason: 'release', sinceMs: NOON, untilMs: NOON + 60_000 };
  expect(await whyNotHealed(world, { component: 'web', limit: 5 })).not.toHaveProperty('pause');
  await world.store.setPause(pause, NOON);
  expect(await whyNotHealed(world, { component: 'web', limit: 5 })).toMatchObject({ atMs: NOON, pause });
  world.clock.now = NOON + 60_000;
  expect(await whyNotHealed(world, { component: 'web', limit: 5 })).not.toHaveProperty('pause');
});
