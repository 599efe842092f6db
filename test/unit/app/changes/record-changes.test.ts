import { describe, expect, it } from 'vitest';
import { recordChanges } from '../../../../functions/app/changes/record-changes.ts';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import type { ChangeEvent } from '../../../../functions/core/change/change-event.ts';
import { configured, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;

/** A component that is healed from the third minute to the fifth. */
async function healed() {
  const world = createWorld(
    configured({
      components: { web: withMemoryAlarm({ changes: {} }) },
      strategies: [{ cooldownSeconds: 0 }],
    }),
  );
  world.clock.now = NOON + 3 * MINUTE_MS + 500;
  const operation = await admitted(world, { origin: 'manual' });
  const { operationId } = operation;
  return {
    world,
    operationId,
    ends: async () => {
      world.clock.now = NOON + 5 * MINUTE_MS;
      await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    },
    /** The operation to which a deployment of this minute is attributed. */
    deployed: async (minute: number, more: Partial<ChangeEvent> = {}) => {
      const changeId = `d-${minute}`;
      const event: ChangeEvent = {
        ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId, phase: 'started' },
        ...{ atMs: NOON + minute * MINUTE_MS, summary: 'a deployment', ...more },
      };
      await recordChanges(world, [event]);
      const found = await world.changes.listChanges('web', 0);
      return found.find((one) => one.changeId === changeId)?.operationId;
    },
  };
}

describe('a deployment by means that Selfheal uses as well', () => {
  it('belongs to the repair if it began during it, even in the very second of its start', async () => {
    const run = await healed();
    expect(await run.deployed(3)).toBe(run.operationId);
    expect(await run.deployed(4)).toBe(run.operationId);
  });

  it('does not belong to the repair if it began before, though it is reported meanwhile', async () => {
    expect(await (await healed()).deployed(2)).toBeUndefined();
  });

  it('does not belong to the repair if it began before, though an earlier repair was longer ago', async () => {
    const world = createWorld(
      configured({
        components: { web: withMemoryAlarm({ changes: {} }) },
        strategies: [{ cooldownSeconds: 0 }],
      }),
    );
    const first = await admitted(world, { origin: 'manual' });
    await conclude(world, { ...inputOf(first), state: 'COMPLETED' });
    world.clock.now = NOON + 10 * MINUTE_MS;
    await admitted(world, { origin: 'manual' });
    const between: ChangeEvent = {
      ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId: 'd-1', phase: 'started' },
      ...{ atMs: NOON + 5 * MINUTE_MS, summary: 'a deployment' },
    };
    const decision = await recordChanges(world, [between]);
    expect(decision).toEqual({ decision: 'observe', detail: 'web: a deployment started' });
    const [change] = await world.changes.listChanges('web', 0);
    expect(change).not.toHaveProperty('operationId');
  });

  it('belongs to the repair if it began during it, though it is reported afterwards', async () => {
    const run = await healed();
    await run.ends();
    expect(await run.deployed(4)).toBe(run.operationId);
  });

  it('does not belong to the repair if it began afterwards', async () => {
    const run = await healed();
    await run.ends();
    expect(await run.deployed(6)).toBeUndefined();
  });

  it('keeps its first attribution when it is delivered again', async () => {
    const run = await healed();
    expect(await run.deployed(4)).toBe(run.operationId);
    await run.ends();
    expect(await run.deployed(4)).toBe(run.operationId);
  });
});

describe('a deployment of CodeDeploy', () => {
  const GROUP = 'shop/production';
  const BACK = { type: 'rollback_deployment', params: { by: 'code_deploy' }, timeoutSeconds: 300 };

  /** Three components of one deployment group, of which `web` is being healed. */
  async function delivered(actions: readonly object[], resource = GROUP) {
    const fields = { codeDeploy: GROUP, changes: {} };
    const world = createWorld(
      configured({
        components: { api: fields, web: withMemoryAlarm(fields), shop: fields },
        strategies: [
          { components: ['web'], actions },
          { id: 'another', components: ['shop'], actions: [BACK] },
        ],
      }),
    );
    const { operationId } = await admitted(world, { origin: 'manual' });
    const event = (component: string): ChangeEvent => ({
      ...{ component, source: 'codedeploy', kind: 'deployment', changeId: 'd-1', resource, phase: 'started' },
      ...{ atMs: NOON + MINUTE_MS, summary: 'a deployment' },
    });
    await recordChanges(world, [event('web'), event('shop')]);
    const found = async (component: string) =>
      (await world.changes.listChanges(component, 0)).map((one) => one.operationId);
    return { operationId, web: await found('web'), shop: await found('shop') };
  }

  it('belongs to a repair that has CodeDeploy go back, on every component of the group', async () => {
    const { operationId, web, shop } = await delivered([BACK]);
    expect(web).toEqual([operationId]);
    expect(shop).toEqual([operationId]);
  });

  it('belongs to a repair one of whose actions has CodeDeploy go back', async () => {
    const { operationId, web } = await delivered([{ type: 'start_component' }, BACK]);
    expect(web).toEqual([operationId]);
  });

  it('does not belong to a repair that does something else, or to another group', async () => {
    expect((await delivered([{ type: 'start_component' }])).web).toEqual([undefined]);
    expect((await delivered([BACK], 'shop/staging')).web).toEqual([undefined]);
  });
});

