import { describe, expect, it } from 'vitest';
import { diagnoseAlert } from '../../../../functions/app/diagnosis/diagnose-alert.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { memoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import type { World } from '../../../factories/ports/world.ts';
import { alarmed, changed, MINUTE_MS, operationOf, RESTART, redSince, worldOf } from './diagnosed-world.ts';

describe('the search for the change to roll back', () => {
  it.each([
    ['maintenance', 'ssm'],
    ['scaling', 'ecs'],
    ['configuration', 'appconfig'],
  ] as const)('picks the change that fits the cause, beside a later %s', async (kind, source) => {
    const world = worldOf();
    await changed(world, 'finished', 12, { changeId: 'run-1' });
    await changed(world, 'finished', 20, { changeId: 'run-0' });
    await changed(world, 'finished', 4, { changeId: 'later', kind, source, summary: 'later' });
    const blamed = kind === 'configuration' ? 'BAD_CONFIG' : 'BAD_DEPLOYMENT';
    const operation = await operationOf(world, await alarmed(world));
    expect(operation).toMatchObject({
      strategyId: kind === 'configuration' ? 'restart' : 'roll-back',
      alert: {
        causes: expect.arrayContaining([expect.objectContaining({ code: blamed })]),
        change: { changeId: kind === 'configuration' ? 'later' : 'run-1' },
      },
    });
  });

  it('names a change of another kind for people where no other can be to blame', async () => {
    const world = worldOf();
    await changed(world, 'finished', 4, { kind: 'maintenance', source: 'ssm', changeId: 'patch' });
    const operation = await operationOf(world, await alarmed(world));
    expect(operation).toMatchObject({ strategyId: 'restart', alert: { change: { changeId: 'patch' } } });
  });

  it.each(['maintenance', 'configuration'] as const)(
    'waits for %s in progress instead of rolling the deployment back',
    async (kind) => {
      const world = worldOf();
      await changed(world, 'finished', 9, { changeId: 'run-1' });
      await changed(world, 'started', 8, { changeId: 'other', kind, source: 'ssm', summary: 'other' });
      expect(await alarmed(world, redSince(world, 7))).toMatchObject({
        ...{ decision: 'refuse', reason: 'CHANGE_IN_PROGRESS', detail: expect.stringContaining('other') },
      });
    },
  );

  it.each([
    [{}, {}],
    [{ link: 'https://ci.example.com/run-1' }, { link: 'https://ci.example.com/run-1' }],
    [{ resource: 'shop/production' }, { resource: 'shop/production' }],
  ])('keeps what is known of the change, and nothing else: %j', async (more, known) => {
    const world = worldOf();
    await changed(world, 'finished', 12, more);
    const operation = await operationOf(world, await alarmed(world));
    expect(operation?.alert.change).toEqual({
      ...{ changeId: 'run-1', source: 'pipeline', kind: 'deployment', summary: 'v42' },
      ...{ startedAtMs: NOON - 12 * MINUTE_MS, isInProgress: false, ...known },
    });
  });

  it('goes far back if the alarm has been red since shortly after the change', async () => {
    const world = worldOf();
    await changed(world, 'finished', 600);
    const operation = await operationOf(world, await alarmed(world, redSince(world, 590)));
    expect(operation).toMatchObject({ strategyId: 'roll-back', alert: { change: { changeId: 'run-1' } } });
  });

  it('guesses nothing if earlier changes cannot be read', async () => {
    const world = worldOf();
    const { listChanges } = world.changes;
    Object.assign(world.changes, {
      listChanges: async (component: string, sinceMs: number) => {
        if (sinceMs < NOON - 5 * 60 * MINUTE_MS) throw new StoreUnavailable('throttled');
        return await listChanges(component, sinceMs);
      },
    });
    expect(await alarmed(world, redSince(world, 590))).toMatchObject({ reason: 'LIMITS_UNKNOWN' });
  });
});

