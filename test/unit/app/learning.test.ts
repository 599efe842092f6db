import { describe, expect, it } from 'vitest';
import { consideredStrategies } from '../../../functions/app/learning/considered-strategies.ts';
import { readLearned } from '../../../functions/app/learning/read-learned.ts';
import { reconcileAlarms } from '../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../functions/app/triage/triage.ts';
import type { LearningSettings } from '../../../functions/core/learning/settings.ts';
import { StoreUnavailable } from '../../../functions/ports/errors.ts';
import { configured, memoryAlarm } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { alertOf, conclusionOf, NOON } from '../../factories/operations/admissions.ts';
import { repaired } from '../../factories/operations/repeated-repairs.ts';
import { admitted, createWorld, type World } from '../../factories/ports/world.ts';

const HOUR_MS = 3_600_000;
type Fields = Readonly<Record<string, unknown>>;

const STRATEGIES: readonly Fields[] = [
  { id: 'restart', interchangeable: 'repair', cooldownSeconds: 0 },
  { id: 'stop', interchangeable: 'repair', cooldownSeconds: 0, actions: [{ type: 'graceful_stop' }] },
];

function worldWith(learning: Partial<LearningSettings>, strategies: readonly Fields[] = STRATEGIES): World {
  return createWorld(configured({ settings: { learning }, strategies }));
}

/** `stop` repairs what `restart` does not. */
async function lessons(world: World): Promise<void> {
  for (let lesson = 0; lesson < 8; lesson += 1) {
    await repaired(world, 'restart', false);
    await repaired(world, 'stop', true);
  }
}

const nextStrategy = async (world: World, signal: Fields = {}) => (await admitted(world, signal)).strategyId;

describe('what was learned', () => {
  it('decides which interchangeable strategy comes first, where it is applied', async () => {
    const world = worldWith({ mode: 'apply' });
    await lessons(world);
    expect(await nextStrategy(world)).toBe('stop');
  });

  it('is what happened within four half-lives, or since the beginning of time', async () => {
    const since: number[] = [];
    const listOutcomes = async (sinceMs: number) => {
      since.push(sinceMs);
      return [];
    };
    for (const halfLifeDays of [10, 365]) {
      const world = worldWith({ mode: 'apply', halfLifeDays });
      await readLearned({ ...world, learning: { ...world.learning, listOutcomes } });
      world.clock.now = HOUR_MS;
      await readLearned({ ...world, learning: { ...world.learning, listOutcomes } });
    }
    expect(since).toEqual([NOON - 40 * 24 * HOUR_MS, 0, NOON - 4 * 365 * 24 * HOUR_MS, 0]);
  });

  it.each(['off', 'suggest'] as const)('is not even read with `mode: %s`', async (mode) => {
    const world = worldWith({ mode });
    await lessons(world);
    let reads = 0;
    const listOutcomes = async () => {
      reads += 1;
      return [];
    };
    const deps = { ...world, learning: { ...world.learning, listOutcomes } };
    expect(await nextStrategy(deps)).toBe('restart');
    expect(reads).toBe(0);
  });

  it('changes nothing where strategies are not interchangeable', async () => {
    const world = worldWith(
      { mode: 'apply' },
      STRATEGIES.map(({ interchangeable: _, ...strategy }) => strategy),
    );
    await lessons(world);
    expect(await nextStrategy(world)).toBe('restart');
  });

  it('does not overrule a person who names a strategy', async () => {
    const world = worldWith({ mode: 'apply' });
    await lessons(world);
    const listOutcomes = () => Promise.reject(new StoreUnavailable('throttled'));
    const unread = { ...world, learning: { ...world.learning, listOutcomes } };
    expect(await nextStrategy(unread, { strategy: 'restart' })).toBe('restart');
  });

  it('is not read for an alert that no strategy answers', async () => {
    const world = worldWith({ mode: 'apply' });
    const listOutcomes = () => Promise.reject(new StoreUnavailable('throttled'));
    const deps = { ...world, learning: { ...world.learning, listOutcomes } };
    expect(await triage(deps, signalEvent({ component: 'web', metric: 'cpu' }))).toMatchObject({
      ...{ decision: 'refuse', reason: 'NO_STRATEGY' },
    });
  });

  it('is not read where no strategy is left to choose from', async () => {
    const world = worldWith({ mode: 'apply' });
    const listOutcomes = () => Promise.reject(new StoreUnavailable('throttled'));
    const deps = { ...world, learning: { ...world.learning, listOutcomes } };
    expect(await consideredStrategies(deps, alertOf('web'), [])).toEqual({
      strategies: [],
      ineffective: new Map(),
    });
    await expect(consideredStrategies(deps, alertOf('web'))).rejects.toThrow('throttled');
  });

  it('excludes what people want forgotten', async () => {
    const world = worldWith({ mode: 'apply' });
    await lessons(world);
    await world.learning.saveForgotten({
      revision: 1,
      allUntilMs: world.clock.now,
      untilMs: {},
      backups: [],
    });
    expect(await nextStrategy(world)).toBe('restart');
  });

  it('refuses the signal if it cannot be read: what has no effect must not be tried once more', async () => {
    const world = worldWith({ mode: 'apply' });
    const listOutcomes = async () => {
      throw new StoreUnavailable('throttled');
    };
    const deps = { ...world, learning: { ...world.learning, listOutcomes } };
    expect(await triage(deps, signalEvent({ component: 'web', metric: 'memory' }))).toMatchObject({
      ...{ decision: 'refuse', reason: 'LIMITS_UNKNOWN', detail: expect.stringContaining('throttled') },
    });
  });
});

