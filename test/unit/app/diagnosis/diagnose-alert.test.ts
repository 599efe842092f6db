import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { ChangeEvent, ChangePhase } from '../../../../functions/core/change/change-event.ts';
import { NotPermitted, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { changeReport } from '../../../factories/events/change-events.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const RESTART = {
  id: 'restart',
  trigger: { metrics: ['memory', 'requests', 'throttles'] },
  actions: [{ type: 'start_component', params: { mode: 'restart' } }],
};
const ROLL_BACK = {
  id: 'roll-back',
  trigger: { causes: ['BAD_DEPLOYMENT'] },
  actions: [{ type: 'invoke_function', params: { function: 'ci-rollback', rollsChangeBack: true } }],
};

function worldOf(strategies: readonly object[] = [ROLL_BACK, RESTART], more: object = {}): World {
  const world = createWorld(
    configured({
      components: {
        web: withMemoryAlarm({ changes: {}, dependsOn: ['database'], ...more }),
        database: withMemoryAlarm({ changes: {} }),
        plain: withMemoryAlarm(),
      },
      strategies,
    } as never),
  );
  return {
    ...world,
    clock: { ...world.clock, nowMs: () => NOON, sleep: () => new Promise(() => undefined) },
  };
}

async function changed(
  world: World,
  phase: ChangePhase,
  minutesAgo: number,
  more: Partial<ChangeEvent> = {},
): Promise<void> {
  await world.changes.recordChange({
    ...{ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'run-1' },
    ...{ phase, atMs: NOON - minutesAgo * MINUTE_MS, summary: 'v42', ...more },
  });
}

const alarmed = (world: World, more: object = {}) =>
  triage(
    world,
    signalEvent({ component: 'web', metric: 'memory', ...more }, `alert-${JSON.stringify(more)}`),
  );

/** The component's own alarm, red since this many minutes ago. */
function redSince(world: World, minutes: number): object {
  world.alarms.named.set(memoryAlarm('web'), 'ALARM');
  world.alarms.since.set(memoryAlarm('web'), NOON - minutes * MINUTE_MS);
  return { alarmName: memoryAlarm('web'), origin: 'reconciler' };
}

const operationOf = async (world: World, decision: Awaited<ReturnType<typeof alarmed>>) => {
  if (decision.decision !== 'heal') throw new Error(JSON.stringify(decision));
  return await world.store.getOperation(decision.operationId);
};

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

describe('healing during a change', () => {
  it('refuses, and names the change and the time', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 10);
    expect(await alarmed(world)).toEqual({
      decision: 'refuse',
      reason: 'CHANGE_IN_PROGRESS',
      detail: expect.stringContaining('v42 of web has been in progress since'),
      eligibleAtMs: expect.any(Number),
    });
    expect((await world.store.readFleet()).unhealthy).toContain('web');
  });

  it('needs only an event of a pipeline to wait', async () => {
    const world = worldOf([RESTART]);
    const at = { time: new Date(NOON).toISOString() };
    const report = (status: string) =>
      triage(world, { ...changeReport({ component: 'web', id: 'run-7', status }), ...at });
    expect(await report('started')).toMatchObject({ decision: 'observe' });
    expect(await alarmed(world)).toMatchObject({ reason: 'CHANGE_IN_PROGRESS' });
  });

  it('goes on once the change has ended', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 90);
    await changed(world, 'finished', 80);
    expect(await alarmed(world)).toMatchObject({ decision: 'heal' });
  });

  it('waits for an hour, not for ever, if the end was lost', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 59);
    expect(await alarmed(world)).toMatchObject({
      reason: 'CHANGE_IN_PROGRESS',
      eligibleAtMs: NOON + MINUTE_MS,
    });
    const later = worldOf([RESTART]);
    await changed(later, 'started', 60);
    expect(await alarmed(later)).toMatchObject({ decision: 'heal' });
  });

  it('is allowed to a person all the same', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 10);
    expect(await alarmed(world, { origin: 'manual' })).toMatchObject({ decision: 'heal' });
  });

  it('waits for trouble that began after the change of a dependency, and for no earlier trouble', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 10, { component: 'database' });
    expect(await alarmed(world)).toMatchObject({
      reason: 'CHANGE_IN_PROGRESS',
      detail: expect.stringContaining('of database'),
    });
    expect(await alarmed(world, redSince(world, 20))).toMatchObject({ decision: 'heal' });
  });

  it('does not wait for a change of another component', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 10);
    const decision = await triage(world, signalEvent({ component: 'plain', metric: 'memory' }, 'other'));
    expect(decision).toMatchObject({ decision: 'heal' });
  });

  it('goes on once another change has replaced it, and does not roll back what replaced it', async () => {
    const world = worldOf();
    const service = { source: 'ecs', resource: 'production/web' } as const;
    await changed(world, 'started', 50, { changeId: 'v42', ...service });
    await changed(world, 'started', 20, { changeId: 'v43', ...service });
    await changed(world, 'finished', 15, { changeId: 'v43', ...service });
    const red = redSince(world, 25);
    expect((await operationOf(world, await alarmed(world, red)))?.strategyId).toBe('restart');
  });

  it('does not wait for a change that Selfheal made itself', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 10, { operationId: 'o-1' });
    expect(await alarmed(world)).toMatchObject({ decision: 'heal' });
  });

  it('waits for trouble that began before it, too: the change may be its remedy', async () => {
    const world = worldOf();
    await changed(world, 'started', 10);
    expect(await alarmed(world, redSince(world, 20))).toMatchObject({ reason: 'CHANGE_IN_PROGRESS' });
  });

  it('refuses if changes cannot be read', async () => {
    const world = worldOf([RESTART]);
    for (const error of [
      new StoreUnavailable('throttled'),
      new NotPermitted({ action: 'dynamodb:Query', role: 'selfheal-triage' }),
    ]) {
      const broken = { ...world, changes: { ...world.changes, listChanges: () => Promise.reject(error) } };
      expect(await alarmed(broken as World)).toMatchObject({
        reason: 'LIMITS_UNKNOWN',
        detail: expect.stringContaining('changes: '),
      });
    }
  });
});

