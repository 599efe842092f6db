import { expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const MINUTE_MS = 60_000;

/** Red alarms of a group that heals one component at a time, and how triage answers those of each round. */
function red(components: Readonly<Record<string, object>>, strategies?: readonly object[]) {
  const names = Object.keys(components);
  const settled = createWorld(
    configured({
      groups: { tier: { maxInFlight: 1 } },
      components: Object.fromEntries(
        names.map((name) => [name, withMemoryAlarm({ group: 'tier', ...components[name] })]),
      ),
      ...(strategies && { strategies }),
    } as never),
  );
  const clock = { now: NOON, nowMs: () => clock.now, sleep: () => new Promise<void>(() => undefined) };
  const world = { ...settled, clock };
  for (const name of names) {
    world.alarms.named.set(memoryAlarm(name), 'ALARM');
    world.alarms.since.set(memoryAlarm(name), NOON);
  }
  let signals = 0;
  return {
    world,
    round: async () => {
      clock.now += MINUTE_MS;
      const before = world.events.signals.length;
      await reconcileAlarms(world);
      const answers: string[] = [];
      for (const signal of world.events.signals.slice(before)) {
        signals += 1;
        const time = new Date(clock.now).toISOString();
        const decision = await triage(world, { ...signalEvent(signal, `signal-${signals}`), time });
        const answer = decision.decision === 'refuse' ? decision.reason : decision.decision;
        answers.push(`${String(signal['component'])} ${answer}`);
      }
      return answers;
    },
  };
}

it('a component that is being changed keeps no other from its turn', async () => {
  const { world, round } = red({ first: { changes: {} }, second: { changes: {} } });
  await world.changes.recordChange({
    ...{ component: 'first', source: 'pipeline', kind: 'deployment', changeId: 'v42', phase: 'started' },
    ...{ atMs: NOON, summary: 'v42' },
  });
  expect(await round()).toEqual(['first CHANGE_IN_PROGRESS']);
  expect(await round()).toEqual(['second heal']);
});

it('a component whose cause nobody has a strategy for keeps no other from its turn', async () => {
  const actions = [{ type: 'start_component', params: { mode: 'restart' } }];
  const { round } = red({ first: {}, second: {} }, [
    { id: 'other-cause', trigger: { causes: ['CERT_EXPIRED'] }, actions },
    { id: 'restart', components: ['second'], trigger: { metrics: ['memory'] }, actions },
  ]);
  expect(await round()).toEqual(['first NO_STRATEGY']);
  expect(await round()).toEqual(['second heal']);
});

it('components that diagnosis keeps refusing are asked about in turn, and keep no room from each other', async () => {
  const { world, round } = red({ first: { changes: {} }, second: { changes: {} } });
  for (const component of ['first', 'second'])
    await world.changes.recordChange({
      ...{ component, source: 'pipeline', kind: 'deployment', changeId: 'v42', phase: 'started' },
      ...{ atMs: NOON, summary: 'v42' },
    });
  const asked = [await round(), await round(), await round()].flat();
  expect(asked).toEqual(['first', 'second', 'first', 'second'].map((name) => `${name} CHANGE_IN_PROGRESS`));
});

it('the reconciler reads no refusals where diagnosis has nothing to do', async () => {
  const { world, round } = red({ first: {}, second: {} });
  Object.assign(world.store, { listRefusals: () => Promise.reject(new Error('asked')) });
  expect(await round()).toEqual(['first heal']);
});
