import { describe, expect, it } from 'vitest';
import { learnedLines } from '../../../../cli/presenters/learned.ts';
import { changeLearned } from '../../../../functions/app/operate/change-learned.ts';
import { learnedStanding } from '../../../../functions/app/queries/learned.ts';
import type { Forgotten } from '../../../../functions/core/learning/forgotten.ts';
import { configured } from '../../../factories/configuration.ts';
import { repaired } from '../../../factories/operations/repeated-repairs.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';
import { recordedContext } from '../../cli/output.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `stop` repairs what `restart` does not. */
async function taught(learning: Readonly<Record<string, unknown>> = {}): Promise<World> {
  const world = createWorld(
    configured({
      settings: { learning: { mode: 'suggest', ...learning } },
      strategies: [
        { id: 'restart', interchangeable: 'repair', cooldownSeconds: 0 },
        { id: 'stop', interchangeable: 'repair', cooldownSeconds: 0, actions: [{ type: 'graceful_stop' }] },
      ],
    }),
  );
  for (let lesson = 0; lesson < 8; lesson += 1) {
    await repaired(world, 'restart', false);
    await repaired(world, 'stop', true);
  }
  return world;
}

const keysOf = async (world: World) =>
  (await learnedStanding(world)).procedures.map(({ key }) => key).toSorted();

describe('what was learned', () => {
  it('appears with the steps of its strategy, and what it suggests', async () => {
    const world = await taught();
    const standing = await learnedStanding(world);
    expect(standing.procedures).toMatchObject([
      { strategyId: expect.any(String), kind: 'host', steps: [expect.any(String)] },
      { strategyId: expect.any(String), kind: 'host', steps: [expect.any(String)] },
    ]);
    const text = learnedLines(recordedContext(), standing, world.clock.now).join('\n');
    expect(text).toMatch(/^Learning: suggest, 2 patterns$/m);
    expect(text).toMatch(/^stop · host · .* graceful_stop +100.0 % .* 8 LASTING$/m);
    expect(text).toMatch(/^Suggested\nstop before restart against .*: 100.0 % .* against 0.0 % /m);
  });

  it('can be forgotten as a whole and restored, both confirmed by reading it back', async () => {
    const world = await taught();
    const [restart = '', stop = ''] = await keysOf(world);
    const reset = await changeLearned(world, { kind: 'reset', patterns: 'all' }, 'ana');
    expect(reset).toEqual({ outcome: 'changed', backupId: '0', changed: [restart, stop] });
    expect(await keysOf(world)).toEqual([]);
    const text = learnedLines(recordedContext(), await learnedStanding(world), world.clock.now).join('\n');
    expect(text).toMatch(/^0: before a reset at .* by ana$/m);
    const back = await changeLearned(world, { kind: 'restore', backupId: '0' }, 'ben');
    expect(back).toEqual({ outcome: 'changed', backupId: '1', changed: [restart, stop] });
    expect(await keysOf(world)).toEqual([restart, stop]);
  });

  it('can be forgotten pattern by pattern, and nothing else with it', async () => {
    const world = await taught();
    const [restart = '', stop = ''] = await keysOf(world);
    const reset = await changeLearned(world, { kind: 'reset', patterns: [restart] }, 'ana');
    expect(reset).toMatchObject({ outcome: 'changed', changed: [restart] });
    expect(await keysOf(world)).toEqual([stop]);
  });

  it('loses, when refreshed, what was not used within a half-life', async () => {
    const world = await taught({ halfLifeDays: 3 });
    const [restart = '', stop = ''] = await keysOf(world);
    world.clock.now += 4 * DAY_MS;
    await repaired(world, 'stop', true);
    expect(await changeLearned(world, { kind: 'refresh' }, 'ana')).toMatchObject({ changed: [restart] });
    expect(await keysOf(world)).toEqual([stop]);
    expect(await changeLearned(world, { kind: 'refresh' }, 'ana')).toEqual({ outcome: 'nothing-to-forget' });
  });

  it('loses, when refreshed, what no longer succeeds', async () => {
    const world = await taught();
    for (let lesson = 0; lesson < 10; lesson += 1) await repaired(world, 'stop', false);
    const [, stop = ''] = await keysOf(world);
    const { drifts } = await learnedStanding(world);
    expect(drifts).toMatchObject([{ kind: 'FALLING_SUCCESS', severity: 'HIGH', patterns: [stop] }]);
    expect(await changeLearned(world, { kind: 'refresh' }, 'ana')).toMatchObject({ changed: [stop] });
  });

  it('stays as it is for a pattern or backup that does not exist, and for a change that was overtaken', async () => {
    const world = await taught();
    const unknown = { kind: 'reset', patterns: ['none · host · nothing'] } as const;
    expect(await changeLearned(world, unknown, 'ana')).toEqual({ outcome: 'nothing-to-forget' });
    expect(await changeLearned(world, { kind: 'restore', backupId: '7' }, 'ana')).toEqual({
      outcome: 'unknown-backup',
    });
    const learning = { ...world.learning, saveForgotten: async () => false };
    const reset = { kind: 'reset', patterns: 'all' } as const;
    expect(await changeLearned({ ...world, learning }, reset, 'ana')).toEqual({ outcome: 'overtaken' });
    expect(await keysOf(world)).toHaveLength(2);
  });

  it('does not count as changed if reading it back shows something else', async () => {
    const world = await taught();
    const learning = { ...world.learning, saveForgotten: async () => true };
    const reset = { kind: 'reset', patterns: 'all' } as const;
    expect(await changeLearned({ ...world, learning }, reset, 'ana')).toMatchObject({
      ...{ outcome: 'not-confirmed', unexpected: await keysOf(world) },
    });
  });

  it('is kept by a refresh until a whole half-life has passed since its last use', async () => {
    const world = await taught({ halfLifeDays: 3 });
    const { procedures } = await learnedStanding(world);
    world.clock.now = Math.min(...procedures.map(({ lastUsedMs }) => lastUsedMs)) + 3 * DAY_MS;
    expect(await changeLearned(world, { kind: 'refresh' }, 'ana')).toEqual({ outcome: 'nothing-to-forget' });
    world.clock.now += 1;
    expect(await changeLearned(world, { kind: 'refresh' }, 'ana')).toMatchObject({ outcome: 'changed' });
  });

  it('is marked as forgotten by a refresh, and nothing else is, where most of it is stale', async () => {
    const world = await taught({ halfLifeDays: 3 });
    const keys = await keysOf(world);
    world.clock.now += 4 * DAY_MS;
    expect((await learnedStanding(world)).drifts).toMatchObject([{ kind: 'STALE_PATTERNS' }]);
    expect(await changeLearned(world, { kind: 'refresh' }, 'ana')).toMatchObject({ changed: keys });
    expect(Object.keys((await world.learning.readForgotten()).untilMs).toSorted()).toEqual(keys);
  });
});

