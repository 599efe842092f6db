import { describe, expect, it } from 'vitest';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { approvalEvent, controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { FENCE, NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, withStore } from '../../../factories/ports/world.ts';
import {
  ADA,
  alert,
  approve,
  configurationOf,
  deny,
  GRACE,
  PROPOSAL,
  proposalIn,
  proposed,
  subjects,
} from './proposed-world.ts';

describe('in propose mode', () => {
  it('an approval begins the operation that was proposed', async () => {
    const world = await proposed();
    world.clock.now = NOON + 60_000;
    expect(await approve(world)).toEqual({
      decision: 'heal',
      operationId: PROPOSAL,
      component: 'web',
      fence: FENCE + 60,
    });
    expect(await proposalIn(world)).toMatchObject({
      approvals: [{ by: ADA, atMs: NOON }],
      end: { kind: 'APPROVED', by: ADA },
    });
    expect(await world.store.getOperation(PROPOSAL)).toMatchObject({
      startedAtMs: NOON + 60_000,
      attempt: 1,
    });
  });

  it('an approval that is delivered twice begins it once', async () => {
    const world = await proposed();
    const event = approvalEvent({ command: 'approve', proposal: PROPOSAL, by: ADA }, 'approval');
    const first = await triage(world, event);
    expect(await triage(world, event)).toEqual(first);
    expect(await world.store.listOperations(5)).toHaveLength(1);
    expect(await world.store.listRefusals('web', 5)).toEqual([]);
  });

  it('an approval whose answer is lost still begins it', async () => {
    const world = await proposed();
    let isLost = true;
    const losing = withStore(world, {
      admit: async (...given) => {
        const outcome = await world.store.admit(...given);
        if (!isLost) return outcome;
        isLost = false;
        throw new StoreUnavailable('no answer');
      },
    });
    expect(await approve(losing)).toMatchObject({ decision: 'heal' });
    expect(subjects(world)).not.toContain('Selfheal: an approval had no effect');
  });

  it('an approval that is delivered twice at the same moment is refused by neither', async () => {
    const world = await proposed();
    const event = approvalEvent({ command: 'approve', proposal: PROPOSAL, by: ADA }, 'approval');
    const decisions = await Promise.all([triage(world, event), triage(world, event)]);
    expect(decisions.map(({ decision }) => decision)).toEqual(['heal', 'heal']);
    expect(await world.store.listOperations(5)).toHaveLength(1);
    expect(subjects(world)).not.toContain('Selfheal: an approval had no effect');
  });

  it('a second approval is refused, and says who gave the first', async () => {
    const world = await proposed();
    await approve(world);
    const again = await approve(world, GRACE);
    expect(again).toMatchObject({ decision: 'refuse', reason: 'PROPOSAL_CLOSED' });
    expect(again).toMatchObject({ detail: expect.stringContaining(`APPROVED by ${ADA}`) });
    expect(subjects(world)).toContain('Selfheal: an approval had no effect');
  });

  it('one of many approvals at the same time begins it', async () => {
    const world = await proposed();
    const people = Array.from({ length: 20 }, (_, index) => `arn:aws:iam::123456789012:user/p${index}`);
    const decisions = await Promise.all(people.map((by) => approve(world, by)));
    const others = decisions.filter(({ decision }) => decision !== 'heal');
    expect(others).toHaveLength(19);
    for (const other of others)
      expect(other).toMatchObject({ decision: 'refuse', reason: 'PROPOSAL_CLOSED' });
    expect((await proposalIn(world))?.approvals).toHaveLength(1);
  });

  it('one of two approvals of a person at the same time begins it', async () => {
    const world = await proposed();
    const given = (second: number) => ({
      ...approvalEvent({ command: 'approve', proposal: PROPOSAL, by: ADA }, `approval-${second}`),
      time: `2026-11-22T13:29:5${second}Z`,
    });
    const decisions = await Promise.all([1, 2].map((second) => triage(world, given(second))));
    expect(decisions.map(({ decision }) => decision).sort()).toEqual(['heal', 'refuse']);
  });

  it('an approval after the expiry is refused, and the next signal leads to another proposal', async () => {
    const world = await proposed();
    world.clock.now = NOON + 3_600_000;
    expect(await approve(world)).toMatchObject({
      reason: 'PROPOSAL_CLOSED',
      detail: expect.stringContaining('EXPIRED'),
    });
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'event-2'));
    expect(await world.store.listProposals(5)).toHaveLength(2);
  });

  it('an approval is refused if a limit no longer holds, and may be repeated', async () => {
    const world = await proposed();
    await triage(world, controlEvent({ command: 'pause', reason: 'release' }));
    expect(await approve(world)).toMatchObject({ reason: 'PAUSED', detail: 'release' });
    expect((await proposalIn(world))?.approvals).toEqual([]);
    expect(await world.store.listOperations(5)).toEqual([]);
    await triage(world, controlEvent({ command: 'resume' }, '2026-11-22T13:30:01Z'));
    expect(await approve(world)).toMatchObject({ decision: 'heal' });
  });

  it('an approval is refused if the group is busy by now', async () => {
    const parts = {
      groups: { tier: { maxInFlight: 1 } },
      components: { web: { group: 'tier' }, api: { group: 'tier' } },
    };
    const world = await proposed(parts);
    const auto = { ...world, configuration: configured(parts) };
    await triage(auto, signalEvent({ component: 'api', metric: 'memory' }, 'event-2'));
    expect(await approve(world)).toMatchObject({ reason: 'GROUP_BUSY' });
  });

  it('an approval is refused if something else would be carried out than people saw', async () => {
    const world = await proposed();
    const actions = [{ type: 'graceful_stop' }, { type: 'start_component' }];
    const redeployed = { ...world, configuration: configurationOf({ strategies: [{ actions }] }) };
    expect(await approve(redeployed)).toMatchObject({ reason: 'PLAN_CHANGED' });
    const observing = { ...world, configuration: configurationOf({ settings: { mode: 'observe' } }) };
    expect(await approve(observing)).toMatchObject({ reason: 'PLAN_CHANGED' });
    expect(await world.store.listOperations(5)).toEqual([]);
  });

  it('an approval does not count consecutive alerts again', async () => {
    const trigger = { metrics: ['memory'], consecutiveFailures: 2, withinSeconds: 60 };
    const world = createWorld(configurationOf({ strategies: [{ trigger }] }));
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'event-0'));
    const second = { ...alert, time: '2026-11-22T13:30:10Z' };
    world.clock.now = NOON + 10_000;
    await triage(world, second);
    const [proposal] = await world.store.listProposals(5);
    world.clock.now = NOON + 600_000;
    expect(await approve(world, ADA, proposal?.operation.operationId)).toMatchObject({ decision: 'heal' });
  });

  it('a proposal that nobody made can’t be approved', async () => {
    const world = createWorld(configurationOf());
    expect(await approve(world)).toMatchObject({ reason: 'UNKNOWN_PROPOSAL' });
    expect(await world.store.listOperations(5)).toEqual([]);
  });

  it.each([
    ['nobody’s name', { by: '' }],
    ['another command', { command: 'force' }],
    ['an id that is none', { proposal: 'a b' }],
  ])('an approval with %s is not understood', async (_, wrong) => {
    const world = await proposed();
    const detail = { command: 'approve', proposal: PROPOSAL, by: ADA, ...wrong };
    expect(await triage(world, approvalEvent(detail, 'approval'))).toMatchObject({
      reason: 'NOT_UNDERSTOOD',
    });
    expect(await world.store.listOperations(5)).toEqual([]);
  });

  it('an approval from a source that is not listened to is refused', async () => {
    const world = await proposed();
    const event = approvalEvent({ command: 'approve', proposal: PROPOSAL, by: ADA }, 'approval');
    expect(await triage(world, { ...event, source: 'acme' })).toMatchObject({ reason: 'UNKNOWN_SOURCE' });
    expect(await triage(world, { ...event, source: 'selfheal' })).toMatchObject({ reason: 'UNKNOWN_SOURCE' });
  });

  describe('with two approvals', () => {
    const two = { strategies: [{ approvals: 2 }] };

    it('needs two different people', async () => {
      const world = await proposed(two);
      expect(await approve(world)).toMatchObject({
        decision: 'observe',
        detail: expect.stringContaining('approval 1 of 2'),
      });
      expect(await world.store.listOperations(5)).toEqual([]);
      expect(await approve(world, GRACE)).toMatchObject({ decision: 'heal' });
      expect((await proposalIn(world))?.approvals.map(({ by }) => by)).toEqual([ADA, GRACE]);
    });

    it('does not count one person twice', async () => {
      const world = await proposed(two);
      await approve(world);
      world.clock.now = NOON + 1_000;
      const event = { command: 'approve', proposal: PROPOSAL, by: ADA };
      expect(await triage(world, approvalEvent(event, 'again', '2026-11-22T13:30:01Z'))).toMatchObject({
        reason: 'SAME_PERSON',
      });
      expect(await world.store.listOperations(5)).toEqual([]);
    });

    it('accepts the approvals of two people at the same time', async () => {
      const world = await proposed(two);
      const decisions = await Promise.all([approve(world, ADA), approve(world, GRACE)]);
      expect(decisions.map(({ decision }) => decision).sort()).toEqual(['heal', 'observe']);
    });

    it('ends with the denial of one', async () => {
      const world = await proposed(two);
      await approve(world);
      await deny(world, {}, GRACE);
      expect(await proposalIn(world)).toMatchObject({ end: { kind: 'DENIED', by: GRACE } });
    });
  });
});
