import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { neighbourhoods } from '../../../../functions/core/correlation/neighbourhood.ts';
import { NotPermitted, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { changeReport } from '../../../factories/events/change-events.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import type { World } from '../../../factories/ports/world.ts';
import {
  alarmed,
  changed,
  MINUTE_MS,
  operationOf,
  RESTART,
  ROLL_BACK,
  redSince,
  worldOf,
} from './diagnosed-world.ts';

describe('healing during a change', () => {
  it('refuses, and names the change and the time', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 10);
    expect(await alarmed(world)).toEqual({
      decision: 'refuse',
      reason: 'CHANGE_IN_PROGRESS',
      detail: 'v42 of web has been in progress since 2026-11-22T13:20:00.000Z',
      eligibleAtMs: NOON + 5 * MINUTE_MS,
    });
    expect((await world.store.readFleet()).unhealthy).toContain('web');
    const boards = await world.correlation.readBoards([
      ...new Set(neighbourhoods(world.configuration).values()),
    ]);
    expect(boards.flatMap(({ incidents }) => incidents)).toMatchObject([
      { components: { web: NOON }, operationIds: [] },
    ]);
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
      detail: 'v42 of database has been in progress since 2026-11-22T13:20:00.000Z',
      eligibleAtMs: NOON + 50 * MINUTE_MS,
    });
    expect(await alarmed(world, redSince(world, 20))).toMatchObject({ decision: 'heal' });
  });

  it('waits for all of the change once new versions would have started', async () => {
    const world = worldOf([RESTART]);
    await changed(world, 'started', 10);
    expect(await alarmed(world, redSince(world, 5))).toMatchObject({
      ...{ reason: 'CHANGE_IN_PROGRESS', eligibleAtMs: NOON + 50 * MINUTE_MS },
    });
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
  /** Asks for no cause. */
  const FOR_MEMORY = { ...ROLL_BACK, trigger: { metrics: ['memory'] } };

  it('may be done to one that began when the trouble did', async () => {
    const world = worldOf([FOR_MEMORY]);
    await changed(world, 'started', 10);
    const operation = await operationOf(world, await alarmed(world, redSince(world, 10)));
    expect(operation).toMatchObject({ strategyId: 'roll-back', alert: { change: { isInProgress: true } } });
  });

  it.each([
    ['maintenance', { kind: 'maintenance', source: 'ssm' }],
    ['the deployment of a dependency', { component: 'database' }],
  ] as const)('is not done to %s, whatever a strategy asks for', async (_, more) => {
    const world = worldOf([FOR_MEMORY]);
    await changed(world, 'started', 10, more);
    expect(await alarmed(world, redSince(world, 8))).toMatchObject({ reason: 'CHANGE_IN_PROGRESS' });
  });

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
