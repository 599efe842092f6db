import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../../../functions/core/admission/proposal.ts';
import { decisionRefusal } from '../../../../functions/core/approval/decision-refusal.ts';
import { outcomeText } from '../../../../functions/core/approval/outcome-text.ts';
import {
  isSamePerson,
  mayUseLinks,
  personInSlack,
  waysToApprove,
} from '../../../../functions/core/approval/people.ts';
import { slackClickIn } from '../../../../functions/core/approval/slack-click.ts';
import { ADA, GRACE, proposed } from './proposals.ts';

const PROPOSAL = proposed({ approvalsNeeded: 2 });
const ID = PROPOSAL.operation.operationId;
const EXPIRY = PROPOSAL.expiresAtMs;
const ARN = 'arn:aws:iam::123456789012:user/ada';
const SETTINGS = {
  approvals: {
    people: {
      ada: { email: 'ada@example.com', slack: 'U0ADA', arn: ARN },
      grace: { channel: 'team' },
      edsger: { slack: 'U0EDSGER' },
    },
  },
} as const;

describe('the outcome of a decision', () => {
  const confirmed = (more: Partial<Proposal>) =>
    outcomeText('approve', { outcome: 'confirmed', proposal: { ...PROPOSAL, ...more } });

  it('is that the component is not proposed again, if it was denied', () => {
    const untilMs = Date.UTC(2026, 10, 22, 14, 32);
    expect(confirmed({ end: { kind: 'DENIED', ...GRACE, untilMs } })).toEqual({
      title: 'Denied',
      text: 'web is not proposed again until 2026-11-22T14:32:00.000Z.',
    });
    expect(confirmed({ end: { kind: 'DENIED', ...GRACE } })).toEqual({
      title: 'Denied',
      text: 'web is not proposed again.',
    });
  });

  it('is that the repair has begun, or that another person has to approve', () => {
    expect(confirmed({ end: { kind: 'APPROVED', ...GRACE } })).toEqual({
      title: 'Approved',
      text: `The repair of web has begun: \`selfheal show ${ID} --watch\` follows it.`,
    });
    expect(confirmed({ approvals: [ADA] })).toEqual({
      title: 'Your approval is recorded',
      text: '1 of 2. Another person has to approve too.',
    });
  });

  it.each([
    ['approve', 'The approval was refused', 'The approval was sent'],
    ['deny', 'The denial was refused', 'The denial was sent'],
  ] as const)('says what happened to the command %s if it had no effect yet', (command, refused, sent) => {
    const refusal = { reason: 'PAUSED', detail: 'maintenance' };
    expect(outcomeText(command, { outcome: 'refused', refusal })).toEqual({
      title: refused,
      text: `PAUSED: maintenance. A proposal that is still open can be decided by \`selfheal ${command}\`.`,
    });
    expect(outcomeText(command, { outcome: 'unanswered' })).toEqual({
      title: sent,
      text: 'Its effect is not on record yet: `selfheal proposals` shows it.',
    });
  });
});

describe('a decision', () => {
  const refusal = (
    command: 'approve' | 'deny',
    by: string,
    more: Partial<Proposal> = {},
    nowMs = EXPIRY - 1,
  ) => decisionRefusal({ ...PROPOSAL, ...more }, { command, by }, SETTINGS, nowMs);

  it('is taken while the proposal is open, and from each person once', () => {
    expect(refusal('approve', 'ada')).toBeUndefined();
    expect(refusal('approve', 'grace', { approvals: [ADA] })).toBeUndefined();
    expect(refusal('deny', 'ada', { approvals: [ADA] })).toBeUndefined();
    const samePerson = {
      reason: 'SAME_PERSON',
      detail: 'ada has already approved it; 2 different people must approve',
    };
    expect(refusal('approve', 'ada', { approvals: [GRACE, ADA] })).toEqual(samePerson);
    expect(refusal('approve', ARN, { approvals: [ADA] })).toEqual(samePerson);
  });

  it('comes too late once the proposal has ended or expired', () => {
    const closed = (detail: string) => ({
      reason: 'PROPOSAL_CLOSED',
      detail: `proposal ${ID} has ended: ${detail}`,
    });
    expect(refusal('deny', 'ada', {}, EXPIRY)).toEqual(closed('EXPIRED at 2026-11-22T14:30:00.000Z'));
    expect(refusal('deny', 'ada', { end: { kind: 'APPROVED', ...GRACE } })).toEqual(
      closed('APPROVED by grace at 2026-11-22T13:32:00.000Z'),
    );
    expect(refusal('approve', 'ada', { end: { kind: 'WITHDRAWN', atMs: ADA.atMs } })).toEqual(
      closed('WITHDRAWN at 2026-11-22T13:31:00.000Z'),
    );
  });
});

