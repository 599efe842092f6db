import { describe, expect, it } from 'vitest';
import { slackMessage } from '../../../../functions/core/notification/channels/slack.ts';
import { slackProposal } from '../../../../functions/core/notification/channels/slack-proposal.ts';
import { teamsMessage } from '../../../../functions/core/notification/channels/teams.ts';
import { CRITICAL, INFO, RESOLVED } from './payload-notices.ts';

const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text, emoji: true } });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });

const TASK = '*What to do*\n';

describe('a message to Slack', () => {
  it('has a header and one section for each part of a notice, with its links last', () => {
    expect(slackMessage(CRITICAL)).toEqual({
      text: 'web: the attempts are spent: a &lt; b &amp; c &gt; d, *twice*',
      blocks: [
        header('🚨 web: the attempts are spent'),
        section('a &lt; b &amp; c &gt; d, *twice*'),
        section('*What to do*\nArchitect: repair web by hand.'),
        section('*Cause and evidence*\n• Cause: memory-exhaustion\n• Reported: [97 %] of C:\\ram*'),
        section('*What was done*\n• heal-0 start: SUCCEEDED\n• verify-0 verify: FAILED'),
        section('*What is left*\n• i-b: untouched'),
        section(
          '<https://aws.example/?a=1&amp;b=2%7C3|Graph &amp; alarm>  ·  <https://wiki.example/web|Runbook>',
        ),
      ],
    });
  });

  it('has a header and the message if a notice has no more', () => {
    expect(slackMessage(INFO)).toEqual({
      text: 'Look at web: It may be slow.',
      blocks: [header('ℹ️ Look at web'), section('It may be slow.')],
    });
  });

  it.each([
    ['info', 'ℹ️'],
    ['warning', '⚠️'],
    ['error', '🔴'],
    ['critical', '🚨'],
  ] as const)('shows the urgency %s as %s, and a recovery as ✅', (urgency, emoji) => {
    expect(slackMessage({ ...INFO, urgency }).blocks[0]).toEqual(header(`${emoji} Look at web`));
    expect(slackMessage({ ...CRITICAL, urgency }).blocks[0]).toEqual(
      header(`${emoji} web: the attempts are spent`),
    );
    expect(slackMessage({ ...RESOLVED, urgency }).blocks[0]).toEqual(header('✅ web has recovered'));
  });

  it('shows a header of 150 characters whole, and cuts a longer one', () => {
    const shown = (letters: number) => slackMessage({ ...INFO, title: 'x'.repeat(letters) }).blocks[0];
    expect(shown(147)).toEqual(header(`ℹ️ ${'x'.repeat(147)}`));
    expect(shown(148)).toEqual(header(`ℹ️ ${'x'.repeat(146)}…`));
  });

  it('leaves out a link for which its section has no room, as Slack would refuse the whole message', () => {
    const link = (label: string, letters: number) => ({
      label,
      url: `https://aws.example/${'x'.repeat(letters)}`,
    });
    const last = (...links: ReturnType<typeof link>[]) => slackMessage({ ...INFO, links }).blocks.at(-1);
    expect(last(link('A', 2_900), link('B', 2_900), link('C', 9))).toEqual(
      section(`<https://aws.example/${'x'.repeat(2_900)}|A>  ·  <https://aws.example/${'x'.repeat(9)}|C>`),
    );
    expect(last(link('A', 2_976))).toEqual(section(`<https://aws.example/${'x'.repeat(2_976)}|A>`));
    expect(last(link('A', 2_977))).toEqual(section('It may be slow.'));
  });

  it('has a notification of 4,000 characters at most', () => {
    const shown = (letters: number) => slackMessage({ ...INFO, message: 'x'.repeat(letters) }).text;
    expect(shown(3_987)).toBe(`Look at web: ${'x'.repeat(3_987)}`);
    expect(shown(3_988)).toBe(`Look at web: ${'x'.repeat(3_986)}…`);
  });

  it('lets no text from a log mention a channel, or link to a page', () => {
    const message = 'ERROR bad path: <!channel> <https://evil.example|click here> ';
    const shown = JSON.stringify(slackMessage({ ...INFO, message: message.repeat(100) }));
    expect(shown).toContain('&lt;!channel&gt; &lt;https://evil.example|click here&gt;');
    expect(shown).not.toMatch(/[<>]/);
  });

  it.each([
    ['3,000 characters', 'x'.repeat(3_000), 'x'.repeat(3_000)],
    ['3,001 characters', 'x'.repeat(3_001), `${'x'.repeat(2_999)}…`],
    ['3,000 characters with one escaped', `${'x'.repeat(2_995)}&`, `${'x'.repeat(2_995)}&amp;`],
    ['an escaped character that does not fit', `${'x'.repeat(2_998)}&yz`, `${'x'.repeat(2_998)}…`],
  ])('shows %s of a section as fits', (_, message, shown) => {
    expect(slackMessage({ ...INFO, message }).blocks[1]).toEqual(section(shown));
  });

  it('counts the heading of a section as part of it', () => {
    const shown = (letters: number) => slackMessage({ ...INFO, task: 'x'.repeat(letters) }).blocks[2];
    expect(shown(2_987)).toEqual(section(`${TASK}${'x'.repeat(2_987)}`));
    expect(shown(2_988)).toEqual(section(`${TASK}${'x'.repeat(2_986)}…`));
  });
});

