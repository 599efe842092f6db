import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { createWorld, inputOf, type World } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;
const TRIGGER = { metrics: ['memory', 'queue_age'], consecutiveFailures: 3, withinSeconds: 900 };

/** One component in a group, all of whose alarms are OK, and what reports it all the same. */
function observed(parts: Parameters<typeof configured>[0] = {}) {
  const world = createWorld(
    configured({
      groups: { tier: {} },
      components: { web: withMemoryAlarm({ group: 'tier' }) },
      strategies: [{ trigger: TRIGGER, cooldownSeconds: 0 }],
      ...parts,
    }),
  );
  world.alarms.named.set(memoryAlarm(), 'OK');
  let sent = 0;
  const signal = async (detail: Readonly<Record<string, unknown>>) => {
    const time = new Date(world.clock.now).toISOString();
    const event = signalEvent({ component: 'web', metric: 'queue_age', ...detail }, `event-${sent++}`);
    return await triage(world, { ...event, time });
  };
  /** Rounds of the reconciler, one a minute. */
  const rounds = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      world.clock.now += MINUTE_MS;
      await reconcileAlarms(world);
    }
  };
  return { world, signal, rounds };
}

const unhealthyIn = async (world: World) => (await world.store.readFleet()).unhealthy;
const ANOMALY = { origin: 'anomaly', severity: 'WARNING' };

describe.each([
  ['a monitor', {}],
  ['the analysis', ANOMALY],
])('a component that %s reports, and whose alarms are all OK', (_, from) => {
  it('begins a repair once the reports in a row are enough', async () => {
    const { signal, rounds } = observed();
    expect(await signal(from)).toMatchObject({ reason: 'TRIGGER_PENDING' });
    await rounds(5);
    expect(await signal(from)).toMatchObject({ reason: 'TRIGGER_PENDING' });
    await rounds(5);
    expect(await signal(from)).toMatchObject({ decision: 'heal' });
  });

  it('counts as unhealthy as long as the reports are repeated', async () => {
    const { world, signal, rounds } = observed();
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await signal(from);
      await rounds(15);
      expect(await unhealthyIn(world)).toEqual(['web']);
    }
  });

  it('counts as healthy, with nothing remembered, once the recovery is reported', async () => {
    const { world, signal, rounds } = observed();
    await signal(from);
    await rounds(2);
    await signal({ ...from, kind: 'recovery' });
    await rounds(1);
    expect(await unhealthyIn(world)).toEqual([]);
    expect((await world.store.readLimits('web')).limits.component).toMatchObject({ failuresMs: {} });
  });

  it('counts as healthy after 30 minutes of silence: the recovery may be lost', async () => {
    const { world, signal, rounds } = observed();
    await signal(from);
    await rounds(29);
    expect(await unhealthyIn(world)).toEqual(['web']);
    world.clock.now += MINUTE_MS;
    const who = 'origin' in from ? 'anomaly' : 'monitor/queue_age';
    expect((await reconcileAlarms(world)).done).toEqual([`web: no alarm is red, and ${who} is silent`]);
    expect(await unhealthyIn(world)).toEqual([]);
  });

  it('counts as unhealthy after a repair has failed', async () => {
    const { world, signal, rounds } = observed({
      strategies: [{ trigger: { metrics: ['queue_age'] }, cooldownSeconds: 0 }],
    });
    const healed = await signal(from);
    if (healed.decision !== 'heal') throw new Error(`not admitted: ${JSON.stringify(healed)}`);
    const operation = await world.store.getOperation(healed.operationId);
    if (!operation) throw new Error('the operation is not on record');
    await conclude(world, { ...inputOf(operation), state: 'FAILED' });
    await rounds(10);
    expect(await unhealthyIn(world)).toEqual(['web']);
  });

  it('counts as unhealthy without any alarm, too', async () => {
    const { world, signal, rounds } = observed({ components: { web: { group: 'tier' } } });
    await signal(from);
    await rounds(29);
    expect(await unhealthyIn(world)).toEqual(['web']);
    await rounds(1);
    expect(await unhealthyIn(world)).toEqual([]);
  });

  it('loses its proposal by the recovery, and not by silence', async () => {
    const proposing = { strategies: [{ mode: 'propose', trigger: { metrics: ['queue_age'] } }] };
    for (const isRecovered of [true, false]) {
      const { world, signal, rounds } = observed(proposing);
      await signal(from);
      await rounds(5);
      if (isRecovered) await signal({ ...from, kind: 'recovery' });
      await rounds(30);
      const [proposal] = await world.store.listProposals(1);
      expect(proposal?.end?.kind).toBe(isRecovered ? 'WITHDRAWN' : undefined);
    }
  });
});

describe('a recovery', () => {
  it('does not end what another monitor reports', async () => {
    const { world, signal, rounds } = observed();
    await signal({});
    await signal({ metric: 'memory' });
    await signal({ kind: 'recovery' });
    await rounds(5);
    expect(await unhealthyIn(world)).toEqual(['web']);
    await signal({ kind: 'recovery', metric: 'memory' });
    await rounds(1);
    expect(await unhealthyIn(world)).toEqual([]);
  });

  it('does not end what a monitor reports if it comes from an alarm', async () => {
    const { world, signal, rounds } = observed();
    await signal({});
    await signal({ kind: 'recovery', metric: 'memory', origin: 'reconciler', alarmName: memoryAlarm() });
    await rounds(5);
    expect(await unhealthyIn(world)).toEqual(['web']);
  });

  it('does not end the outage of a peer if it comes from a monitor', async () => {
    const health = { url: 'https://web.example.com/health' };
    const { world, signal } = observed({ components: { web: { group: 'tier', health } } });
    await signal({});
    await signal({ metric: 'heartbeat', origin: 'watchdog', suggestedAction: 'restart' });
    await signal({ kind: 'recovery' });
    expect(await unhealthyIn(world)).toEqual(['web']);
  });
});

it('a component that is no longer configured loses its mark, although a monitor still reports it', async () => {
  const { world, signal } = observed();
  await signal({});
  const without = { ...world, configuration: configured({ components: { api: withMemoryAlarm({}) } }) };
  await reconcileAlarms(without);
  expect(await unhealthyIn(world)).toEqual([]);
});

it('a report during the reconciler’s own change keeps the component unhealthy', async () => {
  const { world, signal } = observed();
  await signal({ origin: 'reconciler', metric: 'memory' });
  const store = {
    ...world.store,
    markHealthy: async (component: string) => {
      await signal({});
      await world.store.markHealthy(component);
    },
  };
  await reconcileAlarms({ ...world, store });
  expect(await unhealthyIn(world)).toEqual(['web']);
});
