import { describe, expect, it } from 'vitest';
import { currentIssues } from '../../../../functions/app/queries/issues/current-issues.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import type { RefusalRecord } from '../../../../functions/core/admission/refusal.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { conclusionOf, NOON } from '../../../factories/operations/admissions.ts';
import { admitted } from '../../../factories/ports/world.ts';
import { ONE, round, worldOf } from './fleet-with-issues.ts';

const HOUR_MS = 3_600_000;
const PAUSED: RefusalRecord = {
  ...({ reason: 'PAUSED', detail: 'maintenance' } as const),
  ...{ signalId: 's', component: 'web', occurredAtMs: NOON, refusedAtMs: NOON },
};
const subjects = async (world: ReturnType<typeof worldOf>) =>
  (await currentIssues(world)).issues.map(({ subject }) => subject);

describe('a refused signal', () => {
  it('is an issue for an hour', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    await world.store.recordRefusal({ ...PAUSED, metric: 'memory' });
    world.clock.now = NOON + HOUR_MS;
    expect(await subjects(world)).toEqual(['signal on memory']);
    world.clock.now += 1;
    expect(await subjects(world)).toEqual([]);
  });

  it('is one by hand where it names no metric', async () => {
    const world = worldOf({
      ...ONE,
      components: { web: {} },
      strategies: [{ trigger: { metrics: ['manual'] } }],
    });
    await world.store.recordRefusal(PAUSED);
    expect((await currentIssues(world)).issues).toMatchObject([
      { subject: 'signal on manual', outlook: { kind: 'admitted' } },
    ]);
  });

  it('is an issue where an operation began in the same moment, and none where it began later', async () => {
    const world = worldOf({ ...ONE, components: { web: {} } });
    const operation = await admitted(world);
    await world.store.conclude(conclusionOf(operation));
    const refusedAt = async (atMs: number) =>
      await world.store.recordRefusal({
        ...{ ...PAUSED, metric: 'memory', signalId: `at-${atMs}`, occurredAtMs: atMs, refusedAtMs: atMs },
      });
    await refusedAt(operation.startedAtMs - 1);
    expect(await subjects(world)).toEqual([]);
    await refusedAt(operation.startedAtMs);
    expect(await subjects(world)).toEqual(['signal on memory']);
  });
});

describe('a component that counts as unhealthy', () => {
  it('may be healed by a strategy for what is critical', async () => {
    const world = worldOf({ ...ONE, strategies: [{ trigger: { statuses: ['CRITICAL'] } }] });
    await world.store.markUnhealthy('web');
    expect((await currentIssues(world)).issues).toMatchObject([
      { kind: 'unhealthy', outlook: { kind: 'admitted' } },
    ]);
  });
});

describe('a proposal', () => {
  it('is no issue once it has expired', async () => {
    const world = worldOf({ ...ONE, strategies: [{ mode: 'propose' }] });
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }));
    await world.store.markHealthy('web');
    world.clock.now += 2 * HOUR_MS;
    expect((await currentIssues(world)).issues).toEqual([]);
  });
});

describe('the issues of Selfheal itself', () => {
  it('are no alarms of components, whatever these are called', async () => {
    const world = worldOf();
    const [own = ''] = Object.keys(world.configuration.alarms);
    const inAlarm = async () => new Map([own, 'SelfhealEngine-triage-failed'].map((name) => [name, NOON]));
    const alarms = { ...world.alarms, inAlarm };
    expect((await currentIssues({ ...world, alarms })).issues.map(({ subject }) => subject)).toEqual([
      'alarm SelfhealEngine-triage-failed',
    ]);
  });

  it('are shards of the watchdog whose last round was long ago', async () => {
    const world = worldOf({
      watchdog: {},
      components: { web: { health: { url: 'https://web.example.com/health' } } },
    });
    await round(world);
    expect(await subjects(world)).toEqual([]);
    world.clock.now += HOUR_MS;
    expect((await currentIssues(world)).issues).toMatchObject([
      {
        ...{ kind: 'watchdog', priority: 1, severity: 'CRITICAL', subject: 'watchdog, shard 0' },
        problem: `had its last round at ${new Date(NOON).toISOString()}: its peers get no heartbeats`,
      },
    ]);
  });
});