describe('a proposal in Slack', () => {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const message = slackMessage(INFO);

  it('has two buttons, each of which asks again, while it is open', () => {
    expect(slackProposal(INFO, 'p-1', { isOpen: true })).toEqual({
      text: message.text,
      blocks: [
        ...message.blocks,
        {
          type: 'actions',
          block_id: 'selfheal_proposal',
          elements: [
            {
              type: 'button',
              action_id: 'selfheal_approve',
              text: plain('Approve'),
              style: 'primary',
              value: 'p-1',
              confirm: {
                title: plain('Approve this repair?'),
                text: plain('The repair begins, if every limit still holds.'),
                confirm: plain('Approve'),
                deny: plain('Cancel'),
              },
            },
            {
              type: 'button',
              action_id: 'selfheal_deny',
              text: plain('Deny'),
              style: 'danger',
              value: 'p-1',
              confirm: {
                title: plain('Deny this repair?'),
                text: plain('The component is not proposed again for an hour.'),
                confirm: plain('Deny'),
                deny: plain('Cancel'),
              },
            },
          ],
        },
      ],
    });
  });

  it('shows what was decided instead of its buttons once it is closed', () => {
    expect(slackProposal(INFO, 'p-1', { isOpen: false, remarks: ['ada approved', 'it began'] })).toEqual({
      text: message.text,
      blocks: [
        ...message.blocks,
        { type: 'context', elements: [plain('ada approved')] },
        { type: 'context', elements: [plain('it began')] },
      ],
    });
  });

  it('shows 1,500 characters of a remark', () => {
    const shown = (letters: number) =>
      slackProposal(INFO, 'p-1', { isOpen: false, remarks: ['x'.repeat(letters)] }).blocks[2];
    expect(shown(1_500)).toEqual({ type: 'context', elements: [plain('x'.repeat(1_500))] });
    expect(shown(1_501)).toEqual({ type: 'context', elements: [plain(`${'x'.repeat(1_499)}…`)] });
  });
});

describe('a message to Teams', () => {
  const message = (body: readonly object[], actions: readonly object[]) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body,
          actions,
        },
      },
    ],
  });
  const text = (value: string) => ({ type: 'TextBlock', text: value, wrap: true });
  const title = (value: string, color: string) => ({
    ...{ type: 'TextBlock', text: value, wrap: true, size: 'Large', weight: 'Bolder', color },
  });
  const heading = (value: string) => ({
    ...{ type: 'TextBlock', text: value, wrap: true, weight: 'Bolder', spacing: 'Medium' },
  });
  const line = (value: string) => ({ type: 'TextBlock', text: value, wrap: true, spacing: 'Small' });

  it('is one card with a set of facts, a block for each line and a button for each link', () => {
    expect(teamsMessage(CRITICAL)).toEqual(
      message(
        [
          title('web: the attempts are spent', 'Attention'),
          text(String.raw`a < b & c > d, \*twice\*`),
          heading('What to do'),
          text('Architect: repair web by hand.'),
          heading('Cause and evidence'),
          {
            type: 'FactSet',
            facts: [
              { title: 'Cause', value: 'memory-exhaustion' },
              { title: 'Reported', value: String.raw`\[97 %\] of C:\\ram\*` },
            ],
          },
          heading('What was done'),
          line('heal-0 start: SUCCEEDED'),
          line('verify-0 verify: FAILED'),
          heading('What is left'),
          line('i-b: untouched'),
        ],
        [
          { type: 'Action.OpenUrl', title: 'Graph & alarm', url: 'https://aws.example/?a=1&b=2|3' },
          { type: 'Action.OpenUrl', title: 'Runbook', url: 'https://wiki.example/web' },
        ],
      ),
    );
  });

  it('has a title and the message if a notice has no more', () => {
    expect(teamsMessage(INFO)).toEqual(
      message([title('Look at web', 'Accent'), text('It may be slow.')], []),
    );
  });

  it.each([
    ['info', 'Accent'],
    ['warning', 'Warning'],
    ['error', 'Attention'],
    ['critical', 'Attention'],
  ] as const)('shows the urgency %s in the colour %s, and a recovery in Good', (urgency, color) => {
    const first = (notice: Parameters<typeof teamsMessage>[0]) =>
      teamsMessage(notice).attachments[0].content.body[0];
    expect(first({ ...INFO, urgency })).toEqual(title('Look at web', color));
    expect(first({ ...CRITICAL, urgency })).toEqual(title('web: the attempts are spent', color));
    expect(first({ ...RESOLVED, urgency })).toEqual(title('web has recovered', 'Good'));
  });
});
