import { describe, expect, it } from 'vitest';
import { answerRequest } from '../../../../functions/app/approvals/answer-request.ts';
import { sendLinks, showOutcome } from '../../../../functions/app/approvals/notify-approvers.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { controlEvent } from '../../../factories/events/selfheal-event.ts';
import { slackClick } from '../../../factories/slack-request.ts';
import { ADA_IN_SLACK, approvalsLab, GRACE_IN_SLACK, PROPOSAL, SECRET } from './approvals-lab.ts';

type Lab = Awaited<ReturnType<typeof approvalsLab>>;

const TWO_PEOPLE = { strategies: [{ approvals: 2 }] };
const AT = '2026-11-22T13:30:00.000Z';

interface Shown {
  readonly replace_original: boolean;
  readonly blocks: readonly {
    readonly type: string;
    readonly elements?: readonly { readonly text: unknown }[];
  }[];
}

/** The lines below the message that was clicked, and whether its buttons are still there. */
function shown(lab: Lab) {
  const message = lab.answers.at(-1)?.message as unknown as Shown;
  expect(message.replace_original).toBe(true);
  return {
    remarks: message.blocks
      .filter(({ type }) => type === 'context')
      .flatMap(({ elements = [] }) => elements.map(({ text }) => text))
      .filter((text) => typeof text === 'string'),
    hasButtons: message.blocks.some(({ type }) => type === 'actions'),
  };
}

describe('the message that somebody clicked', () => {
  it('shows who approved it, and what was proposed', async () => {
    const lab = await approvalsLab();
    await lab.click();
    expect(shown(lab)).toEqual({ remarks: [`Approved by ada at ${AT}`], hasButtons: false });
    expect(JSON.stringify(lab.answers[0]?.message)).toContain(
      'Selfheal proposes strategy restart (start_component), and does nothing until a person approves it.',
    );
  });

  it('shows who has approved it so far, and who of them clicked again', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    await lab.click();
    expect(shown(lab)).toEqual({ remarks: [`Approved by ada at ${AT}`], hasButtons: true });
    await lab.click();
    expect(shown(lab)).toEqual({
      remarks: [
        `Approved by ada at ${AT}`,
        'ada: ada has already approved it; 2 different people must approve',
      ],
      hasButtons: true,
    });
    await lab.click({ user: GRACE_IN_SLACK });
    expect(shown(lab)).toEqual({
      remarks: [`Approved by ada at ${AT}`, `Approved by grace at ${AT}`],
      hasButtons: false,
    });
  });

  it('shows who denied it, and no refusal of what came later', async () => {
    const lab = await approvalsLab();
    await lab.click({ command: 'deny' });
    expect(shown(lab)).toEqual({ remarks: [`Denied by ada at ${AT}`], hasButtons: false });
    await lab.click({ user: GRACE_IN_SLACK });
    expect(shown(lab)).toEqual({ remarks: [`Denied by ada at ${AT}`], hasButtons: false });
  });

  it('shows that it was withdrawn or has expired', async () => {
    const withdrawn = await approvalsLab();
    const open = await withdrawn.proposal();
    if (open) await withdrawn.world.store.endProposal(open, { kind: 'WITHDRAWN', atMs: 0 });
    await withdrawn.click();
    expect(shown(withdrawn).remarks).toEqual(['Withdrawn: the component has recovered by itself']);
    const expired = await approvalsLab();
    expired.world.clock.now += 3_600_000;
    await expired.click();
    expect(shown(expired)).toEqual({ remarks: ['Expired at 2026-11-22T14:30:00.000Z'], hasButtons: false });
  });

  it('shows which limit refused the approval', async () => {
    const lab = await approvalsLab();
    await triage(lab.world, controlEvent({ command: 'pause', reason: 'maintenance' }));
    await lab.click();
    expect(shown(lab)).toEqual({
      remarks: [
        'The approval was refused (ada). PAUSED: maintenance. A proposal that is still open can be decided by `selfheal approve`.',
      ],
      hasButtons: true,
    });
  });

  it('shows after half a minute that the effect is not on record yet', async () => {
    const lab = await approvalsLab();
    const { clock } = lab.world;
    const startedAtMs = clock.now;
    const sent = {
      eventId: 'e',
      command: 'deny',
      proposalId: PROPOSAL,
      by: 'ada',
      atMs: startedAtMs,
    } as const;
    const text = await showOutcome(lab.deps, { proposal: PROPOSAL, responseUrl: 'https://slack', sent });
    expect(text).toBe(
      'The denial was sent (ada). Its effect is not on record yet: `selfheal proposals` shows it.',
    );
    expect(shown(lab)).toEqual({ remarks: [text], hasButtons: true });
    expect(clock.now - startedAtMs).toBe(30_000);
    expect(lab.answers[0]?.url).toBe('https://slack');
  });
});

