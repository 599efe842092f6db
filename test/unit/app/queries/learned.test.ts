import { describe, expect, it } from 'vitest';
import { learnedStanding } from '../../../../functions/app/queries/learned.ts';
import { configured } from '../../../factories/configuration.ts';
import { repaired } from '../../../factories/operations/repeated-repairs.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const RESTART = { id: 'restart', interchangeable: 'repair', cooldownSeconds: 0 };
const STOP = {
  ...{ id: 'stop', interchangeable: 'repair', cooldownSeconds: 0 },
  actions: [{ type: 'clear_temp_files' }, { type: 'graceful_stop' }],
};

const configuredWith = (strategies: readonly Readonly<Record<string, unknown>>[]) =>
  configured({ settings: { learning: { mode: 'suggest' } }, strategies });

/** `stop` repairs what `restart` does not. */
async function taught(): Promise<World> {
  const world = createWorld(configuredWith([RESTART, STOP]));
  for (let lesson = 0; lesson < 8; lesson += 1) {
    await repaired(world, 'restart', false);
    await repaired(world, 'stop', true);
  }
  return world;
}

describe('what was learned', () => {
  it('names the actions of each strategy in their order', async () => {
    const { procedures } = await learnedStanding(await taught());
    const steps = procedures.map(({ strategyId, steps }) => [strategyId, steps]);
    expect(Object.fromEntries(steps)).toEqual({
      restart: ['start_component'],
      stop: ['clear_temp_files', 'graceful_stop'],
    });
  });

  it('names no actions of a strategy that is no longer configured', async () => {
    const world = await taught();
    const configuration = configuredWith([RESTART]);
    const { procedures, preferences } = await learnedStanding({ ...world, configuration });
    const steps = procedures.map(({ strategyId, steps }) => [strategyId, steps]);
    expect(Object.fromEntries(steps)).toEqual({ restart: ['start_component'], stop: [] });
    expect(preferences).toEqual([]);
  });

  it('prefers a strategy for each fault that it is better against, once', async () => {
    const world = await taught();
    const listOutcomes: typeof world.learning.listOutcomes = async (sinceMs) =>
      (await world.learning.listOutcomes(sinceMs)).flatMap((operation) => [
        operation,
        {
          ...operation,
          operationId: `${operation.operationId}-again`,
          diagnosis: { ...operation.diagnosis, rootCause: 'another cause' },
        },
      ]);
    const { procedures, preferences } = await learnedStanding({
      ...world,
      learning: { ...world.learning, listOutcomes },
    });
    const [cause] = procedures.map((each) => each.cause).filter((each) => each !== 'another cause');
    expect(
      preferences.map(({ preferred, over }) => [preferred.cause, preferred.strategyId, over.strategyId]),
    ).toEqual(
      expect.arrayContaining([
        [cause, 'stop', 'restart'],
        ['another cause', 'stop', 'restart'],
      ]),
    );
    expect(preferences).toHaveLength(2);
  });
});
