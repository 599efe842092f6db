import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

/** A world in which the only attempt on `web` has failed. */
async function spentWorld() {
  const world = createWorld(configured({ strategies: [{ maxAttempts: 1, cooldownSeconds: 0 }] }));
  const first = await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'event-1'));
  if (first.decision !== 'heal') throw new Error('refused');
  const { operationId, fence } = first;
  await world.store.conclude({
    operationId,
    component: 'web',
    fence,
    strategyId: 'restart',
    state: 'FAILED',
    result: 'FAILED',
    completedAtMs: NOON,
    cooldownUntilMs: NOON,
    cooldownScope: 'component',
  });
  return world;
}

describe('alerts in a row', () => {
  const three = { trigger: { metrics: ['memory'], consecutiveFailures: 3, withinSeconds: 300 } };
  const alertAt = (minute: number) => ({
    ...signalEvent({ component: 'web', metric: 'memory' }, `event-${minute}`),
    time: `2026-11-22T13:${30 + minute}:00Z`,
  });
  const play = async (minutes: readonly (number | 'recovery')[]) => {
    const world = createWorld(configured({ strategies: [three] }));
    const decisions = [];
    for (const minute of minutes) {
      const event =
        minute === 'recovery'
          ? signalEvent({ component: 'web', metric: 'memory', kind: 'recovery' })
          : alertAt(minute);
      if (minute !== 'recovery') world.clock.now = Date.parse(alertAt(minute).time);
      const decision = await triage(world, event);
      decisions.push(decision.decision === 'refuse' ? decision.reason : decision.decision);
    }
    return decisions;
  };

  it('begin a repair when there are enough inside the window', async () => {
    expect(await play([0, 1, 2])).toEqual(['TRIGGER_PENDING', 'TRIGGER_PENDING', 'heal']);
  });

  it('do not count when they are too far apart', async () => {
    expect(await play([0, 3, 6, 9])).not.toContain('heal');
  });

  it('do not count when the same one is delivered again', async () => {
    expect(await play([0, 0, 0])).not.toContain('heal');
  });

  it('start again after a recovery', async () => {
    expect(await play([0, 1, 'recovery', 2, 3])).toEqual([
      'TRIGGER_PENDING',
      'TRIGGER_PENDING',
      'observe',
      'TRIGGER_PENDING',
      'TRIGGER_PENDING',
    ]);
  });
});

describe('spent attempts', () => {
  it('invariant 11: reach the architect once, however many alerts follow', async () => {
    const world = await spentWorld();
    for (const id of ['event-2', 'event-3', 'event-4']) {
      const event = signalEvent({ component: 'web', metric: 'memory' }, id);
      expect(await triage(world, event)).toMatchObject({ reason: 'ATTEMPTS_SPENT' });
    }
    expect(world.notifier.sent).toMatchObject([
      { topic: 'architect', subject: 'Selfheal has spent its attempts on web', body: { component: 'web' } },
    ]);
  });

  it('reach the architect with what was reported, and by which alarm', async () => {
    const world = await spentWorld();
    const reported = { component: 'web', metric: 'memory', reason: 'it is full' };
    await triage(
      world,
      signalEvent({ ...reported, alarmName: 'memory-high', origin: 'reconciler' }, 'event-2'),
    );
    expect(world.notifier.sent.map(({ body }) => body)).toEqual([
      {
        ...{ kind: 'attempts-spent', ...reported, origin: 'reconciler', alarmName: 'memory-high' },
        ...{ errorType: 'MEMORY_LEAK', detail: 'restart: 1 of 1', eligibleAtMs: NOON + 3_600_000 },
      },
    ]);
    const byMonitor = await spentWorld();
    await triage(byMonitor, signalEvent(reported, 'event-2'));
    expect(byMonitor.notifier.sent[0]?.body).not.toHaveProperty('alarmName');
    expect(byMonitor.notifier.sent[0]?.body).not.toHaveProperty('observed');
    expect((await world.store.readFleet()).unhealthy).toEqual(['web']);
  });

  it('reach the architect with the next alert if the topic could not be reached', async () => {
    const world = await spentWorld();
    const event = (id: string) => signalEvent({ component: 'web', metric: 'memory' }, id);
    const notify = () => Promise.reject(new ServiceUnavailable('SNS is away'));
    await expect(triage({ ...world, notifier: { notify } }, event('event-2'))).rejects.toThrow(
      ServiceUnavailable,
    );
    await triage(world, event('event-3'));
    expect(world.notifier.sent).toHaveLength(1);
  });
});