describe('an answer for the person who clicked alone', () => {
  const answered = (text: string) => ({
    message: { response_type: 'ephemeral', replace_original: false, text },
  });

  it('says that the configuration does not list them', async () => {
    const lab = await approvalsLab();
    await lab.click({ user: 'U0MALLORY', responseUrl: 'https://slack/mallory' });
    expect(lab.answers).toEqual([
      {
        url: 'https://slack/mallory',
        ...answered('You may not decide this: settings.approvals.people does not list you.'),
      },
    ]);
  });

  it('says that there is no such proposal', async () => {
    const lab = await approvalsLab();
    await lab.click({ proposal: 'none' });
    expect(lab.answers).toMatchObject([answered('there is no proposal none')]);
    expect(await lab.refusals()).toMatchObject([{ reason: 'UNKNOWN_PROPOSAL' }]);
    const click = { proposal: 'none', responseUrl: 'https://slack' };
    expect(await showOutcome(lab.deps, click)).toBe('There is no such proposal.');
  });
});

describe('a report of a click', () => {
  it('says to the function that answers Slack what was clicked and where the answer goes', async () => {
    const lab = await approvalsLab(TWO_PEOPLE);
    await lab.click({ responseUrl: 'https://slack/1' });
    expect(lab.sent).toMatchObject([
      {
        detailType: 'Selfheal Approval',
        detail: { command: 'approve', proposal: PROPOSAL, by: 'ada', reason: 'in Slack' },
      },
      {
        ...{ detailType: 'Selfheal Slack Click', source: lab.sent[0]?.source, atMs: lab.world.clock.now },
        detail: {
          ...{ proposal: PROPOSAL, responseUrl: 'https://slack/1' },
          sent: { eventId: 'approval-1', command: 'approve', by: 'ada' },
        },
      },
    ]);
  });

  it('counts a request that arrives again for longer than its signature is accepted', async () => {
    const lab = await approvalsLab();
    const { useOnce } = lab.deps.approvals;
    const used: (readonly [string, number])[] = [];
    Object.assign(lab.deps.approvals, {
      useOnce: async (id: string, untilMs: number) => {
        used.push([id, untilMs]);
        return await useOnce(id, untilMs);
      },
    });
    const request = slackClick(SECRET, { proposal: PROPOSAL, user: ADA_IN_SLACK }, lab.world.clock.now);
    await lab.ask(request);
    expect(used).toEqual([
      [`slack#${request.headers['x-slack-signature']}`, lab.world.clock.now + 15 * 60_000],
    ]);
  });

  it('is not sent for a stranger, who is asked to wait where many are refused', async () => {
    const lab = await approvalsLab();
    const forged = slackClick('guessed', { proposal: PROPOSAL, user: ADA_IN_SLACK }, lab.world.clock.now);
    expect(await answerRequest(lab.deps, async () => 'limited', forged)).toMatchObject({
      ...{ statusCode: 429, body: 'Too many requests were refused within a minute.' },
    });
    expect(await lab.ask(forged)).toMatchObject({ statusCode: 401, body: 'the signature is not Slack’s' });
    expect(await lab.refusals()).toMatchObject([{ detail: 'Slack: the signature is not Slack’s' }]);
    expect(lab.sent).toEqual([]);
  });
});

describe('a link to each person', () => {
  it('goes to those with an address or a channel, by each of both, and says whose it is', async () => {
    const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
    const lab = await approvalsLab({
      settings: {
        approvals: {
          people: {
            ada: { email: 'ada@example.com', channel: 'direct' },
            bob: { arn: 'arn:aws:iam::123456789012:user/bob' },
            grace: { channel: 'direct' },
          },
        },
        notify: { channels: { direct: { type: 'teams', secretArn } } },
      },
    });
    expect(await lab.sendLinks()).toEqual(['ada', 'grace']);
    expect(lab.mails.map(({ person }) => person)).toEqual(['ada']);
    expect(lab.deliveries.map(({ channel, request }) => [channel, request])).toEqual([
      ['direct', 'tell'],
      ['direct', 'tell'],
    ]);
    expect(lab.mails[0]?.text).toContain(
      'ada: open the link, and approve or deny. It is yours alone and works once; forward it to nobody.',
    );
    expect(lab.mails[0]?.text).toContain('restart (start_component)');
    expect(JSON.stringify(lab.deliveries[1]?.body)).toContain('Decide as grace');
    expect(JSON.stringify(lab.deliveries[1]?.body)).not.toContain('Decide as ada');
  });

  it('says of no step what it does where its plan is not on record', async () => {
    const lab = await approvalsLab();
    const deps = { ...lab.deps, store: { ...lab.world.store, getPlan: async () => undefined } };
    await sendLinks(deps, PROPOSAL);
    expect(lab.mails[0]?.text).toContain('Selfheal proposes strategy restart (), and does nothing until');
  });

  it('goes to nobody about a proposal that has expired, or does not exist', async () => {
    const lab = await approvalsLab();
    lab.world.clock.now += 3_600_000;
    expect(await lab.sendLinks()).toEqual([]);
    const missing = { ...lab.deps, store: { ...lab.world.store, readHeldBack: async () => ({}) } };
    expect(await sendLinks(missing, PROPOSAL)).toEqual([]);
    expect(lab.mails).toEqual([]);
  });
});
