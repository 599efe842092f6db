import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { ATTEMPTS_A_MINUTE } from '../../../../functions/app/approvals/refuse-attempt.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { channelRequest } from '../../../../functions/core/notification/channel-request.ts';
import { slackProposal } from '../../../../functions/core/notification/channels/slack-proposal.ts';
import { noticeOf } from '../../../../functions/core/notification/notice-of.ts';
import { approvalEvent, controlEvent } from '../../../factories/events/selfheal-event.ts';
import { clickBody, signedBySlack, slackClick } from '../../../factories/slack-request.ts';
import { longestNotice } from '../../core/notification/notices.ts';
import { ADA_IN_IAM, ADA_IN_SLACK, approvalsLab, GRACE_IN_SLACK, PROPOSAL, SECRET } from './approvals-lab.ts';

const TWO_PEOPLE = { strategies: [{ approvals: 2 }] };

describe('a button in Slack', () => {
  it('approves under the name that the configuration gives, and Slack shows that in place', async () => {
    const lab = await approvalsLab();
    expect(await lab.click()).toMatchObject({ statusCode: 200, body: '' });
    expect(await lab.proposal()).toMatchObject({
      approvals: [{ by: 'ada', reason: 'in Slack' }],
      end: { kind: 'APPROVED', by: 'ada' },
    });
    expect(await lab.world.store.getOperation(PROPOSAL)).toMatchObject({ state: 'HEALING' });
    expect(lab.answers).toMatchObject([{ message: { replace_original: true } }]);
    const shown = JSON.stringify(lab.answers[0]?.message);
    expect(shown).toContain('Approved by ada at 20');
    expect(shown).not.toContain('selfheal_approve');
  });

  it('denies for an hour', async () => {
    const lab = await approvalsLab();
    await lab.click({ command: 'deny' });
    expect(await lab.proposal()).toMatchObject({ end: { kind: 'DENIED', by: 'ada' } });
    expect(JSON.stringify(lab.answers[0]?.message)).toContain('Denied by ada at 20');
  });

  it('begins one operation when it is clicked twice', async () => {
    const lab = await approvalsLab();
    await lab.click();
    expect(await lab.click()).toMatchObject({ statusCode: 200 });
    expect((await lab.proposal())?.approvals).toHaveLength(1);
    expect(lab.sent.filter(({ detailType }) => detailType === 'Selfheal Approval')).toHaveLength(1);
    expect(await lab.refusals('web')).toMatchObject([{ reason: 'PROPOSAL_CLOSED' }]);
  });

  it('keeps the buttons until a second person approves, where two are required', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    await lab.click();
    await lab.click();
    expect(await lab.refusals('web')).toMatchObject([{ reason: 'SAME_PERSON' }]);
    expect(JSON.stringify(lab.answers[1]?.message)).toContain('selfheal_approve');
    await lab.click({ user: GRACE_IN_SLACK });
    expect((await lab.proposal())?.end).toMatchObject({ kind: 'APPROVED', by: 'grace' });
  });

  it('counts one person once who also approves by the command line', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    await triage(
      lab.world,
      approvalEvent({ command: 'approve', proposal: PROPOSAL, by: ADA_IN_IAM }, 'cli-1'),
    );
    await lab.click();
    expect(await lab.refusals('web')).toMatchObject([{ reason: 'SAME_PERSON' }]);
    const other = await approvalsLab(TWO_PEOPLE);
    await other.click();
    await triage(
      other.world,
      approvalEvent({ command: 'approve', proposal: PROPOSAL, by: ADA_IN_IAM }, 'cli-1'),
    );
    expect(await other.refusals('web')).toMatchObject([{ reason: 'SAME_PERSON' }]);
  });

  it('shows why a limit refuses the approval, and stays for another try', async () => {
    const lab = await approvalsLab();
    await triage(lab.world, controlEvent({ command: 'pause', reason: 'maintenance' }));
    await lab.click();
    const shown = JSON.stringify(lab.answers[0]?.message);
    expect(shown).toContain('The approval was refused (ada). PAUSED');
    expect(shown).toContain('selfheal_approve');
    expect((await lab.proposal())?.end).toBeUndefined();
  });

  it('decides nothing about a withdrawn proposal, and the message says so', async () => {
    const lab = await approvalsLab();
    const open = await lab.proposal();
    if (open) await lab.world.store.endProposal(open, { kind: 'WITHDRAWN', atMs: lab.world.clock.now });
    await lab.click();
    expect(await lab.refusals('web')).toMatchObject([{ reason: 'PROPOSAL_CLOSED' }]);
    expect(JSON.stringify(lab.answers[0]?.message)).toContain(
      'Withdrawn: the component has recovered by itself',
    );
    expect(await lab.world.store.getOperation(PROPOSAL)).toBeUndefined();
  });
});

