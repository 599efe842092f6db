import { beforeEach, describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World, withStore } from '../../../factories/ports/world.ts';
import {
  alert,
  approve,
  configurationOf,
  deny,
  PROPOSAL,
  proposalIn,
  proposed,
  subjects,
} from '../triage/proposed-world.ts';

const ASKED = `asked people about proposal ${PROPOSAL}, which triage had not`;
const unavailable = () => Promise.reject(new ServiceUnavailable('sns:Publish: throttled'));

/** With a proposal for `web` that triage stored, and stopped before it asked people. */
async function unannounced(configuration = configurationOf()): Promise<World> {
  const world = createWorld(configuration);
  const crashing = { ...world, notifier: { notify: unavailable } };
  await expect(triage(crashing, alert)).rejects.toThrow(ServiceUnavailable);
  world.clock.now = NOON + 30_000;
  return world;
}

describe('a proposal that triage stored, and stopped before it asked people', () => {
  let world: World;
  beforeEach(async () => {
    world = await unannounced();
  });

  it('has the reconciler ask people, once', async () => {
    expect((await reconcileAlarms(world)).done).toEqual([ASKED]);
    expect(world.notifier.sent).toMatchObject([
      {
        subject: 'Selfheal proposes restart for web',
        body: { kind: 'proposal', proposalId: PROPOSAL, actions: ['start_component'] },
      },
    ]);
    expect(await proposalIn(world)).toMatchObject({ notifiedAtMs: NOON + 30_000 });
    expect((await reconcileAlarms(world)).done).toEqual([]);
    expect(world.notifier.sent).toHaveLength(1);
  });

  it('has people asked though its signal, delivered again, was left to a dependency', async () => {
    const components = {
      web: withMemoryAlarm({ dependsOn: ['database'] }),
      database: withMemoryAlarm(),
    };
    world = await unannounced(configurationOf({ components }));
    for (const name of ['database', 'web']) {
      world.alarms.named.set(memoryAlarm(name), 'ALARM');
      world.alarms.since.set(memoryAlarm(name), NOON);
    }
    // Evidence is not waited for longer than some seconds, which never pass here.
    const clock = { ...world.clock, sleep: () => new Promise<void>(() => undefined) };
    expect(await triage({ ...world, clock }, alert)).toMatchObject({ reason: 'CAUSE_ELSEWHERE' });
    world.clock.now = NOON + 60_000;
    expect(subjects(world)).toEqual([]);
    expect((await reconcileAlarms(world)).done).toContain(ASKED);
    expect(subjects(world)).toEqual(['Selfheal proposes restart for web']);
  });

  it('is left to triage for as long as a run of it may last', async () => {
    world.clock.now -= 1;
    expect((await reconcileAlarms(world)).done).toEqual([]);
    await triage(world, alert);
    world.clock.now += 60_000;
    expect((await reconcileAlarms(world)).done).toEqual([]);
    expect(subjects(world)).toEqual(['Selfheal proposes restart for web']);
  });

  it('has people asked in the next round if they cannot be notified in this one', async () => {
    const { done, problems } = await reconcileAlarms({ ...world, notifier: { notify: unavailable } });
    expect(done).toEqual([]);
    expect(problems).toEqual([`proposal ${PROPOSAL}: ServiceUnavailable: sns:Publish: throttled`]);
    expect(await proposalIn(world)).not.toHaveProperty('notifiedAtMs');
    expect((await reconcileAlarms(world)).done).toEqual([ASKED]);
  });

  it('has people asked again if nobody knows that they were', async () => {
    const forgetful = withStore(world, { noteProposalNotified: unavailable });
    expect((await reconcileAlarms(forgetful)).done).toEqual([]);
    expect((await reconcileAlarms(world)).done).toEqual([ASKED]);
    expect(world.notifier.sent).toHaveLength(2);
  });

  it('names the actions that are proposed, though another configuration was deployed since', async () => {
    const other = configurationOf({ strategies: [{ id: 'other' }] });
    await reconcileAlarms({ ...world, configuration: other });
    expect(world.notifier.sent).toMatchObject([{ body: { actions: ['start_component'] } }]);
  });

  it('is only withdrawn if its component has been repaired since without an approval', async () => {
    const before = await world.store.readComponents(['web']);
    const attemptsMs = { restart: [NOON + 10_000] };
    const repaired = withStore(world, {
      readComponents: async () => before.map((record) => ({ ...record, attemptsMs })),
    });
    await reconcileAlarms(repaired);
    expect(subjects(world)).toEqual(['Selfheal withdraws its proposal for web']);
    expect(await proposalIn(world)).toMatchObject({ end: { kind: 'WITHDRAWN' } });
  });

  it('is only withdrawn if its component has recovered since', async () => {
    world.alarms.named.set(memoryAlarm(), 'OK');
    await reconcileAlarms(world);
    expect(subjects(world)).toEqual(['Selfheal withdraws its proposal for web']);
  });

  it.each([
    [
      'has expired',
      () => {
        world.clock.now = NOON + 3_600_000;
      },
    ],
    ['was denied by someone who found it in the list', () => deny(world)],
    ['was approved by someone who found it in the list', () => approve(world)],
  ])('is left alone once it %s', async (_, end) => {
    await end();
    await reconcileAlarms(world);
    expect(subjects(world)).toEqual([]);
  });
});

describe('the reconciler', () => {
  it('asks about no proposal that triage has asked about', async () => {
    const world = await proposed();
    world.clock.now = NOON + 60_000;
    expect((await reconcileAlarms(world)).done).toEqual([]);
    expect(subjects(world)).toEqual(['Selfheal proposes restart for web']);
  });

  it('reads neither components nor proposals while nothing is unhealthy or in flight', async () => {
    const world = createWorld(configurationOf());
    const idle = withStore(world, { readComponents: unavailable, readHeldBack: unavailable });
    expect(await reconcileAlarms(idle)).toEqual({ done: [], problems: [], denials: [] });
  });

  it('reads no proposal of a component that has none', async () => {
    const world = createWorld(configured({ components: { web: withMemoryAlarm() } }));
    await world.store.markUnhealthy('web');
    const { problems } = await reconcileAlarms(withStore(world, { readHeldBack: unavailable }));
    expect(problems).toEqual([]);
  });

  it('keeps the mark of a component that nothing observes until people have been asked', async () => {
    const world = await unannounced(configurationOf({ components: { web: {} } }));
    const marks = async () => (await world.store.readFleet()).unhealthy;
    world.clock.now = NOON + 20_000;
    await reconcileAlarms(world);
    expect(await marks()).toEqual(['web']);
    world.clock.now = NOON + 80_000;
    await reconcileAlarms({ ...world, notifier: { notify: unavailable } });
    expect(await marks()).toEqual(['web']);
    expect((await reconcileAlarms(world)).done).toEqual([
      ASKED,
      'web: nothing observes it, so it no longer counts as unhealthy',
    ]);
    expect(await marks()).toEqual([]);
  });
});
