import { describe, expect, it } from 'vitest';
import { operationStory } from '../../../../functions/app/queries/operation-story.ts';
import { periodRecords } from '../../../../functions/app/queries/period-records.ts';
import { recentOperations } from '../../../../functions/app/queries/recent-operations.ts';
import { timelineOf } from '../../../../functions/app/queries/timeline.ts';
import { whyNotHealed } from '../../../../functions/app/queries/why-not-healed.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { Operation, StepOutcome } from '../../../../functions/core/operation/operation.ts';
import { configured } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { conclusionOf } from '../../../factories/operations/admissions.ts';
import { admitted, createWorld, type World } from '../../../factories/ports/world.ts';

const DAY_MS = 86_400_000;

const twoComponents = () =>
  createWorld(
    configured({
      components: { web: {}, api: { targets: { instanceIds: ['i-0123456789abcdef1'] } } },
      strategies: [{ cooldownSeconds: 0 }],
    }),
  );

async function begun(world: World, operation: Operation, stepId: 'heal-0' | 'rollback-0'): Promise<void> {
  const step = {
    stepId,
    order: stepId === 'heal-0' ? 0 : 1_000_000,
    taskToken: 'secret-token',
    startedAtMs: world.clock.now,
    deadlineMs: world.clock.now + 60_000,
  };
  await world.store.beginStep(operation, step, world.clock.now + 60_000);
}

async function recorded(world: World, operation: Operation, outcome?: StepOutcome): Promise<void> {
  const { operationId, component } = operation;
  await world.store.recordStep({
    ...{ operationId, component, stepId: 'heal-0', action: 'start_component', onError: 'abort' },
    startedAtMs: world.clock.now,
    targets: ['i-0123456789abcdef0'],
    reference: { executor: 'run_command', id: 'command-1' },
    ...(outcome && { outcome, completedAtMs: world.clock.now + 4_000, detail: 'the service is active' }),
  });
}

async function ended(world: World, operation: Operation, tookMs = 30_000): Promise<void> {
  const completedAtMs = operation.startedAtMs + tookMs;
  await world.store.conclude(conclusionOf(operation, { completedAtMs }));
}

describe('the last operations', () => {
  it('can be limited to one component, or to one state', async () => {
    const world = twoComponents();
    const first = await admitted(world);
    await ended(world, first);
    world.clock.now += 60_000;
    const second = await admitted(world, { component: 'api' });
    const idsOf = async (filter: Omit<Parameters<typeof recentOperations>[1], 'limit'>) =>
      (await recentOperations(world, { limit: 10, ...filter })).operations.map(
        ({ operationId }) => operationId,
      );
    expect((await idsOf({})).toSorted()).toEqual([first.operationId, second.operationId].sort());
    expect(await idsOf({ component: 'web' })).toEqual([first.operationId]);
    expect(await idsOf({ state: 'HEALING' })).toEqual([second.operationId]);
    expect(await idsOf({ component: 'api', state: 'COMPLETED' })).toEqual([]);
  });

  it('say when older ones were not looked through', async () => {
    const world = twoComponents();
    const operation = await admitted(world);
    const store = { listOperations: async (limit: number) => Array.from({ length: limit }, () => operation) };
    expect(await recentOperations({ store }, { limit: 5, component: 'api' })).toMatchObject({
      operations: [],
      isCut: true,
    });
    expect((await recentOperations({ store }, { limit: 5, state: 'FAILED' })).isCut).toBe(true);
    expect((await recentOperations({ store }, { limit: 5 })).isCut).toBe(false);
  });
});

