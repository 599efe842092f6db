import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { configured } from '../../../factories/configuration.ts';
import { approvalEvent, controlEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { createWorld } from '../../../factories/ports/world.ts';
import { approvalsLab, PROPOSAL } from './approvals-lab.ts';

describe('a decision that is delivered again', () => {
  const decided = (command: string, id: string) =>
    approvalEvent({ command, proposal: PROPOSAL, by: 'ada' }, id, '2026-11-22T13:30:00Z');

  it('has denied the proposal already', async () => {
    const { world } = await approvalsLab();
    expect(await triage(world, decided('deny', 'first'))).toEqual({
      decision: 'observe',
      detail: `proposal ${PROPOSAL} was denied by ada`,
    });
    expect(await triage(world, decided('deny', 'second'))).toEqual({
      decision: 'observe',
      detail: `proposal ${PROPOSAL} was already denied`,
    });
  });

  it('has begun the operation already, which may have ended since', async () => {
    const { world } = await approvalsLab();
    const first = await triage(world, decided('approve', 'first'));
    if (first.decision !== 'heal') throw new Error(first.decision);
    expect(await triage(world, decided('approve', 'second'))).toEqual(first);
    const { operationId, fence } = first;
    await conclude(world, { operationId, fence, state: 'COMPLETED' });
    expect(await triage(world, decided('approve', 'third'))).toEqual({
      decision: 'observe',
      detail: `proposal ${PROPOSAL} was already approved by ada`,
    });
  });

  it('is none if another person, or another moment, decides the same', async () => {
    const { world } = await approvalsLab();
    await triage(world, decided('deny', 'first'));
    const other = { command: 'deny', proposal: PROPOSAL, by: 'grace' };
    expect(await triage(world, approvalEvent(other, 'second', '2026-11-22T13:30:00Z'))).toMatchObject({
      reason: 'PROPOSAL_CLOSED',
    });
    const later = { ...other, by: 'ada' };
    expect(await triage(world, approvalEvent(later, 'third', '2026-11-22T13:30:01Z'))).toMatchObject({
      reason: 'PROPOSAL_CLOSED',
    });
  });
});

describe('a proposal whose strategy needs no approval any longer', () => {
  it('is overtaken by the repair of another fault', async () => {
    const world = createWorld(
      configured({
        strategies: [
          { id: 'restart', cooldownSeconds: 0 },
          { id: 'clear', trigger: { metrics: ['disk'] }, cooldownSeconds: 0 },
        ],
      }),
    );
    const set = (mode: string, second: number) =>
      triage(
        world,
        controlEvent({ command: 'set_mode', mode, component: 'web' }, `2026-11-22T13:30:0${second}Z`),
      );
    await set('propose', 0);
    await triage(world, signalEvent({ component: 'web', metric: 'memory' }, 'a'));
    await set('auto', 1);
    world.clock.now += 60_000;
    expect(await triage(world, signalEvent({ component: 'web', metric: 'disk' }, 'b'))).toMatchObject({
      decision: 'heal',
    });
    await reconcileAlarms(world);
    const [proposal] = await world.store.listProposals(5);
    expect(proposal?.end).toMatchObject({ kind: 'WITHDRAWN' });
  });
});
