import { shortText } from '../../signal/event-values.ts';
import { fitted } from '../fitted.ts';
import type { Notice } from '../notice.ts';
import { sectionsOf } from '../plain-text.ts';

/** @see https://docs.slack.dev/reference/block-kit/blocks */
const LIMITS = { header: 150, section: 3_000, fallback: 4_000 } as const;
/** Far below what a webhook takes, so that it stays readable in a chat. */
const MAXIMUM_BYTES = 30_000;

const EMOJI = { info: 'ℹ️', warning: '⚠️', error: '🔴', critical: '🚨' } as const;
const RESOLVED = '✅';

interface Section {
  readonly type: 'section';
  readonly text: { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };
}
interface Header {
  readonly type: 'header';
  readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: true };
}

/** The body of a request to an incoming webhook of Slack. */
export interface SlackMessage {
  /** Shown in notifications, and read out. */
  readonly text: string;
  readonly blocks: readonly (Header | Section)[];
}

export function slackMessage(notice: Notice): SlackMessage {
  return fitted(notice, MAXIMUM_BYTES, rendered);
}

function rendered(notice: Notice): SlackMessage {
  const { title, message, task, links, urgency, incident } = notice;
  const emoji = incident?.change === 'resolve' ? RESOLVED : EMOJI[urgency];
  const lists = sectionsOf(notice).map(({ heading, lines }) =>
    section(`*${heading}*\n`, lines.map((line) => `• ${line}`).join('\n')),
  );
  return {
    text: escapedWithin(shortText(`${title}: ${message}`, LIMITS.fallback), LIMITS.fallback),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: shortText(`${emoji} ${title}`, LIMITS.header), emoji: true },
      },
      section('', message),
      ...(task === undefined ? [] : [section('*What to do*\n', task)]),
      ...lists,
      ...linkSections(links),
    ],
  };
}

/** Text from a notice is escaped, and nothing in it becomes a link or a mention; the marks around it are not. */
function section(before: string, text: string): Section {
  return {
    type: 'section',
    text: {
      type: 'mrkdwn',
      text: `${before}${escapedWithin(text, LIMITS.section - before.length)}`,
      verbatim: true,
    },
  };
}

/** The links that fit, whole: half a link leads nowhere, and Slack refuses the message for a text that is too long. */
function linkSections(links: Notice['links']): readonly Section[] {
  const text = links
    .map(({ label, url }) => `<${escaped(url).replaceAll('|', '%7C')}|${escaped(label)}>`)
    .reduce((before, link) => {
      const all = before === '' ? link : `${before}  ·  ${link}`;
      return all.length <= LIMITS.section ? all : before;
    }, '');
  return text === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }];
}

/** The three characters that Slack gives a meaning. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapedWithin(text: string, maximum: number): string {
  const whole = escaped(text);
  if (whole.length <= maximum) return whole;
  const kept: string[] = [];
  let length = 1;
  for (const character of text) {
    const next = escaped(character);
    length += next.length;
    if (length > maximum) break;
    kept.push(next);
  }
  return `${kept.join('')}…`;
}