describe('a change beside a repair', () => {
  it.each(['ecs', 'lambda', 'ssm', 'autoscaling', 'rds'] as const)(
    'belongs to it if it is reported by %s, which actions use',
    async (source) => {
      const run = await healed();
      expect(await run.deployed(4, { source })).toBe(run.operationId);
    },
  );

  it('belongs to it if it is dated up to a second before its start, and not if it is earlier', async () => {
    const run = await healed();
    const startedAtMs = NOON + 3 * MINUTE_MS + 500;
    expect(await run.deployed(1, { atMs: startedAtMs - 1_000 })).toBeUndefined();
    expect(await run.deployed(2, { atMs: startedAtMs - 999 })).toBe(run.operationId);
  });

  it('belongs to it up to its end', async () => {
    const run = await healed();
    await run.ends();
    expect(await run.deployed(5)).toBe(run.operationId);
    expect(await run.deployed(6, { atMs: NOON + 5 * MINUTE_MS + 1 })).toBeUndefined();
  });

  it('costs no look at operations while the component is being healed', async () => {
    const run = await healed();
    const listOperations = () => Promise.reject(new Error('asked'));
    Object.assign(run.world.store, { listOperations });
    expect(await run.deployed(4)).toBe(run.operationId);
  });

  it('costs no look at operations if none had begun', async () => {
    const run = await healed();
    const listOperations = () => Promise.reject(new Error('asked'));
    Object.assign(run.world.store, { listOperations });
    expect(await run.deployed(2)).toBeUndefined();
  });

  it('belongs to no repair of which no beginning is on record', async () => {
    const run = await healed();
    const { readComponents } = run.world.store;
    Object.assign(run.world.store, {
      readComponents: async (names: readonly string[]) =>
        (await readComponents(names)).map((record) => ({ ...record, attemptsMs: {} })),
    });
    expect(await run.deployed(4)).toBeUndefined();
  });

  it('is looked for among the operations since an hour before the latest that had begun', async () => {
    const run = await healed();
    await run.ends();
    run.world.clock.now = NOON + 50 * MINUTE_MS;
    const later = await admitted(run.world, { origin: 'manual' });
    await conclude(run.world, { ...inputOf(later), state: 'COMPLETED' });
    const asked: unknown[] = [];
    const { listOperations } = run.world.store;
    Object.assign(run.world.store, {
      listOperations: async (limit: number, sinceMs: number) => {
        asked.push([limit, sinceMs]);
        return await listOperations(limit, sinceMs);
      },
    });
    await run.deployed(60);
    expect(asked).toEqual([[200, NOON - 10 * MINUTE_MS]]);
  });

  it('does not belong to the repair of another component at that time', async () => {
    const world = createWorld(
      configured({
        components: {
          web: withMemoryAlarm({ changes: {} }),
          api: { targets: { instanceIds: ['i-0123456789abcdef1'] } },
        },
      }),
    );
    const first = await admitted(world, { origin: 'manual' });
    world.clock.now += MINUTE_MS;
    await conclude(world, { ...inputOf(first), state: 'COMPLETED' });
    world.clock.now += MINUTE_MS;
    await admitted(world, { origin: 'manual', component: 'api' });
    await recordChanges(world, [
      {
        ...{ component: 'web', source: 'ecs', kind: 'deployment', changeId: 'd-1', phase: 'started' },
        ...{ atMs: NOON + 3 * MINUTE_MS, summary: 'a deployment' },
      },
    ]);
    const [change] = await world.changes.listChanges('web', 0);
    expect(change).not.toHaveProperty('operationId');
  });
});

it('two changes of one report belong each to the repair of its own component', async () => {
  const world = createWorld(
    configured({
      components: {
        web: withMemoryAlarm({ changes: {} }),
        api: { changes: {}, targets: { instanceIds: ['i-0123456789abcdef1'] } },
      },
    }),
  );
  const { operationId } = await admitted(world, { origin: 'manual', component: 'api' });
  const event = (component: string): ChangeEvent => ({
    ...{ component, source: 'ecs', kind: 'deployment', changeId: 'd-1', phase: 'started' },
    ...{ atMs: NOON + MINUTE_MS, summary: 'a deployment' },
  });
  expect(await recordChanges(world, [event('web'), event('api')])).toEqual({
    decision: 'observe',
    detail: 'web: a deployment started; api: a deployment started',
  });
  const of = async (component: string) => (await world.changes.listChanges(component, 0))[0]?.operationId;
  expect(await of('api')).toBe(operationId);
  expect(await of('web')).toBeUndefined();
});

it('what none of Selfheal’s actions can have made costs no look at operations', async () => {
  const world = createWorld();
  const readComponents = () => Promise.reject(new Error('asked'));
  const event: ChangeEvent = {
    ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'd-1', phase: 'started' },
    ...{ atMs: NOON, summary: 'a deployment' },
  };
  const deps = { ...world, store: { ...world.store, readComponents } };
  expect(await recordChanges(deps, [event])).toMatchObject({ decision: 'observe' });
});

it('a deployment of CodeDeploy that names no group costs no look at components', async () => {
  const world = createWorld();
  const readComponents = () => Promise.reject(new Error('asked'));
  const event: ChangeEvent = {
    ...{ component: 'web', source: 'codedeploy', kind: 'deployment', changeId: 'd-1', phase: 'started' },
    ...{ atMs: NOON, summary: 'a deployment' },
  };
  const deps = { ...world, store: { ...world.store, readComponents } };
  expect(await recordChanges(deps, [event])).toMatchObject({ decision: 'observe' });
});

it('a deployment that a pipeline reports belongs to no repair', async () => {
  expect(await (await healed()).deployed(4, { source: 'pipeline' })).toBeUndefined();
});
