import { describe, expect, it } from 'vitest';
import { joinIncident } from '../../../../functions/app/correlation/join-incident.ts';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { admit } from '../../../../functions/app/triage/admit.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { alertOf } from '../../../factories/operations/admissions.ts';
import { inputOf, type World } from '../../../factories/ports/world.ts';
import { QUICK, red } from './red-alarms.ts';

describe('components that wait for room in a budget', () => {
  /** One may be healed at a time; `c` is the most urgent, `b` has waited longest of those that are equally urgent. */
  function queueing() {
    const severities = { a: 'WARNING', b: 'WARNING', c: 'CRITICAL' } as const;
    const { world, round } = red(
      configured({
        settings: { maxConcurrentRepairs: 1 },
        components: Object.fromEntries(
          Object.entries(severities).map(([name, severity]) => [
            name,
            withMemoryAlarm({
              alarms: {
                memory: { metric: 'memory', threshold: 90, severity, dimensions: { InstanceId: NODE } },
              },
            }),
          ]),
        ),
        strategies: [{ ...QUICK, maxAttempts: 9, trigger: { metrics: ['memory'] } }],
      }),
    );
    const { now } = world.clock;
    for (const [name, minutes] of Object.entries({ a: 1, b: 5, c: 0 })) {
      world.alarms.named.set(memoryAlarm(name), 'ALARM');
      world.alarms.since.set(memoryAlarm(name), now - minutes * 60_000);
    }
    return { world, round };
  }
  const queueIn = async (world: World) =>
    (await world.store.readFleet()).queue?.next.map(({ component }) => component);

  it('have their turn by priority, and among equals by how long they have waited', async () => {
    const { world, round } = queueing();
    expect((await round()).map(({ component }) => component)).toEqual(['c']);
    expect(await queueIn(world)).toEqual(['b', 'a']);
  });

  it('appear in the fleet’s record with their priority, until nobody waits', async () => {
    const { world, round } = queueing();
    await round();
    expect((await world.store.readFleet()).queue).toMatchObject({
      length: 2,
      next: [
        { component: 'b', priority: 0.25, budget: 'fleet' },
        { component: 'a', priority: 0.25, budget: 'fleet' },
      ],
      validUntilMs: world.clock.now + 130_000,
    });
    for (const name of ['a', 'b']) world.alarms.named.set(memoryAlarm(name), 'OK');
    await round();
    expect((await world.store.readFleet()).queue).toBeUndefined();
  });

  it('leave no queue behind when the last alarm is OK', async () => {
    const { world, round } = queueing();
    await round();
    for (const name of ['a', 'b', 'c']) world.alarms.named.set(memoryAlarm(name), 'OK');
    await round();
    expect((await world.store.readFleet()).queue).toBeUndefined();
  });

  it('come before an alarm that rings only now and is less urgent, once there is room', async () => {
    const { world, round } = queueing();
    const [signal = {}] = await round();
    const admittedFirst = await triage(world, signalEvent(signal));
    if (admittedFirst.decision !== 'heal') throw new Error(JSON.stringify(admittedFirst));
    await round();
    const operation = await world.store.getOperation(admittedFirst.operationId);
    if (operation) await conclude(world, { ...inputOf(operation), state: 'COMPLETED' });
    world.alarms.named.set(memoryAlarm('c'), 'OK');
    const late = alertOf('a', { severity: 'WARNING', occurredAtMs: world.clock.now, origin: 'alarm' });
    const admission = await admit(world, late);
    expect(admission).toMatchObject({ outcome: 'refused', refusal: { reason: 'FLEET_BUSY' } });
    expect((await round()).map(({ component }) => component)).toEqual(['b']);
  });

  it('have the rank of the incidents that they account for', async () => {
    const callers = ['cart', 'shop'];
    const names = [...callers, 'database', 'mail'];
    const more = (name: string) => (callers.includes(name) ? { dependsOn: ['database'] } : {});
    const { world, round } = red(
      configured({
        settings: { maxConcurrentRepairs: 1 },
        components: Object.fromEntries(names.map((name) => [name, withMemoryAlarm(more(name))])),
        strategies: [QUICK],
      }),
    );
    for (const name of names) world.alarms.named.set(memoryAlarm(name), 'ALARM');
    const cause = { component: 'database', confidence: 0.9 };
    for (const name of callers)
      await joinIncident(world, { alert: alertOf(name, { occurredAtMs: world.clock.now }), cause });
    await round();
    const [first] = world.events.signals;
    expect(first).toMatchObject({ component: 'database' });
    expect(await queueIn(world)).toEqual(['mail', 'cart', 'shop']);
  });

  it('have the rank of their alarms alone where incidents cannot be read', async () => {
    const { world } = queueing();
    const { configuration } = world;
    const { c, ...others } = configuration.components;
    if (!c) throw new Error('c is missing');
    const linked = { ...configuration, components: { ...others, c: { ...c, dependsOn: ['a'] } } };
    const blind = {
      ...world,
      configuration: linked,
      correlation: { ...world.correlation, readBoards: () => Promise.reject(new Error('not decodable')) },
    };
    const { problems } = await reconcileAlarms(blind);
    expect(problems[0]).toBe('incidents of components with red alarms: Error: not decodable');
    expect(world.events.signals.map(({ component }) => component)).toContain('c');
  });
});
