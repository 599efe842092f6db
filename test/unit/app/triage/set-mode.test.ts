import { beforeEach, describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { fleetStatus } from '../../../../functions/app/queries/fleet-status.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { approvalEvent, controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

const DAY_MS = 86_400_000;

describe('a mode set at run time', () => {
  let world: World;
  beforeEach(() => {
    world = createWorld(
      configured({
        settings: { maxConcurrentRepairs: 5 },
        groups: { front: { maxInFlight: 2 } },
        components: {
          web: { group: 'front' },
          api: { group: 'front' },
          batch: { mode: 'propose' },
        },
      }),
    );
  });
  const set = (detail: Readonly<Record<string, unknown>>, second = 0) =>
    triage(
      world,
      controlEvent({ command: 'set_mode', reason: 'incident', ...detail }, `2026-11-22T13:30:0${second}Z`),
    );
  const ask = (component: string, id = `${component} is unhealthy`) =>
    triage(world, signalEvent({ component, metric: 'memory' }, id));

  it('ends after thirty days, whatever unit someone took its end to be in', async () => {
    expect(await set({ mode: 'observe', untilMs: NOON * 1_000 })).toMatchObject({
      detail: 'set_mode observe for all components until 2026-12-22T13:30:00.000Z: incident',
    });
  });

  it('says for which part it holds', async () => {
    expect(await set({ mode: 'observe', for: '2h', group: 'front' })).toMatchObject({
      detail: 'set_mode observe group front until 2026-11-22T15:30:00.000Z: incident',
    });
    expect(await set({ mode: 'observe', for: '2h', component: 'web' })).toMatchObject({
      detail: 'set_mode observe component web until 2026-11-22T15:30:00.000Z: incident',
    });
  });

  it('has repairs of every component only observed, and says for how long', async () => {
    expect(await set({ mode: 'observe', for: '2h' })).toMatchObject({
      decision: 'observe',
      detail: 'set_mode observe for all components until 2026-11-22T15:30:00.000Z: incident',
    });
    for (const component of ['web', 'batch']) {
      expect(await ask(component)).toMatchObject({
        detail: expect.stringContaining('would be healed by restart'),
      });
    }
    const observations = await world.store.listObservations(5);
    expect(observations.map(({ setMode }) => setMode)).toMatchObject([
      { of: 'everything', mode: 'observe', reason: 'incident' },
      { of: 'everything', mode: 'observe', reason: 'incident' },
    ]);
    expect(await world.store.listOperations(5)).toEqual([]);
  });

  it('has the repairs of one group proposed, and the proposal says why', async () => {
    await set({ mode: 'propose', group: 'front' });
    expect(await ask('web')).toMatchObject({ detail: expect.stringContaining('waits for an approval') });
    const [proposal] = await world.store.listProposals(5);
    expect(proposal?.setMode).toMatchObject({ of: 'group', name: 'front', mode: 'propose' });
    expect(world.notifier.sent).toMatchObject([
      {
        body: {
          kind: 'proposal',
          message: expect.stringContaining(
            'only proposed because a person set that mode for group front until 2026-11-23T13:30:00.000Z: incident',
          ),
        },
      },
    ]);
  });

  it('leaves other components to their configuration', async () => {
    await set({ mode: 'observe', component: 'web' });
    expect(await ask('web')).toMatchObject({ detail: expect.stringContaining('observation') });
    expect(await ask('api')).toMatchObject({ decision: 'heal' });
  });

  it('ends by itself after a day, unless it says otherwise', async () => {
    await set({ mode: 'observe', component: 'web' });
    world.clock.now = NOON + DAY_MS - 1;
    expect(await ask('web', 'a')).toMatchObject({ decision: 'observe' });
    world.clock.now = NOON + DAY_MS;
    expect((await fleetStatus(world)).components.find(({ component }) => component === 'web')).toMatchObject({
      modes: [],
    });
    expect(await ask('web', 'b')).toMatchObject({ decision: 'heal' });
  });

  it('lets nothing be done that the configuration does not allow', async () => {
    await set({ mode: 'auto', component: 'batch' });
    expect(await ask('batch')).toMatchObject({ detail: expect.stringContaining('waits for an approval') });
  });

  it('keeps an approval from carrying out what is only observed now', async () => {
    await ask('batch');
    const [proposal] = await world.store.listProposals(5);
    const id = proposal?.operation.operationId ?? '';
    await set({ mode: 'observe', component: 'batch' });
    const approve = (event: string, second: number) =>
      triage(
        world,
        approvalEvent({ command: 'approve', proposal: id, by: 'ada' }, event, `2026-11-22T13:30:0${second}Z`),
      );
    expect(await approve('first', 1)).toMatchObject({
      reason: 'PLAN_CHANGED',
      detail: 'the mode is observe now: nothing is carried out (incident)',
    });
    await set({ mode: 'auto', component: 'batch' }, 2);
    expect(await approve('second', 3)).toMatchObject({ decision: 'heal', operationId: id });
  });

  it('keeps an approval from carrying out what the configuration only observes now', async () => {
    await ask('batch');
    const [proposal] = await world.store.listProposals(5);
    const deployed = { ...world, configuration: configured({ components: { batch: { mode: 'observe' } } }) };
    const approval = { command: 'approve', proposal: proposal?.operation.operationId, by: 'ada' };
    expect(await triage(deployed, approvalEvent(approval, 'first', '2026-11-22T13:30:01Z'))).toMatchObject({
      reason: 'PLAN_CHANGED',
      detail: 'the mode is observe now: nothing is carried out',
    });
  });

  it('answers a signal that comes again as before, although the mode has been lifted since', async () => {
    await set({ mode: 'observe', component: 'web' });
    const first = await ask('web');
    await set({ mode: 'auto', component: 'web' }, 1);
    expect(await ask('web')).toEqual(first);
    expect(await world.store.listOperations(5)).toEqual([]);
  });

  it('notes the recovery of what was held back, although the mode has been lifted since', async () => {
    await set({ mode: 'observe', component: 'web' });
    await set({ mode: 'propose', component: 'api' });
    await ask('web');
    await ask('api');
    await set({ mode: 'auto', component: 'web' }, 1);
    await set({ mode: 'auto', component: 'api' }, 1);
    for (const component of ['web', 'api'])
      await triage(
        world,
        signalEvent({ component, metric: 'memory', kind: 'recovery' }, `${component} is healthy`),
      );
    expect(await world.store.listObservations(5)).toMatchObject([{ recoveredAtMs: NOON }]);
    expect(await world.store.listProposals(5)).toMatchObject([{ end: { kind: 'WITHDRAWN' } }]);
  });

  describe('that ends while a proposal is open', () => {
    const approve = (proposal: string, second: number) =>
      triage(
        world,
        approvalEvent({ command: 'approve', proposal, by: 'ada' }, 'c', `2026-11-22T13:31:0${second}Z`),
      );
    let proposalId: string;
    beforeEach(async () => {
      await set({ mode: 'propose', component: 'web' });
      await ask('web', 'a');
      const [proposal] = await world.store.listProposals(5);
      proposalId = proposal?.operation.operationId ?? '';
      await set({ mode: 'auto', component: 'web' }, 1);
      world.clock.now += 60_000;
    });

    it('has the proposal withdrawn by the next round once the component is repaired without an approval', async () => {
      const { length } = world.notifier.sent;
      expect(await ask('web', 'b')).toMatchObject({ decision: 'heal' });
      // A repair waits for no message.
      expect(world.notifier.sent).toHaveLength(length);
      expect((await reconcileAlarms(world)).done).toEqual([
        `proposal ${proposalId} is withdrawn: web was repaired without it`,
      ]);
      const [proposal] = await world.store.listProposals(5);
      expect(proposal?.end).toEqual({ kind: 'WITHDRAWN', atMs: NOON + 60_000 });
      const { limits } = await world.store.readLimits('web');
      expect(limits.component.proposal).toBeUndefined();
      expect(world.notifier.sent.at(-1)).toMatchObject({
        body: {
          kind: 'proposal-withdrawn',
          proposalId,
          message: expect.stringContaining('web is being repaired without an approval.'),
        },
      });
      expect(await approve(proposalId, 1)).toMatchObject({ decision: 'refuse', reason: 'PROPOSAL_CLOSED' });
    });

    it('lets a later fault be proposed, long before the first proposal would have expired', async () => {
      const healed = await ask('web', 'b');
      if (healed.decision !== 'heal') throw new Error(healed.decision);
      await conclude(world, { operationId: healed.operationId, fence: healed.fence, state: 'COMPLETED' });
      await set({ mode: 'propose', component: 'web' }, 2);
      world.clock.now += 400_000;
      expect(await ask('web', 'c')).toMatchObject({ reason: 'AWAITING_APPROVAL' });
      await reconcileAlarms(world);
      expect(await ask('web', 'd')).toMatchObject({
        detail: expect.stringContaining('waits for an approval'),
      });
    });

    it('has the proposal withdrawn in a later round if people cannot be notified in the first', async () => {
      const { store } = world;
      await ask('web', 'b');
      const notifier = { notify: () => Promise.reject(new ServiceUnavailable('sns:Publish: throttled')) };
      expect((await reconcileAlarms({ ...world, notifier })).problems).toEqual([
        `proposal ${proposalId}: ServiceUnavailable: sns:Publish: throttled`,
      ]);
      expect((await store.listProposals(5))[0]?.end).toBeUndefined();
      expect(await approve(proposalId, 1)).toMatchObject({
        reason: 'PROPOSAL_CLOSED',
        detail: expect.stringContaining('was overtaken: web has been repaired since, at 2026-11-22T13:31:00'),
      });
      await reconcileAlarms(world);
      expect((await store.listProposals(5))[0]?.end).toMatchObject({ kind: 'WITHDRAWN' });
      expect(world.notifier.sent.filter(({ body }) => body['kind'] === 'proposal-withdrawn')).toHaveLength(1);
    });
  });

  it('notifies people of spent attempts as of what is only observed', async () => {
    world = createWorld(configured({ strategies: [{ maxAttempts: 1, cooldownSeconds: 0 }] }));
    await set({ mode: 'observe', component: 'web' });
    await ask('web', 'a');
    world.clock.now += 200_000;
    await ask('web', 'b');
    expect(world.notifier.sent).toMatchObject([
      {
        subject: 'Selfheal would have spent its attempts on web: it only observes',
        body: { observed: true },
      },
    ]);
  });

  it('carries out nothing that a person denied, if its signal comes again once the mode has ended', async () => {
    await set({ mode: 'propose', component: 'web', for: '60s' });
    await ask('web', 'a');
    const [proposal] = await world.store.listProposals(5);
    const denial = { command: 'deny', proposal: proposal?.operation.operationId, by: 'ada', for: '60s' };
    await triage(world, approvalEvent(denial, 'b', '2026-11-22T13:30:30Z'));
    world.clock.now += 120_000;
    expect(await ask('web', 'a')).toMatchObject({ detail: expect.stringContaining('which is DENIED') });
    expect(await ask('web', 'c')).toMatchObject({ decision: 'heal' });
  });

  it.each([
    ['of the component', { component: 'web' }],
    ['of the group', { group: 'front' }],
    ['of everything', {}],
  ])(
    'carries out nothing that recovered, if its signal comes again once the mode %s has ended',
    async (_of, part) => {
      await set({ mode: 'propose', ...part, for: '60s' });
      await ask('web', 'a');
      const [proposal] = await world.store.listProposals(5);
      if (proposal) await world.store.endProposal(proposal, { kind: 'WITHDRAWN', atMs: world.clock.now });
      world.clock.now += 120_000;
      expect(await ask('web', 'a')).toMatchObject({ detail: expect.stringContaining('which is WITHDRAWN') });
      expect(await ask('web', 'c')).toMatchObject({ decision: 'heal' });
    },
  );

  it('calls people about attempts that real repairs have spent: they stay spent when the mode ends', async () => {
    world = createWorld(configured({ strategies: [{ maxAttempts: 1, cooldownSeconds: 0 }] }));
    const healed = await ask('web', 'a');
    if (healed.decision !== 'heal') throw new Error(healed.decision);
    await conclude(world, { operationId: healed.operationId, fence: healed.fence, state: 'COMPLETED' });
    await set({ mode: 'observe', component: 'web' }, 1);
    world.notifier.sent.length = 0;
    expect(await ask('web', 'b')).toMatchObject({ reason: 'ATTEMPTS_SPENT' });
    expect(world.notifier.sent.map(({ subject }) => subject)).toEqual([
      'Selfheal has spent its attempts on web',
    ]);
    expect(world.notifier.sent[0]?.body).not.toHaveProperty('observed');
  });
});

describe('the mode of one strategy', () => {
  const propose = { id: 'restart', trigger: { metrics: ['memory'] }, mode: 'propose', cooldownSeconds: 0 };
  const heal = { id: 'clear', trigger: { metrics: ['disk'] }, cooldownSeconds: 0 };
  let world: World;
  let proposalId: string;
  beforeEach(async () => {
    world = createWorld(configured({ strategies: [propose, heal] }));
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'a'));
    proposalId = (await world.store.listProposals(5))[0]?.operation.operationId ?? '';
    world.clock.now += 60_000;
  });
  const repairDisk = async () => {
    const healed = await triage(world, signalEvent({ component: 'web', metric: 'disk' }, 'b'));
    if (healed.decision !== 'heal') throw new Error(healed.decision);
    await reconcileAlarms(world);
    await conclude(world, { operationId: healed.operationId, fence: healed.fence, state: 'COMPLETED' });
  };
  const approve = () =>
    triage(
      world,
      approvalEvent({ command: 'approve', proposal: proposalId, by: 'ada' }, 'c', '2026-11-22T13:31:01Z'),
    );

  it('leaves its proposal open while another fault of the component is repaired without one', async () => {
    await repairDisk();
    const [proposal] = await world.store.listProposals(5);
    expect(proposal?.end).toBeUndefined();
    expect(world.notifier.sent).not.toContainEqual(
      expect.objectContaining({ body: expect.objectContaining({ kind: 'proposal-withdrawn' }) }),
    );
    expect(await approve()).toMatchObject({ decision: 'heal', operationId: proposalId });
  });
});
