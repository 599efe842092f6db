import { describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { memoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
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
  it('a signal leads to a proposal, and to nothing else', async () => {
    const world = await proposed();
    expect(await proposalIn(world)).toMatchObject({
      operation: { operationId: PROPOSAL, component: 'web', strategyId: 'restart', attempt: 1 },
      expiresAtMs: NOON + 3_600_000,
      approvalsNeeded: 1,
      approvals: [],
      notifiedAtMs: NOON,
    });
    expect(await world.store.listOperations(5)).toEqual([]);
    expect(await world.store.listClaims()).toEqual([]);
  });

  it('people are asked with plan, blast radius, diagnosis, evidence and expiry', async () => {
    const world = await proposed({
      groups: { tier: {} },
      components: { web: { group: 'tier' }, api: { group: 'tier' } },
    });
    expect(world.notifier.sent).toMatchObject([
      {
        topic: 'architect',
        subject: 'Selfheal proposes restart for web',
        body: {
          kind: 'proposal',
          message: expect.stringContaining(`selfheal approve ${PROPOSAL}`),
          proposalId: PROPOSAL,
          actions: ['start_component'],
          expiresAtMs: NOON + 3_600_000,
          blastRadius: {
            targets: ['i-0123456789abcdef0'],
            group: { name: 'tier', members: 2, healthyLeft: 1, minHealthy: 0 },
          },
          diagnosis: { rootCause: expect.any(String) },
          evidence: { metric: 'memory', current: 97, threshold: 90 },
        },
      },
    ]);
  });

  it('people are asked about the strategy that answers', async () => {
    const cpu = { id: 'scale', trigger: { metrics: ['cpu'] }, actions: [{ type: 'notify_soc' }] };
    const world = await proposed({ strategies: [cpu, {}] });
    expect(world.notifier.sent).toMatchObject([{ body: { actions: ['start_component'] } }]);
  });

  it('a signal that is delivered again after the denial is answered with it', async () => {
    const world = await proposed();
    await deny(world);
    expect(await triage(world, alert)).toEqual({
      decision: 'observe',
      detail: `the signal already led to proposal ${PROPOSAL}, which is DENIED`,
    });
  });

  it('people are asked once, however often the signal is delivered', async () => {
    const world = await proposed();
    await triage(world, alert);
    await triage(world, alert);
    expect(subjects(world)).toEqual(['Selfheal proposes restart for web']);
    expect(await world.store.listProposals(5)).toHaveLength(1);
  });

  it('people are asked again if nobody knows that they were', async () => {
    const world = createWorld(configurationOf());
    const forgetful = withStore(world, { noteProposalNotified: async () => {} });
    await triage(forgetful, alert);
    await triage(forgetful, alert);
    expect(subjects(world)).toHaveLength(2);
  });

  it('other signals wait for the proposal', async () => {
    const world = await proposed();
    const other = await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'event-2'));
    expect(other).toMatchObject({ reason: 'AWAITING_APPROVAL', eligibleAtMs: NOON + 3_600_000 });
  });

  it('a denial says for how long there is no other proposal', async () => {
    const world = await proposed();
    await deny(world, { for: 7_200, reason: 'load test' });
    expect(await proposalIn(world)).toMatchObject({
      end: { kind: 'DENIED', by: ADA, reason: 'load test', untilMs: NOON + 7_200_000 },
    });
    expect(await approve(world, GRACE)).toMatchObject({ reason: 'PROPOSAL_CLOSED' });
    const again = (id: string) => triage(world, signalEvent({ component: 'web', metric: 'memory' }, id));
    expect(await again('event-2')).toMatchObject({ reason: 'DENIED', eligibleAtMs: NOON + 7_200_000 });
    world.clock.now = NOON + 7_200_000;
    expect(await again('event-3')).toMatchObject({ decision: 'observe' });
    expect(await world.store.listProposals(5)).toHaveLength(2);
  });

  it('a denial of what was carried out is refused', async () => {
    const world = await proposed();
    await approve(world);
    expect(await deny(world)).toMatchObject({ reason: 'PROPOSAL_CLOSED' });
  });

  it('a recovery withdraws the proposal, and people are notified', async () => {
    const world = await proposed();
    const detail = { component: 'web', metric: 'memory', kind: 'recovery', alarmName: memoryAlarm() };
    await triage(world, signalEvent(detail));
    expect(await proposalIn(world)).toMatchObject({ end: { kind: 'WITHDRAWN' } });
    expect(subjects(world)).toContain('Selfheal withdraws its proposal for web');
    expect(await approve(world)).toMatchObject({ reason: 'PROPOSAL_CLOSED' });
  });

  it('a recovery that no event reported withdraws it too', async () => {
    const world = await proposed();
    world.alarms.named.set(memoryAlarm(), 'OK');
    await reconcileAlarms(world);
    expect(await proposalIn(world)).toMatchObject({ end: { kind: 'WITHDRAWN' } });
  });

  it('an alarm that is still red leads to another proposal once the first has expired', async () => {
    const world = await proposed();
    world.alarms.named.set(memoryAlarm(), 'ALARM');
    world.clock.now = NOON + 3_599_000;
    expect((await reconcileAlarms(world)).done).toEqual([]);
    world.clock.now = NOON + 3_600_000;
    expect((await reconcileAlarms(world)).done).toEqual([`handed ${memoryAlarm()} back to triage`]);
  });
});
