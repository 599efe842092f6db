import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { createWorld, inputOf } from '../../../factories/ports/world.ts';

const OTHERS = Array.from({ length: 9 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
const LESS_URGENT = {
  metric: 'memory',
  threshold: 90,
  severity: 'WARNING',
  dimensions: { InstanceId: NODE },
};

interface Shop {
  readonly payA?: Readonly<Record<string, unknown>>;
  readonly capacity?: Readonly<Record<string, unknown>>;
  readonly payB?: Readonly<Record<string, unknown>>;
  readonly demand?: number;
}

/** Red payments of which one could carry the demand alone, and mail, which is on no route. */
function shop({ payA = {}, payB = {}, demand = 100, capacity }: Shop = {}) {
  const world = createWorld(
    configured({
      settings: { maxConcurrentRepairs: 2, ...(capacity && { capacity }) },
      components: {
        entry: { dependsOn: ['pay-a', 'pay-b'], demand, capacities: { 'pay-a': 100, 'pay-b': 100 } },
        mail: withMemoryAlarm({ alarms: { memory: LESS_URGENT } }),
        'pay-a': withMemoryAlarm(payA),
        'pay-b': withMemoryAlarm(payB),
      },
      strategies: [
        {
          actions: [{ type: 'start_component', params: { mode: 'restart' } }],
          cooldownSeconds: 0,
          maxAttempts: 9,
        },
      ],
    }),
  );
  const turnRed = (name: string) => {
    world.alarms.named.set(memoryAlarm(name), 'ALARM');
    world.alarms.since.set(memoryAlarm(name), world.clock.now);
  };
  let rounds = 0;
  /** What triage decides on what a round of the reconciler hands back, by component. */
  const round = async () => {
    world.clock.now += 60_000;
    rounds += 1;
    const before = world.events.signals.length;
    await reconcileAlarms(world);
    const decisions: [unknown, string][] = [];
    for (const signal of world.events.signals.slice(before)) {
      const decision = await triage(
        world,
        signalEvent(signal, `event-${rounds}-${String(signal['component'])}`),
      );
      decisions.push([
        signal['component'],
        decision.decision === 'refuse' ? decision.reason : decision.decision,
      ]);
    }
    return decisions;
  };
  const fail = async (component: string) => {
    const claim = (await world.store.listClaims()).find((each) => each.component === component);
    const operation = claim && (await world.store.getOperation(claim.operationId));
    if (!operation) throw new Error(`${component} is not in flight`);
    await conclude(world, { ...inputOf(operation), state: 'FAILED' });
  };
  return { world, turnRed, round, fail };
}

describe('a red component whose repair may take away what the demand needs', () => {
  it('has first handed back the alarm that capacity does not hold back', async () => {
    const urgent = { metric: 'memory', threshold: 90, dimensions: { InstanceId: NODE } };
    const { world, turnRed, round } = shop({
      payA: { alarms: { earlier: { ...LESS_URGENT, metric: 'memory' }, memory: urgent } },
      capacity: { exempt: ['CRITICAL'] },
    });
    world.alarms.named.set('selfheal-pay-b-memory', 'ALARM');
    await world.store.markUnhealthy('pay-b');
    world.alarms.named.set('selfheal-pay-a-earlier', 'ALARM');
    turnRed('pay-a');
    const decisions = await round();
    expect(decisions).toContainEqual(['pay-a', 'heal']);
  });

  it('invariant 11: has its turn, like the other: unhealthy components do not wait for each other', async () => {
    const { world, turnRed, round, fail } = shop();
    turnRed('pay-a');
    turnRed('pay-b');
    for (const name of ['pay-a', 'pay-b']) await world.store.markUnhealthy(name);
    expect(await round()).toEqual([
      ['pay-a', 'heal'],
      ['pay-b', 'CAPACITY_SHORT'],
    ]);
    expect(await round()).toEqual([['pay-b', 'CAPACITY_SHORT']]);
    await fail('pay-a');
    expect(await round()).toContainEqual(['pay-b', 'heal']);
  });

  it('has its turn although all its hosts could not be spared, as the alarm names one', async () => {
    const hosts = { targets: { instanceIds: [NODE, ...OTHERS] }, maxConcurrentTargets: 10 };
    const { turnRed, round } = shop({ payB: hosts, demand: 190 });
    turnRed('pay-b');
    expect(await round()).toEqual([['pay-b', 'heal']]);
  });

  it('keeps no room from others while triage refuses it', async () => {
    const { turnRed, round } = shop();
    turnRed('pay-a');
    expect(await round()).toEqual([['pay-a', 'heal']]);
    turnRed('pay-b');
    expect(await round()).toEqual([['pay-b', 'CAPACITY_SHORT']]);
    turnRed('mail');
    expect(await round()).toEqual([
      ['pay-b', 'CAPACITY_SHORT'],
      ['mail', 'heal'],
    ]);
  });
});
