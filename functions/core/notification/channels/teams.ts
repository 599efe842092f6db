import { fitted } from '../fitted.ts';
import type { Notice } from '../notice.ts';
import { sectionsOf } from '../plain-text.ts';

/**
 * Teams takes 28 KB.
 *
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
 */
const MAXIMUM_BYTES = 28_000;
const CARD = 'application/vnd.microsoft.card.adaptive';
const COLOURS = { info: 'Accent', warning: 'Warning', error: 'Attention', critical: 'Attention' } as const;

type CardElement = Readonly<Record<string, unknown>> & { readonly type: 'TextBlock' | 'FactSet' };

/** The body of a request to a webhook of a Teams workflow: a message with one Adaptive Card. */
export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: typeof CARD;
      readonly contentUrl: null;
      readonly content: {
        readonly $schema: string;
        readonly type: 'AdaptiveCard';
        readonly version: '1.4';
        readonly msteams: { readonly width: 'Full' };
        readonly body: readonly CardElement[];
        readonly actions: readonly {
          readonly type: 'Action.OpenUrl';
          readonly title: string;
          readonly url: string;
        }[];
      };
    },
  ];
}

export function teamsMessage(notice: Notice): TeamsMessage {
  return fitted(notice, MAXIMUM_BYTES, rendered);
}

function rendered(notice: Notice): TeamsMessage {
  const { title, message, task, facts, links, urgency, incident } = notice;
  const lists = sectionsOf({ ...notice, facts: [] });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      {
        ...text(title),
        ...{ size: 'Large', weight: 'Bolder' },
        color: incident?.change === 'resolve' ? 'Good' : COLOURS[urgency],
      },
      text(message),
      ...(task === undefined ? [] : [heading('What to do'), text(task)]),
      ...(facts.length === 0
        ? []
        : [
            heading('Cause and evidence'),
            {
              type: 'FactSet' as const,
              facts: facts.map(({ name, value }) => ({ title: name, value: literal(value) })),
            },
          ]),
      ...lists.flatMap((list) => [
        heading(list.heading),
        ...list.lines.map((line) => ({ ...text(line), spacing: 'Small' })),
      ]),
    ],
    actions: links.map(({ label, url }) => ({ type: 'Action.OpenUrl' as const, title: label, url })),
  } as const;
  return { type: 'message', attachments: [{ contentType: CARD, contentUrl: null, content }] };
}

function text(value: string): CardElement {
  return { type: 'TextBlock', text: literal(value), wrap: true };
}

function heading(value: string): CardElement {
  return { ...text(value), weight: 'Bolder', spacing: 'Medium' };
}

/** Cards read a part of Markdown: what a service printed must not become a link or a list. */
function literal(value: string): string {
  return value.replaceAll(/([\\[\]*])/g, '\\$1');
}