describe('a request that Slack did not send', () => {
  const now = (lab: Awaited<ReturnType<typeof approvalsLab>>) => lab.world.clock.now;

  it.each([
    [
      'with a forged signature',
      401,
      (atMs: number) => slackClick('guessed', { proposal: PROPOSAL, user: ADA_IN_SLACK }, atMs),
    ],
    [
      'with a stale time stamp',
      401,
      (atMs: number) => slackClick(SECRET, { proposal: PROPOSAL, user: ADA_IN_SLACK }, atMs - 301_000),
    ],
    [
      'without a signature',
      401,
      (atMs: number) => ({
        ...slackClick(SECRET, { proposal: PROPOSAL, user: ADA_IN_SLACK }, atMs),
        headers: {},
      }),
    ],
    [
      'whose body was changed on the way',
      401,
      (atMs: number) => ({
        ...slackClick(SECRET, { proposal: PROPOSAL, user: 'U0MALLORY' }, atMs),
        body: Buffer.from(clickBody({ proposal: PROPOSAL, user: ADA_IN_SLACK })),
      }),
    ],
  ])('%s approves nothing and is on record', async (_, statusCode, request) => {
    const lab = await approvalsLab();
    expect(await lab.ask(request(now(lab)))).toMatchObject({ statusCode });
    expect(lab.sent).toEqual([]);
    expect(await lab.refusals()).toMatchObject([{ reason: 'NOT_AUTHENTIC' }]);
    expect((await lab.proposal())?.approvals).toEqual([]);
  });

  it('refuses a Slack click that was already recorded', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    const request = slackClick(SECRET, { proposal: PROPOSAL, user: ADA_IN_SLACK }, now(lab));
    expect(await lab.ask(request)).toMatchObject({ statusCode: 200 });
    expect(await lab.ask(request)).toMatchObject({ statusCode: 409 });
    expect(await lab.refusals()).toMatchObject([
      { reason: 'NOT_AUTHENTIC', detail: 'Slack: the request arrived before' },
    ]);
    expect((await lab.proposal())?.approvals).toHaveLength(1);
  });

  it('decides nothing when somebody who is not listed clicks, which only they see', async () => {
    const lab = await approvalsLab();
    await lab.click({ user: 'U0MALLORY' });
    expect((await lab.proposal())?.approvals).toEqual([]);
    expect(await lab.refusals()).toMatchObject([
      {
        reason: 'NOT_AUTHENTIC',
        detail:
          'Slack member U0MALLORY is not listed under settings.approvals.people; add the ID as slack of a person',
      },
    ]);
    expect(lab.answers).toMatchObject([{ message: { response_type: 'ephemeral', replace_original: false } }]);
  });

  it.each([
    [
      'another interaction',
      new URLSearchParams({ payload: JSON.stringify({ type: 'view_submission' }) }).toString(),
    ],
    ['no JSON', 'payload=%7B'],
    [
      'a button of another app',
      clickBody({ proposal: PROPOSAL, user: ADA_IN_SLACK }).replaceAll('selfheal_approve', 'other'),
    ],
  ])('does not count with %s', async (_, text) => {
    const lab = await approvalsLab();
    const headers = signedBySlack(SECRET, text, now(lab));
    const request = {
      method: 'POST',
      path: '/slack',
      query: new URLSearchParams(),
      headers,
      body: Buffer.from(text),
    };
    expect(await lab.ask(request)).toMatchObject({ statusCode: 400 });
    expect(lab.sent).toEqual([]);
  });

  it('leaves no record once there were too many, and people can still approve', async () => {
    const lab = await approvalsLab();
    const forged = () => lab.ask(slackClick('guessed', { proposal: PROPOSAL, user: ADA_IN_SLACK }, now(lab)));
    for (let sent = 0; sent < ATTEMPTS_A_MINUTE; sent += 1)
      expect(await forged()).toMatchObject({ statusCode: 401 });
    expect(await forged()).toMatchObject({ statusCode: 429 });
    expect(await forged()).toMatchObject({ statusCode: 429 });
    expect(await lab.refusals()).toHaveLength(ATTEMPTS_A_MINUTE);
    expect(await lab.click()).toMatchObject({ statusCode: 200 });
    expect((await lab.proposal())?.end).toMatchObject({ kind: 'APPROVED' });
    lab.world.clock.now += 60_000;
    expect(await forged()).toMatchObject({ statusCode: 401 });
  });

  it('does not replace the message when an authentic one is answered', async () => {
    const lab = await approvalsLab();
    await lab.click();
    const forged = () => lab.ask(slackClick('guessed', { proposal: PROPOSAL, user: ADA_IN_SLACK }, now(lab)));
    for (let sent = 0; sent <= ATTEMPTS_A_MINUTE; sent += 1) await forged();
    const before = lab.answers.length;
    expect(await lab.click({ user: GRACE_IN_SLACK })).toMatchObject({ statusCode: 200 });
    expect(await lab.click({ user: 'U0STRANGER' })).toMatchObject({ statusCode: 200 });
    expect(lab.answers).toHaveLength(before + 2);
    expect(await lab.refusals('web')).toMatchObject([{ reason: 'PROPOSAL_CLOSED' }]);
  });

  it('finds no page where Slack is not configured', async () => {
    const lab = await approvalsLab({
      settings: { approvals: { people: { ada: { email: 'ada@example.com' } } } },
    });
    expect(await lab.click()).toMatchObject({ statusCode: 404, body: 'Slack is not configured.' });
    expect(lab.sent).toEqual([]);
  });

  it('takes nothing but what Slack sends', async () => {
    const lab = await approvalsLab();
    const request = slackClick(SECRET, { proposal: PROPOSAL, user: ADA_IN_SLACK }, now(lab));
    expect(await lab.ask({ ...request, method: 'GET' })).toMatchObject({
      ...{ statusCode: 405, body: 'Slack sends POST requests.' },
    });
    expect(lab.sent).toEqual([]);
  });
});

describe('the message with the buttons', () => {
  it('consists of blocks that Slack knows, as few as a message may have', () => {
    for (const isOpen of [true, false]) {
      const remarks = ['x'.repeat(5_000)];
      const blocks: readonly KnownBlock[] = slackProposal(longestNotice(), PROPOSAL, {
        isOpen,
        remarks,
      }).blocks;
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(blocks.map(({ type }) => type).includes('actions')).toBe(isOpen);
    }
  });

  it('goes out only where Slack is set up for approvals', async () => {
    const { world } = await approvalsLab();
    const { team } = world.configuration.settings.notify.channels;
    const [{ subject, body } = { subject: '', body: {} }] = world.notifier.sent;
    const notice = noticeOf({ subject, body }, world);
    const request = (hasButtons: boolean) =>
      JSON.stringify(team && channelRequest(team, notice, { hasButtons }));
    expect(request(true)).toContain(`"action_id":"selfheal_approve"`);
    expect(request(true)).toContain(PROPOSAL);
    expect(request(false)).not.toContain('selfheal_approve');
  });
});
