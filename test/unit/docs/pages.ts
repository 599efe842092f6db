import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const TOP_LEVEL = fileURLToPath(new URL('../../../', import.meta.url));

/** A Markdown file of the repository. */
export interface Page {
  /** From the top level of the repository, such as `docs/limits.md`. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface Fence {
  readonly page: Page;
  readonly language: string;
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
}

/** Every page that people read, in order. */
export function readPages(): readonly Page[] {
  return globSync(['*.md', 'docs/*.md', 'local/**/*.md'], { cwd: TOP_LEVEL })
    .sort()
    .map((path) => ({ path, text: readFileSync(`${TOP_LEVEL}${path}`, 'utf8') }));
}

const FENCE = /^(?<indent> *)```(?<language>\w*)\n(?<text>[\s\S]*?)^ *```$/gm;

export function fencesOf(page: Page): readonly Fence[] {
  return [...page.text.matchAll(FENCE)].map(({ groups, index }) => ({
    page,
    language: groups?.['language'] ?? '',
    text: (groups?.['text'] ?? '').replaceAll(new RegExp(`^${groups?.['indent'] ?? ''}`, 'gm'), ''),
    line: page.text.slice(0, index).split('\n').length,
  }));
}

/** The text with its fenced blocks blanked out; line numbers stay. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(FENCE, (fence) => fence.replaceAll(/[^\n]+/g, ''));
}

/** The anchors of a page's headings, as GitHub makes them: lower case, without punctuation, hyphens for spaces. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#{1,6} (?<title>.+)$/gm)];
  const anchors = new Set<string>();
  for (const { groups } of headings) {
    const anchor = (groups?.['title'] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\p{Mark}_ -]/gu, '')
      .replaceAll(' ', '-');
    const earlier = [...anchors].filter((other) => other.replace(/-\d+$/, '') === anchor).length;
    anchors.add(earlier === 0 ? anchor : `${anchor}-${earlier}`);
  }
  return anchors;
}
