import { shortText } from '../../signal/event-values.ts';
import { fitted } from '../fitted.ts';
import type { Notice, Urgency } from '../notice.ts';
import { sectionsOf } from '../plain-text.ts';

const MAXIMUM_SUMMARY = 255;
/** Jira takes 32,767 characters of text. */
const MAXIMUM_BYTES = 30_000;

/** Nodes of the Atlassian Document Format. */
type Inline = {
  readonly type: 'text';
  readonly text: string;
  readonly marks?: readonly { readonly type: 'link'; readonly attrs: { readonly href: string } }[];
};
type Paragraph = { readonly type: 'paragraph'; readonly content: readonly Inline[] };
type Block =
  | Paragraph
  | { readonly type: 'heading'; readonly attrs: { readonly level: 3 }; readonly content: readonly Inline[] }
  | {
      readonly type: 'bulletList';
      readonly content: readonly { readonly type: 'listItem'; readonly content: readonly [Paragraph] }[];
    };

/** The body of a request to `/rest/api/3/issue`. */
export interface JiraIssue {
  readonly fields: {
    readonly project: { readonly key: string };
    readonly issuetype: { readonly name: string };
    readonly summary: string;
    readonly labels: readonly string[];
    readonly description: { readonly type: 'doc'; readonly version: 1; readonly content: readonly Block[] };
  };
}

export function jiraIssue(
  notice: Notice,
  { project, issueType }: { readonly project: string; readonly issueType: string },
): JiraIssue {
  return fitted(notice, MAXIMUM_BYTES, (shorter) => ({
    fields: {
      project: { key: project },
      issuetype: { name: issueType },
      summary: shortText(shorter.title, MAXIMUM_SUMMARY),
      labels: labelsOf(shorter.urgency),
      description: { type: 'doc' as const, version: 1 as const, content: blocksOf(shorter) },
    },
  }));
}

/** A label has no spaces. */
function labelsOf(urgency: Urgency): readonly string[] {
  return ['selfheal', `selfheal-${urgency}`];
}

function blocksOf(notice: Notice): readonly Block[] {
  const { message, task, links } = notice;
  return [
    paragraph(message),
    ...(task === undefined ? [] : [heading('What to do'), paragraph(task)]),
    ...sectionsOf(notice).flatMap((section) => [
      heading(section.heading),
      bulletList(section.lines.map((line) => paragraph(line))),
    ]),
    ...(links.length === 0
      ? []
      : [
          heading('Links'),
          bulletList(
            links.map(({ label, url }): Paragraph => {
              const marks = [{ type: 'link' as const, attrs: { href: url } }];
              return { type: 'paragraph', content: [{ type: 'text', text: label, marks }] };
            }),
          ),
        ]),
  ];
}

/** A text node must not be empty. */
function paragraph(text: string): Paragraph {
  return { type: 'paragraph', content: text === '' ? [] : [{ type: 'text', text }] };
}

function heading(text: string): Block {
  return { type: 'heading', attrs: { level: 3 }, content: [{ type: 'text', text }] };
}

function bulletList(items: readonly Paragraph[]): Block {
  return {
    type: 'bulletList',
    content: items.map((item) => ({ type: 'listItem' as const, content: [item] as const })),
  };
}
