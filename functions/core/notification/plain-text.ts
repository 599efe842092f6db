import type { Notice } from './notice.ts';

/** A part of a notice that is a list, under its heading. */
export interface NoticeSection {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** The lists of a notice that have something in them. */
export function sectionsOf({ facts, done, left }: Notice): readonly NoticeSection[] {
  return [
    { heading: 'Cause and evidence', lines: facts.map(({ name, value }) => `${name}: ${value}`) },
    { heading: 'What was done', lines: done },
    { heading: 'What is left', lines: left },
  ].filter(({ lines }) => lines.length > 0);
}

/** A notice as text: an e-mail, or the description of a ticket. */
export function plainText(notice: Notice): string {
  const { title, message, task, links } = notice;
  const sections = [
    ...(task === undefined ? [] : [{ heading: 'What to do', lines: [task] }]),
    ...sectionsOf(notice),
    { heading: 'Links', lines: links.map(({ label, url }) => `${label}: ${url}`) },
  ].filter(({ lines }) => lines.length > 0);
  const texts = sections.map(({ heading, lines }) =>
    [heading, ...lines.map((line) => `  ${line}`)].join('\n'),
  );
  return [title, message, ...texts].join('\n\n');
}
