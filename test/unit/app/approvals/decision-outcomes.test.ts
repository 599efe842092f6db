import { describe, expect, it } from 'vitest';
import { conclude } from '../../../../functions/app/heal/conclude.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { approvalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { withStore } from '../../../factories/ports/world.ts';
import { approvalsLab, PROPOSAL } from './approvals-lab.ts';

const TWO_PEOPLE = { strategies: [{ approvals: 2 }] };

const decision = (command: string, more: object = {}) =>
  approvalEvent({ command, proposal: PROPOSAL, by: 'ada', ...more }, `${command}-1`);

describe('a decision about a proposal', () => {
  it('is refused for one that does not exist, which is named', async () => {
    const { world } = await approvalsLab();
    expect(await triage(world, decision('approve', { proposal: 'none' }))).toEqual({
      ...{ decision: 'refuse', reason: 'UNKNOWN_PROPOSAL', detail: 'there is no proposal none' },
    });
  });

  it('says how many approvals there are, and who gave the last one', async () => {
    const { world, proposal } = await approvalsLab(TWO_PEOPLE);
    expect(await triage(world, decision('approve', { reason: 'seen' }))).toEqual({
      decision: 'observe',
      detail: `proposal ${PROPOSAL}: approval 1 of 2, by ada`,
    });
    expect((await proposal())?.approvals).toEqual([{ by: 'ada', atMs: NOON, reason: 'seen' }]);
  });

  it('is on record without a reason, and without an end of its own, where people give none', async () => {
    const approved = await approvalsLab();
    await triage(approved.world, decision('approve'));
    expect((await approved.proposal())?.approvals).toStrictEqual([{ by: 'ada', atMs: NOON }]);
    const plain = await approvalsLab();
    await triage(plain.world, decision('deny'));
    expect((await plain.proposal())?.end).toStrictEqual({
      ...{ kind: 'DENIED', by: 'ada', atMs: NOON, untilMs: NOON + 3_600_000 },
    });
    const denied = await approvalsLab();
    await triage(denied.world, decision('deny', { for: 7_200, reason: 'not now' }));
    expect((await denied.proposal())?.end).toEqual({
      ...{ kind: 'DENIED', by: 'ada', atMs: NOON, reason: 'not now', untilMs: NOON + 7_200_000 },
    });
  });

  it('may be a denial by a person who has approved it', async () => {
    const { world, proposal } = await approvalsLab(TWO_PEOPLE);
    await triage(world, decision('approve'));
    expect(await triage(world, decision('deny'))).toMatchObject({ decision: 'observe' });
    expect((await proposal())?.end).toMatchObject({ kind: 'DENIED', by: 'ada' });
  });

  it('is refused under its component if it comes too late', async () => {
    const { world, refusals } = await approvalsLab();
    await triage(world, decision('deny'));
    await triage(world, approvalEvent({ command: 'approve', proposal: PROPOSAL, by: 'grace' }, 'late'));
    expect(await refusals('web')).toMatchObject([{ reason: 'PROPOSAL_CLOSED', signalId: 'late' }]);
    await triage(world, approvalEvent({ command: 'deny', proposal: PROPOSAL, by: 'grace' }, 'later'));
    expect((await refusals('web')).map(({ signalId }) => signalId).toSorted()).toEqual(['late', 'later']);
  });

  it.each(['approve', 'deny'])('reads a proposal again that others change meanwhile: %s', async (command) => {
    const { world, proposal } = await approvalsLab(TWO_PEOPLE);
    let tries = 0;
    const overtaken = async () => {
      tries += 1;
      return false;
    };
    const busy = withStore(world, { addApproval: overtaken, endProposal: overtaken });
    await expect(triage(busy, decision(command))).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: `proposal ${PROPOSAL} changed faster than it could be read`,
    });
    expect(tries).toBe(5);
    expect((await proposal())?.approvals).toEqual([]);
  });

  it('begins nothing again where its operation has ended while it was delivered twice', async () => {
    const { world, proposal } = await approvalsLab();
    const asProposed = await proposal();
    const begun = await triage(world, decision('approve'));
    if (begun.decision !== 'heal') throw new Error(begun.decision);
    const { operationId, fence } = begun;
    await conclude(world, { operationId, fence, state: 'COMPLETED' });
    let reads = 0;
    const late = withStore(world, {
      readHeldBack: async (id) => {
        reads += 1;
        return reads === 1 && asProposed ? { proposal: asProposed } : await world.store.readHeldBack(id);
      },
    });
    expect(await triage(late, decision('approve'))).toEqual({
      decision: 'observe',
      detail: `operation ${PROPOSAL} has already ended`,
    });
  });
});