describe('rolling the change itself back', () => {
  it('begins once the alarm has been red for the grace time, and knows the change', async () => {
    const world = worldOf();
    await changed(world, 'started', 10);
    expect(await alarmed(world, redSince(world, 3))).toMatchObject({
      reason: 'CHANGE_IN_PROGRESS',
      eligibleAtMs: NOON + 2 * MINUTE_MS,
    });
    const operation = await operationOf(
      world,
      await alarmed(world, { ...redSince(world, 5), signalId: 'again' }),
    );
    expect(operation).toMatchObject({
      strategyId: 'roll-back',
      alert: {
        change: { changeId: 'run-1', isInProgress: true },
        causes: [{ code: 'BAD_DEPLOYMENT' }, { code: 'MEMORY_LEAK' }],
      },
      diagnosis: { rootCause: 'BAD_DEPLOYMENT' },
    });
  });

  it('comes before any other repair', async () => {
    const world = worldOf([{ ...RESTART, id: 'first' }, ROLL_BACK]);
    await changed(world, 'started', 10);
    const operation = await operationOf(world, await alarmed(world, redSince(world, 6)));
    expect(operation?.strategyId).toBe('roll-back');
  });

  it('comes after the change if it broke the component', async () => {
    const world = worldOf();
    await changed(world, 'started', 12);
    await changed(world, 'finished', 8);
    const operation = await operationOf(world, await alarmed(world));
    expect(operation).toMatchObject({ strategyId: 'roll-back', alert: { change: { isInProgress: false } } });
  });

  it('does not happen if the component was unhealthy before', async () => {
    const world = worldOf();
    await changed(world, 'started', 12);
    await changed(world, 'finished', 8);
    const operation = await operationOf(world, await alarmed(world, redSince(world, 30)));
    expect(operation?.strategyId).toBe('restart');
  });

  it('does not happen without a change', async () => {
    const world = worldOf();
    expect((await operationOf(world, await alarmed(world)))?.strategyId).toBe('restart');
  });

  it('leads to a refusal if no other strategy is left', async () => {
    const world = worldOf([ROLL_BACK]);
    expect(await alarmed(world)).toMatchObject({ reason: 'NO_STRATEGY' });
  });

  it('needs as much confidence as its trigger says', async () => {
    const sure = { ...ROLL_BACK, trigger: { causes: ['BAD_DEPLOYMENT'], confidenceThreshold: 0.95 } };
    const world = worldOf([sure, RESTART]);
    await changed(world, 'finished', 8);
    expect((await operationOf(world, await alarmed(world)))?.strategyId).toBe('restart');
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
