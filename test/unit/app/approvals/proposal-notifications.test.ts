import { describe, expect, it } from 'vitest';
import {
  overtakenNotification,
  proposalNotification,
  withdrawnNotification,
} from '../../../../functions/app/approvals/proposal-notifications.ts';
import type { ModeInForce } from '../../../../functions/core/admission/mode-now.ts';
import type { Proposal } from '../../../../functions/core/admission/proposal.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { approvalsLab, PROPOSAL } from './approvals-lab.ts';

async function proposed(more: Partial<Proposal> = {}): Promise<Proposal> {
  const proposal = await (await approvalsLab()).proposal();
  if (!proposal) throw new Error('no proposal');
  return { ...proposal, ...more };
}

const textOf = (proposal: Proposal) =>
  String(proposalNotification(proposal, ['graceful_stop', 'start_component']).body['message']).split('\n');

describe('the notice of a proposal', () => {
  it('says what is proposed and until when, and has all that people decide by', async () => {
    const proposal = await proposed();
    const { alert, diagnosis } = proposal.operation;
    expect(textOf(proposal)).toEqual([
      `web is unhealthy: ${alert.reason}`,
      'Selfheal proposes strategy restart (graceful_stop, start_component), and does nothing until a person approves it.',
      `It can be approved until 2026-11-22T14:30:00.000Z: \`selfheal approve ${PROPOSAL}\`, or \`selfheal deny ${PROPOSAL} --for 2h\`.`,
      'Every limit is checked again at that moment.',
    ]);
    expect(proposalNotification(proposal, ['start_component'])).toMatchObject({
      topic: 'architect',
      subject: 'Selfheal proposes restart for web',
      body: {
        ...{ kind: 'proposal', proposalId: PROPOSAL, component: 'web', strategyId: 'restart', attempt: 1 },
        ...{ actions: ['start_component'], approvalsNeeded: 1, expiresAtMs: NOON + 3_600_000, diagnosis },
        evidence: { metric: 'memory', severity: 'CRITICAL', current: 97, threshold: 90 },
      },
    });
  });

  it('says how many people are needed', async () => {
    expect(textOf(await proposed({ approvalsNeeded: 2 }))[1]).toBe(
      'Selfheal proposes strategy restart (graceful_stop, start_component), and does nothing until 2 people approve it.',
    );
  });

  it.each<[Partial<ModeInForce>, string]>([
    [{ of: 'everything' }, 'all components'],
    [{ of: 'group', name: 'front' }, 'group front'],
    [{ of: 'component', name: 'web' }, 'web'],
    [{ of: 'component', name: 'web', untilMs: NOON + 60_000 }, 'web until 2026-11-22T13:31:00.000Z'],
  ])('says that a person set the mode: %j', async (fields, of) => {
    const setMode = { mode: 'propose', reason: 'release', ...fields } as ModeInForce;
    const proposal = await proposed({ setMode });
    expect(textOf(proposal).at(-1)).toBe(
      `It is only proposed because a person set that mode for ${of}: release`,
    );
    expect(proposalNotification(proposal, []).body['setMode']).toEqual(setMode);
  });
});

describe('the notice that a proposal is withdrawn', () => {
  it.each([
    [withdrawnNotification, 'web has recovered by itself.'],
    [overtakenNotification, 'web is being repaired without an approval.'],
  ])('says why (%#)', async (notificationOf, why) => {
    expect(notificationOf(await proposed())).toEqual({
      topic: 'architect',
      subject: 'Selfheal withdraws its proposal for web',
      body: {
        ...{ kind: 'proposal-withdrawn', proposalId: PROPOSAL, component: 'web', strategyId: 'restart' },
        message: `${why} Proposal ${PROPOSAL} (restart) is withdrawn: there is nothing left to decide.`,
      },
    });
  });
});