describe('a surge of traffic, or throttling', () => {
  it.each(['requests', 'throttles'])('never leads to a restart, seen on %s', async (metric) => {
    const decision = await alarmed(worldOf([RESTART]), { metric });
    expect(decision).toMatchObject({
      decision: 'refuse',
      reason: 'NO_STRATEGY',
      detail: expect.stringContaining('makes it worse'),
    });
  });

  it('is recognised where diagnosis has nothing else to do', async () => {
    const world = worldOf([RESTART]);
    const decision = await triage(world, signalEvent({ component: 'plain', metric: 'throttles' }, 'plain'));
    expect(decision).toMatchObject({ reason: 'NO_STRATEGY' });
    const asked = { component: 'plain', metric: 'throttles', origin: 'manual' };
    expect(await triage(world, signalEvent(asked, 'asked'))).toMatchObject({ decision: 'heal' });
  });

  it('leads to a strategy that takes nothing down', async () => {
    const scale = {
      id: 'scale',
      trigger: { causes: ['TRAFFIC_SURGE'] },
      actions: [{ type: 'invoke_function', params: { function: 'scale-out', effect: 'none' } }],
    };
    const world = worldOf([RESTART, scale]);
    expect((await operationOf(world, await alarmed(world, { metric: 'requests' })))?.strategyId).toBe(
      'scale',
    );
  });
});

describe('diagnosis before admission', () => {
  const QUESTIONS = { looksElsewhere: true, judgesCauses: true };
  const isUnhealthy = async ({ store }: World) => (await store.readFleet()).unhealthy.includes('web');

  it('marks a component as unhealthy only if it is not to be healed', async () => {
    const world = worldOf();
    expect(await diagnoseAlert(world, alertOf('web'), QUESTIONS)).not.toHaveProperty('refusal');
    expect(await isUnhealthy(world)).toBe(false);
    await changed(world, 'started', 10);
    expect(await diagnoseAlert(world, alertOf('web'), QUESTIONS)).toHaveProperty('refusal');
    expect(await isUnhealthy(world)).toBe(true);
  });

  it('looks for nothing elsewhere unless it is asked to', async () => {
    const world = worldOf();
    world.alarms.named.set(memoryAlarm('database'), 'ALARM');
    world.alarms.since.set(memoryAlarm('database'), NOON);
    expect(
      await diagnoseAlert(world, alertOf('web'), { ...QUESTIONS, looksElsewhere: false }),
    ).toHaveProperty('alert.causes');
    expect(await diagnoseAlert(world, alertOf('web'), QUESTIONS)).toMatchObject({
      refusal: { reason: 'CAUSE_ELSEWHERE' },
    });
  });

  it('names nothing of a change that is not known', async () => {
    const world = worldOf();
    await changed(world, 'finished', 12);
    const diagnosed = await diagnoseAlert(world, alertOf('web'), QUESTIONS);
    expect('alert' in diagnosed && diagnosed.alert.change).toStrictEqual({
      ...{ changeId: 'run-1', source: 'pipeline', kind: 'deployment', summary: 'v42' },
      ...{ startedAtMs: NOON - 12 * MINUTE_MS, isInProgress: false },
    });
  });

  it('needs what is on record of operations only where changes are watched', async () => {
    const readComponents = () => Promise.reject(new StoreUnavailable('throttled'));
    const diagnosed = async (component: string) => {
      const world = worldOf();
      const store = { ...world.store, readComponents };
      return await diagnoseAlert({ ...world, store }, alertOf(component), QUESTIONS);
    };
    expect(await diagnosed('web')).toStrictEqual({
      refusal: { reason: 'LIMITS_UNKNOWN', detail: 'operations: StoreUnavailable: throttled' },
    });
    expect(await diagnosed('plain')).toHaveProperty('alert');
  });
});

it('diagnosis makes no request for changes or causes that no strategy asks for', async () => {
  const world = worldOf([RESTART]);
  const broken = {
    ...world,
    changes: { listChanges: () => Promise.reject(new Error('asked')), recordChange: async () => undefined },
    alarms: { ...world.alarms, redSince: () => Promise.reject(new Error('asked')) },
  };
  const decision = await triage(broken as World, signalEvent({ component: 'plain', metric: 'memory' }, 'x'));
  expect(decision).toMatchObject({ decision: 'heal' });
});