describe('the story of an operation', () => {
  it('has signal, admission, diagnosis, steps and end in order', async () => {
    const world = twoComponents();
    const operation = await admitted(world, { reason: 'leaks' });
    await begun(world, operation, 'heal-0');
    await recorded(world, operation, 'SUCCEEDED');
    await ended(world, operation);
    const story = await operationStory(world, operation.operationId);
    const timeline = story ? timelineOf(story) : [];
    expect(timeline.map(({ kind }) => kind)).toEqual(['signal', 'admission', 'diagnosis', 'step', 'end']);
    expect(timeline[0]).toMatchObject({ reason: 'leaks', metric: 'memory' });
    expect(timeline[3]).toMatchObject({
      ...{ stepId: 'heal-0', phase: 'heal', action: 'start_component', outcome: 'SUCCEEDED', tookMs: 4_000 },
      ...{ reference: 'command-1', targets: ['i-0123456789abcdef0'], detail: 'the service is active' },
    });
    expect(timeline[4]).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS', tookMs: 30_000 });
  });

  it('shows the step that is waited for, on record or not, and never its task token', async () => {
    const world = twoComponents();
    const operation = await admitted(world);
    await begun(world, operation, 'heal-0');
    const unrecorded = await operationStory(world, operation.operationId);
    expect(unrecorded?.steps).toMatchObject([
      { stepId: 'heal-0', action: 'start_component', isPending: true },
    ]);
    await recorded(world, operation);
    const story = await operationStory(world, operation.operationId);
    expect(story && timelineOf(story).at(-1)).toMatchObject({
      outcome: 'RUNNING',
      action: 'start_component',
    });
    expect(JSON.stringify([unrecorded, story])).not.toContain('secret-token');
  });

  it('calls a step that is no longer waited for abandoned, not running', async () => {
    const world = twoComponents();
    const operation = await admitted(world);
    await recorded(world, operation);
    await ended(world, operation);
    const story = await operationStory(world, operation.operationId);
    expect(story && timelineOf(story)[3]).toMatchObject({ outcome: 'ABANDONED' });
  });

  it('puts the failure before the undo steps that it led to', async () => {
    const world = twoComponents();
    const operation = await admitted(world);
    await recorded(world, operation, 'FAILED');
    await world.store.beginRollback(operation.operationId, { error: 'ActionFailed', cause: 'exit 1' }, []);
    world.clock.now += 5_000;
    await begun(world, operation, 'rollback-0');
    const story = await operationStory(world, operation.operationId);
    const timeline = story ? timelineOf(story).slice(3) : [];
    expect(timeline).toMatchObject([
      { kind: 'step', outcome: 'FAILED' },
      { kind: 'rollback', error: 'ActionFailed', cause: 'exit 1' },
      { kind: 'step', stepId: 'rollback-0', outcome: 'RUNNING' },
    ]);
  });

  it('does not exist for an operation that does not', async () => {
    expect(await operationStory(twoComponents(), '20260101T000000Z-000000000000')).toBeUndefined();
  });
});

describe('why a component was not healed', () => {
  it('lists refusals newest first, with the current standing', async () => {
    const world = twoComponents();
    await admitted(world);
    world.clock.now += 1_000;
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'second'));
    const why = await whyNotHealed(world, { component: 'web', limit: 5 });
    expect(why.refusals.map(({ reason }) => reason)).toEqual(['IN_PROGRESS']);
    expect(why.status).toMatchObject({ component: 'web', refusal: { reason: 'IN_PROGRESS' } });
  });

  it('knows the refusals of a name that is not a component', async () => {
    const world = twoComponents();
    await triage(world, signalEvent({ component: 'wbe', metric: 'memory' }));
    const why = await whyNotHealed(world, { component: 'wbe', limit: 5 });
    expect(why.refusals.map(({ reason }) => reason)).toEqual(['UNKNOWN_COMPONENT']);
    expect(why.status).toBeUndefined();
  });

  it('asks for no calendar of a window that lets through what is critical', async () => {
    const asked: string[] = [];
    const state = async (name: string) => {
      asked.push(name);
      return { state: 'CLOSED' } as const;
    };
    for (const exempt of [[], ['CRITICAL']]) {
      const windows = { releases: { calendars: [`changes-${exempt.length}`], exempt } };
      const world = createWorld(configured({ windows, components: { web: { window: 'releases' } } }));
      const { status } = await whyNotHealed(
        { ...world, calendars: { state } },
        { component: 'web', limit: 5 },
      );
      expect(status?.refusal?.reason).toBe(exempt.length > 0 ? undefined : 'OUTSIDE_WINDOW');
    }
    expect(asked).toEqual(['changes-0']);
  });

  it('does not mistake a property of every object for a component', async () => {
    expect(
      (await whyNotHealed(twoComponents(), { component: 'constructor', limit: 5 })).status,
    ).toBeUndefined();
  });
});

describe('the records of a period', () => {
  it('include the operations, steps, refusals and observations of its days and of the day before', async () => {
    const world = twoComponents();
    const early = await admitted(world);
    await recorded(world, early, 'SUCCEEDED');
    await ended(world, early);
    world.clock.now += 1.5 * DAY_MS;
    const operation = await admitted(world, { component: 'api' });
    await recorded(world, operation, 'SUCCEEDED');
    await triage(world, signalEvent({ component: 'api', metric: 'memory' }, 'second'));
    const records = await periodRecords(world, { days: 1 });
    expect(records).toMatchObject({
      ...{ sinceMs: world.clock.now - DAY_MS, untilMs: world.clock.now, isCut: false },
      ...{ components: ['api', 'web'], observations: [], refusals: [{ reason: 'IN_PROGRESS' }] },
      steps: [{ operationId: operation.operationId }],
    });
    expect(records.operations.map(({ component }) => component).toSorted()).toEqual(['api', 'web']);
    world.clock.now += 2 * DAY_MS;
    expect((await periodRecords(world, { days: 1 })).operations).toEqual([]);
  });

  it('say when there are more than can be read', async () => {
    const world = twoComponents();
    const operation = await admitted(world);
    const store = {
      ...world.store,
      listOperations: async (limit: number) => Array.from({ length: limit }, () => operation),
      listSteps: async () => [],
    };
    expect((await periodRecords({ ...world, store }, { days: 1 })).isCut).toBe(true);
  });
});