describe('a person', () => {
  it('is known in Slack by the member ID alone', () => {
    expect(personInSlack(SETTINGS, 'U0ADA')).toBe('ada');
    expect(personInSlack(SETTINGS, 'U0EDSGER')).toBe('edsger');
    expect(personInSlack(SETTINGS, 'U0MALLORY')).toBeUndefined();
    expect(personInSlack({}, 'U0ADA')).toBeUndefined();
  });

  it('may decide by links with an address or a chat', () => {
    const names = ['ada', 'grace', 'edsger', 'mallory', 'constructor'];
    expect(names.filter((name) => mayUseLinks(SETTINGS, name))).toEqual(['ada', 'grace']);
    expect(names.filter((name) => mayUseLinks({}, name))).toEqual([]);
  });

  it('is the same under the name and under the ARN', () => {
    expect(isSamePerson(SETTINGS, 'ada', ARN)).toBe(true);
    expect(isSamePerson(SETTINGS, ARN, 'ada')).toBe(true);
    expect(isSamePerson(SETTINGS, 'grace', 'grace')).toBe(true);
    expect(isSamePerson(SETTINGS, 'grace', ARN)).toBe(false);
    expect(isSamePerson({}, 'ada', ARN)).toBe(false);
  });
});

describe('the ways to approve', () => {
  const ways = (ada: object, more: object = {}) =>
    waysToApprove({ approvals: { people: { ada, grace: {} }, ...more } });
  it('are those that somebody may use', () => {
    expect(waysToApprove({})).toEqual({ slack: false, email: false, channel: false });
    expect(ways({ email: 'ada@example.com' })).toEqual({ slack: false, email: true, channel: false });
    expect(ways({ channel: 'team' })).toEqual({ slack: false, email: false, channel: true });
    expect(ways({ slack: 'U0ADA' })).toEqual({ slack: false, email: false, channel: false });
    expect(ways({}, { slack: { signingSecretArn: 'arn' } })).toEqual({
      ...{ slack: true, email: false, channel: false },
    });
  });
});

describe('a click in Slack', () => {
  const click = (action: object, more: object = {}) => {
    const payload = {
      type: 'block_actions',
      user: { id: 'U0ADA' },
      response_url: 'https://hooks.slack.com/a',
      actions: [{ action_id: 'selfheal_approve', value: 'p-1', ...action }],
      ...more,
    };
    return slackClickIn(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
  };

  it('says who decides what, and where the answer goes', () => {
    const clicked = { proposalId: 'p-1', memberId: 'U0ADA', responseUrl: 'https://hooks.slack.com/a' };
    expect(click({})).toEqual({ command: 'approve', ...clicked });
    expect(click({ action_id: 'selfheal_deny' })).toEqual({ command: 'deny', ...clicked });
  });

  it('has an id of 1 to 64 letters, digits and hyphens', () => {
    for (const value of ['Aa0-', 'x'.repeat(64)]) expect(click({ value })?.proposalId).toBe(value);
    for (const value of ['', 'x'.repeat(65), 'p 1', 'p_1', ' p', 'p\n'])
      expect(click({ value }), value).toBeUndefined();
  });

  it('is none without an action, with another button, or of another interaction', () => {
    expect(click({}, { actions: [] })).toBeUndefined();
    expect(click({ action_id: 'other' })).toBeUndefined();
    expect(click({}, { type: 'view_submission' })).toBeUndefined();
    for (const body of ['', 'payload=%7B', 'payload=null']) expect(slackClickIn(body)).toBeUndefined();
  });
});
