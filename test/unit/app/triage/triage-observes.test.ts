import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm } from '../../../factories/configuration.ts';
import { sampleEvent } from '../../../factories/events/sample-event.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const alert = signalEvent({ component: 'web', metric: 'memory' });

describe('triage without a decision to heal', () => {
  it('notes a recovery: the component is healthy in its group, if the alarm speaks for it alone', async () => {
    const world = createWorld(configured({ groups: { tier: {} }, components: { web: { group: 'tier' } } }));
    await world.store.markUnhealthy('web');
    const recovery = signalEvent({ component: 'web', metric: 'memory', kind: 'recovery' });
    expect(await triage(world, recovery)).toMatchObject({ decision: 'observe' });
    expect((await world.store.readFleet()).unhealthy).toEqual([]);
  });

  describe('a recovery reported by one of several observers', () => {
    const group = 'tier';
    const health = { url: 'https://web.example.com/health' };
    const memory = { metric: 'memory', threshold: 90, dimensions: {} };
    const cpu = { metric: 'cpu', threshold: 90, dimensions: {} };
    const heartbeat = signalEvent({
      component: 'web',
      metric: 'heartbeat',
      kind: 'recovery',
      origin: 'watchdog',
    });
    const alarmIsOk = {
      ...sampleEvent('metric-alarm'),
      detail: {
        alarmName: memoryAlarm(),
        state: { value: 'OK', timestamp: '2026-11-22T13:30:00.000+0000' },
      },
    };

    it.each([
      ['of its only alarm', { alarms: { memory } }, {}, alarmIsOk, false],
      [
        'of its only alarm but one that is only seen',
        { alarms: { memory, cpu: { ...cpu, severity: 'INFO' } } },
        {},
        alarmIsOk,
        false,
      ],
      ['of one of its alarms', { alarms: { memory, cpu } }, {}, alarmIsOk, true],
      ['of its only peer', { health }, {}, heartbeat, false],
      ['of its only peer, while an alarm may be red', { health, alarms: { memory } }, {}, heartbeat, true],
      [
        'of one of its peers',
        { health },
        { 'web-port': { tcp: 'web.example.com:22', component: 'web' } },
        heartbeat,
        true,
      ],
      [
        'of one of its peers, when the others are off',
        { health },
        { 'web-port': { tcp: 'web.example.com:22', component: 'web', enabled: false } },
        heartbeat,
        false,
      ],
    ])(
      'marks the component as healthy only if nothing else observes it: %s',
      async (_, component, peers, event, isStillUnhealthy) => {
        const components = { web: { group, ...component } };
        const world = createWorld(configured({ groups: { tier: {} }, components, peers }));
        await world.store.markUnhealthy('web');
        await triage(world, event);
        const { unhealthy } = await world.store.readFleet();
        expect(unhealthy).toEqual(isStillUnhealthy ? ['web'] : []);
      },
    );
  });

  it('ignores a signal whose operation has ended', async () => {
    const world = createWorld();
    const decision = await triage(world, alert);
    if (decision.decision !== 'heal') throw new Error('refused');
    const { operationId, component, fence } = decision;
    await world.store.conclude({
      operationId,
      component,
      fence,
      strategyId: 'restart',
      state: 'COMPLETED',
      result: 'SUCCESS',
      completedAtMs: NOON,
      cooldownUntilMs: NOON,
      cooldownScope: 'component',
    });
    expect(await triage(world, alert)).toEqual({
      decision: 'observe',
      detail: `the signal already led to operation ${operationId}`,
    });
  });
});