describe('a change of what was learned', () => {
  /** Saves what `instead` makes of it, and says that it was saved. */
  const saving = (world: World, instead: (after: Forgotten) => Promise<Forgotten | undefined>) => ({
    ...world,
    learning: {
      ...world.learning,
      saveForgotten: async (given: Forgotten) => {
        const after = await instead(given);
        if (after) await world.learning.saveForgotten(after);
        return true;
      },
    },
  });

  it('is not confirmed if it also changed what it was not meant to', async () => {
    const world = await taught();
    const [restart = '', stop = ''] = await keysOf(world);
    const deps = saving(world, async (after) => {
      await repaired(world, 'stop', true);
      return after;
    });
    expect(await changeLearned(deps, { kind: 'reset', patterns: [restart] }, 'ana')).toEqual({
      ...{ outcome: 'not-confirmed', backupId: '0', unexpected: [stop] },
    });
  });

  it('is not confirmed if all was to be forgotten, and something is learned meanwhile', async () => {
    const world = await taught();
    const [, stop = ''] = await keysOf(world);
    const deps = saving(world, async (after) => {
      await repaired(world, 'stop', true);
      return after;
    });
    expect(await changeLearned(deps, { kind: 'reset', patterns: 'all' }, 'ana')).toMatchObject({
      ...{ outcome: 'not-confirmed', unexpected: [stop] },
    });
  });

  it('is not confirmed if a backup was not restored, or another person changed it instead', async () => {
    const world = await taught();
    await changeLearned(world, { kind: 'reset', patterns: 'all' }, 'ana');
    const restore = { kind: 'restore', backupId: '0' } as const;
    const unsaved = saving(world, async () => undefined);
    expect(await changeLearned(unsaved, restore, 'ana')).toEqual({
      ...{ outcome: 'not-confirmed', backupId: '1', unexpected: [] },
    });
    const byBen = saving(world, async (after) => ({
      ...after,
      backups: after.backups.map((backup) => ({ ...backup, by: 'ben' })),
    }));
    expect(await changeLearned(byBen, restore, 'ana')).toMatchObject({ outcome: 'not-confirmed' });
  });
});
