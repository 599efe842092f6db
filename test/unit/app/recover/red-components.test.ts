import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';
import { QUICK, red } from './red-alarms.ts';

describe('alarms of several components that are still red', () => {
  /** All red, in one group; what a round hands back, and what triage makes of it. */
  function tier({ maxInFlight = 1, maxConcurrentRepairs = 5, more = {} } = {}) {
    const names = ['a', 'b', 'c'];
    const configuration = configured({
      settings: { maxConcurrentRepairs },
      groups: { tier: { maxInFlight, minHealthy: 0 } },
      components: Object.fromEntries(
        names.map((name) => [name, withMemoryAlarm({ group: 'tier', ...more })]),
      ),
      strategies: [{ ...QUICK, maxAttempts: 9 }],
    });
    const { world, round } = red(configuration);
    for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    return { world, round };
  }

  it('take turns: a component whose repair keeps failing does not keep the others from theirs', async () => {
    const { world, round } = tier();
    const turns: unknown[] = [];
    for (let minute = 0; minute < 6; minute += 1) {
      for (const signal of await round()) {
        turns.push(signal['component']);
        const decision = await triage(world, signalEvent(signal, `event-${minute}`));
        if (decision.decision !== 'heal') throw new Error(JSON.stringify(decision));
        const operation = await world.store.getOperation(decision.operationId);
        if (operation) await conclude(world, { ...inputOf(operation), state: 'FAILED' });
      }
    }
    expect(turns).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('return no more at once than the whole fleet has room for', async () => {
    const { round } = tier({ maxInFlight: 3, maxConcurrentRepairs: 2 });
    expect((await round()).map(({ component }) => component)).toEqual(['a', 'b']);
  });

  it('return one at a time where they have one service on one host', async () => {
    const { round } = tier({ maxInFlight: 3, more: { service: 'shared.service' } });
    expect((await round()).map(({ component }) => component)).toEqual(['a']);
  });
});

describe('the component that red ones depend on', () => {
  it('has its turn, however many of them are left to it', async () => {
    const callers = ['cart', 'search', 'shop'];
    const names = [...callers, 'database'];
    const more = (name: string) => (name === 'database' ? {} : { dependsOn: ['database'] });
    const world = createWorld(
      configured({
        components: Object.fromEntries(names.map((name) => [name, withMemoryAlarm(more(name))])),
        strategies: [QUICK],
      }),
    );
    for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    const operation = await admitted(world, { component: 'database' });
    await conclude(world, { ...inputOf(operation), state: 'FAILED' });
    world.clock.now += 60_000;
    await reconcileAlarms(world);
    expect(world.events.signals.map(({ component }) => component)).toContain('database');
  });
});