describe('a strategy without lasting effect', () => {
  const relapsing = { mode: 'apply', ineffectiveAfter: 3, relapseWithinSeconds: 3_600 } as const;
  const once: readonly Fields[] = [{ id: 'restart', cooldownSeconds: 0, maxAttempts: 20 }];

  /** Repairs succeed, and the fault is back each time after half an hour. */
  async function relapses(world: World, times: number): Promise<void> {
    for (let relapse = 0; relapse < times; relapse += 1) {
      const operation = await admitted(world);
      await world.store.conclude(conclusionOf(operation));
      world.clock.now += HOUR_MS / 2;
    }
  }
  const asked = async (world: World) =>
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, `at-${world.clock.now}`));

  it('gets no further try, though every repair succeeded, and people are notified once', async () => {
    const world = worldWith(relapsing, once);
    await relapses(world, 3);
    const refusal = {
      ...{ decision: 'refuse', reason: 'INEFFECTIVE', detail: 'restart: 3 repairs without lasting effect' },
      eligibleAtMs: NOON + HOUR_MS + 60_000 + HOUR_MS,
    };
    expect(await asked(world)).toEqual(refusal);
    world.clock.now += 1_000;
    expect(await asked(world)).toEqual(refusal);
    expect(world.notifier.sent.map(({ subject }) => subject)).toEqual([
      'Selfheal repairs web without lasting effect',
    ]);
  });

  it('gets another try once its last repair would have proved to last', async () => {
    const world = worldWith(relapsing, once);
    await relapses(world, 3);
    world.clock.now += HOUR_MS;
    expect(await nextStrategy(world)).toBe('restart');
  });

  it('gives way to the next one, without relaxing the mode of that', async () => {
    const ladder = (mode: string) => [
      { id: 'restart', cooldownSeconds: 0, maxAttempts: 20 },
      { id: 'stop', actions: [{ type: 'graceful_stop' }], mode },
    ];
    const world = worldWith(relapsing, ladder('auto'));
    await relapses(world, 3);
    expect(await nextStrategy(world)).toBe('stop');

    const cautious = worldWith(relapsing, ladder('propose'));
    await relapses(cautious, 3);
    expect(await asked(cautious)).toMatchObject({
      decision: 'observe',
      detail: expect.stringContaining('waits for an approval'),
    });
  });

  it('gets further tries where nothing that was learned is applied', async () => {
    const world = worldWith({ ...relapsing, mode: 'suggest' }, once);
    await relapses(world, 5);
    expect(await nextStrategy(world)).toBe('restart');
  });

  it('does not return to triage by the reconciler, once people were notified', async () => {
    const world = worldWith(relapsing, once);
    await relapses(world, 3);
    world.alarms.named.set(memoryAlarm(), 'ALARM');
    const handedBack = async () => (await reconcileAlarms(world)).done.length;
    expect(await handedBack()).toBe(1);
    await asked(world);
    expect(await handedBack()).toBe(0);
  });

  it('causes no reading by the reconciler while every strategy is refused anyway', async () => {
    const world = worldWith(
      { mode: 'apply' },
      STRATEGIES.map((strategy) => ({ ...strategy, cooldownSeconds: 300 })),
    );
    let reads = 0;
    const listOutcomes: typeof world.learning.listOutcomes = async (sinceMs) => {
      reads += 1;
      return await world.learning.listOutcomes(sinceMs);
    };
    const deps = { ...world, learning: { ...world.learning, listOutcomes } };
    const operation = await admitted(world);
    world.alarms.named.set(memoryAlarm(), 'ALARM');
    expect((await reconcileAlarms(deps)).done).toEqual([]);
    expect(reads).toBe(0);
    await world.store.conclude(conclusionOf(operation, { state: 'FAILED', result: 'FAILED' }));
    world.clock.now += HOUR_MS;
    expect(await reconcileAlarms(deps)).toMatchObject({ done: [expect.stringContaining('handed')] });
    expect(reads).toBe(1);
  });
});
