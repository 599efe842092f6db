import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { NotPermitted, RequestRefused, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import type { OperationStore } from '../../../../functions/ports/operation-store.ts';
import { configured } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { admitted, createWorld, type World, withStore } from '../../../factories/ports/world.ts';

const alert = signalEvent({ component: 'web', metric: 'memory' });

describe('an alert among those of others', () => {
  /** A fleet in which each of the others is admitted just before another try to admit `web`. */
  function crowded(others: readonly string[], settings: Readonly<Record<string, unknown>>): World {
    const names = ['web', ...others];
    const components = Object.fromEntries(names.map((name) => [name, {}]));
    const world = createWorld(configured({ settings, components }));
    const left = [...others];
    const admit: OperationStore['admit'] = async (...asked) => {
      const component = left.shift();
      if (component !== undefined) await admitted(world, { component });
      return await world.store.admit(...asked);
    };
    return withStore(world, { admit });
  }

  it('begins a repair, however many of them come first, and reads its limits once', async () => {
    const world = crowded(['a', 'b', 'c'], { maxConcurrentRepairs: 4 });
    let reads = 0;
    const readLimits: OperationStore['readLimits'] = async (...of) => {
      reads += 1;
      return await world.store.readLimits(...of);
    };
    expect(await triage(withStore(world, { readLimits }), alert)).toMatchObject({ decision: 'heal' });
    expect(reads).toBe(1);
    const { limits } = await world.store.readLimits('web');
    expect(limits.fleet.inFlight).toEqual(['a', 'b', 'c', 'web']);
  });

  it('meets a refusal for the budget that they have used up (invariant 3)', async () => {
    const world = crowded(['a', 'b'], { maxConcurrentRepairs: 2 });
    expect(await triage(world, alert)).toMatchObject({ decision: 'refuse', reason: 'FLEET_BUSY' });
  });
});

describe('an alert that is refused', () => {
  const unhealthyIn = async (world: World) => (await world.store.readFleet()).unhealthy;

  it('keeps the report of a component that counts as unhealthy already, and makes none count', async () => {
    const world = createWorld(configured({ components: { web: { excluded: true } } }));
    const report = (signalId: string) =>
      triage(world, signalEvent({ component: 'web', metric: 'memory', origin: 'monitor' }, signalId));
    const reportsOf = async () => (await world.store.readLimits('web')).limits.component.reports?.by;
    expect(await report('first')).toMatchObject({ reason: 'EXCLUDED' });
    expect([await unhealthyIn(world), await reportsOf()]).toEqual([[], undefined]);
    await world.store.markUnhealthy('web');
    await report('second');
    expect([await unhealthyIn(world), await reportsOf()]).toEqual([['web'], ['monitor/memory']]);
  });

  it('has a component count as unhealthy once, however often it comes', async () => {
    const world = createWorld(
      configured({
        settings: { maxConcurrentRepairs: 1 },
        groups: { tier: { minHealthy: 1 } },
        components: { web: { group: 'tier' }, api: { group: 'tier' } },
      }),
    );
    await admitted(world, { component: 'api' });
    const marked: string[] = [];
    const markUnhealthy = async (component: string) => {
      marked.push(component);
      await world.store.markUnhealthy(component);
    };
    for (const id of ['first', 'second'])
      await triage(
        withStore(world, { markUnhealthy }),
        signalEvent({ component: 'web', metric: 'memory' }, id),
      );
    expect(marked).toEqual(['web']);
  });

  it.each([
    [
      'during a pause',
      async ({ store }: World) => await store.setPause({ reason: 'maintenance', sinceMs: NOON }, NOON),
    ],
    [
      'while it is being repaired',
      async (world: World) => {
        world.clock.now += 60_000;
        await admitted(world);
      },
    ],
  ])('makes no component count as unhealthy whose isolation is to be lifted: %s', async (_, hold) => {
    const { world, operation } = await isolatedHost({});
    await world.store.markHealthy('web');
    await hold(world);
    await world.store.markHealthy('web');
    const lift = {
      ...{ component: 'web', metric: 'isolation_limit', severity: 'WARNING' },
      lifts: operation.operationId,
    };
    expect(await triage(world, signalEvent(lift, 'by-hand'))).toMatchObject({ decision: 'refuse' });
    expect(await unhealthyIn(world)).toEqual([]);
  });
});

it('an alert in auto mode reads nothing of what was held back', async () => {
  const world = createWorld();
  const readHeldBack = () => Promise.reject(new Error('read'));
  expect(await triage(withStore(world, { readHeldBack }), alert)).toMatchObject({ decision: 'heal' });
});

describe('an alert that is delivered twice at once', () => {
  /** A world in which another delivery is always a moment faster, with how often each method was called. */
  function overtaken(mode: 'auto' | 'observe' | 'propose') {
    const world = createWorld(configured({ settings: { mode } }));
    const calls: string[] = [];
    const faster =
      <Method extends 'admit' | 'observe' | 'propose'>(name: Method) =>
      async (...of: Parameters<OperationStore[Method]>) => {
        calls.push(name);
        const method = world.store[name] as (...args: typeof of) => Promise<unknown>;
        if (calls.length === 1) await method(...of);
        return (await method(...of)) as never;
      };
    let reads = 0;
    const readLimits: OperationStore['readLimits'] = async (...of) => {
      reads += 1;
      return await world.store.readLimits(...of);
    };
    const racing = { admit: faster('admit'), observe: faster('observe'), propose: faster('propose') };
    const answer = () => triage(withStore(world, { ...racing, readLimits }), alert);
    return { world, calls, answer, reads: () => reads };
  }

  it('is answered with the operation that it has led to, without another try', async () => {
    const { world, calls, answer, reads } = overtaken('auto');
    const decision = await answer();
    expect(reads()).toBe(1);
    const [operation] = await world.store.listOperations(9);
    expect(decision).toMatchObject({ decision: 'heal', operationId: operation?.operationId });
    expect(calls).toEqual(['admit']);
    expect(await world.store.listOperations(9)).toHaveLength(1);
  });

  it.each(['observe', 'propose'] as const)('is held back once: %s', async (mode) => {
    const { world, calls, answer, reads } = overtaken(mode);
    expect(await answer()).toMatchObject({ decision: 'observe' });
    // What the other delivery has put on record is what it is answered with.
    expect(reads()).toBe(2);
    expect(calls).toEqual([mode]);
    const kept = mode === 'observe' ? world.store.listObservations(9) : world.store.listProposals(9);
    expect(await kept).toHaveLength(1);
  });
});

it.each(['observe', 'propose'] as const)(
  'an alert that comes alone is held back at the first try: %s',
  async (mode) => {
    const world = createWorld(configured({ settings: { mode } }));
    let reads = 0;
    const readLimits: OperationStore['readLimits'] = async (...of) => {
      reads += 1;
      return await world.store.readLimits(...of);
    };
    await triage(withStore(world, { readLimits }), alert);
    expect(reads).toBe(1);
  },
);

describe('an alert that must come several times before it is healed', () => {
  const waiting = () =>
    createWorld(
      configured({
        strategies: [{ trigger: { metrics: ['memory'], consecutiveFailures: 2 } }],
        components: { web: {} },
      }),
    );

  it('counts for its strategy, which the refusal names', async () => {
    const world = waiting();
    expect(await triage(world, alert)).toMatchObject({ reason: 'TRIGGER_PENDING' });
    expect(await world.store.listRefusals('web', 9)).toMatchObject([{ strategyId: 'restart' }]);
    expect((await world.store.readLimits('web')).limits.component.failuresMs).toEqual({ restart: [NOON] });
  });

  it('counts in another try when the limits changed meanwhile', async () => {
    const world = waiting();
    let tries = 0;
    const saveFailures: OperationStore['saveFailures'] = async (...of) => {
      tries += 1;
      return tries > 1 && (await world.store.saveFailures(...of));
    };
    expect(await triage(withStore(world, { saveFailures }), alert)).toMatchObject({
      reason: 'TRIGGER_PENDING',
    });
    expect(tries).toBe(2);
    expect((await world.store.readLimits('web')).limits.component.failuresMs).toEqual({ restart: [NOON] });
  });

  it('names no strategy where none is meant for it', async () => {
    const world = waiting();
    await triage(world, signalEvent({ component: 'web', metric: 'unheard-of' }));
    const [refusal] = await world.store.listRefusals('web', 9);
    expect(refusal).toMatchObject({ reason: 'NO_STRATEGY' });
    expect(refusal).not.toHaveProperty('strategyId');
  });
});

describe('an alert while the store fails', () => {
  /** A store whose limits can't be read the first times, or ever. */
  function failing(times: number, error: Error) {
    const world = createWorld();
    const readAtMs: number[] = [];
    const readLimits: OperationStore['readLimits'] = async (...of) => {
      readAtMs.push(world.clock.now);
      if (readAtMs.length <= times) throw error;
      return await world.store.readLimits(...of);
    };
    return { world: withStore(world, { readLimits }), readAtMs };
  }

  it('begins a repair when the store answers again within seconds', async () => {
    const { world } = failing(5, new StoreUnavailable('throttled'));
    expect(await triage(world, alert)).toMatchObject({ decision: 'heal' });
    expect(world.clock.now - NOON).toBeLessThan(5_000);
  });

  it('begins a repair with its first try, however late that is', async () => {
    const world = createWorld();
    const nowMs = () => {
      world.clock.now += 16_000;
      return world.clock.now;
    };
    const slow = { ...world, clock: { ...world.clock, nowMs } };
    expect(await triage(slow, alert)).toMatchObject({ decision: 'heal' });
  });

  it('asks ever less often, and not for ever', async () => {
    const { world, readAtMs } = failing(Number.POSITIVE_INFINITY, new StoreUnavailable('throttled'));
    expect(await triage(world, alert)).toMatchObject({ reason: 'LIMITS_UNKNOWN' });
    const pauses = readAtMs.slice(1).map((atMs, index) => atMs - (readAtMs[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(3);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(world.clock.now - NOON).toBeLessThan(30_000);
  });

  it.each([
    new NotPermitted({ action: 'dynamodb:BatchGetItem' }),
    new RequestRefused('too large'),
    new TypeError('item not decodable'),
  ])(
    'fails triage at once when waiting would not help, and is not passed off as a refusal: $name',
    async (error) => {
      const { world, readAtMs } = failing(1, error);
      await expect(triage(world, alert)).rejects.toBe(error);
      expect(readAtMs).toHaveLength(1);
      expect(await world.store.listRefusals('web', 9)).toEqual([]);
    },
  );
});
