import type { RecordedLine } from './capture.ts';
import { DARK, LIGHT, type Palette } from './palette.ts';
import { type StyledRun, styledRuns } from './styled-runs.ts';

/** How many times faster than in reality a recording is played. */
export const SPEED = 2;

const COLUMNS = 100;
const LEAST_ROWS = 30;
/** What is printed within this time at the end is seen at once. */
const LAST_MS = 100;
const HOLD_SECONDS = 8;
/** In pixels. */
const [COLUMN_WIDTH, LINE_HEIGHT, FONT_SIZE, PADDING] = [8.5, 18, 14, 16];
const WIDTH = COLUMNS * COLUMN_WIDTH + 2 * PADDING;

export interface Recording {
  readonly title: string;
  readonly description: string;
  readonly lines: readonly RecordedLine[];
}

/**
 * An SVG that plays what a terminal showed: over and over, or only its end where people prefer reduced motion. Lines
 * stand below each other and are scrolled; a cover hides those that were not yet printed.
 */
export function drawRecording({ title, description, lines }: Recording): string {
  const rows = rowsFor(lines);
  const height = rows * LINE_HEIGHT + 2 * PADDING;
  const scroll = lines.map((_, index) => -Math.max(0, index + 1 - rows) * LINE_HEIGHT);
  const cover = lines.map((_, index) => (index + 1) * LINE_HEIGHT);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>
${coloursOf(LIGHT)}
@media (prefers-color-scheme: dark) {
${coloursOf(DARK)}
}
text { font: ${FONT_SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.bold { font-weight: bold; }
@media (prefers-reduced-motion: no-preference) {
.scrolled { animation: scrolled ${lengthOf(lines)}s step-end infinite; }
.cover { animation: cover ${lengthOf(lines)}s step-end infinite; }
}
${keyframes('scrolled', lines, scroll)}
${keyframes('cover', lines, cover)}
</style>
<rect class="screen" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
<clipPath id="visible"><rect width="100%" height="${rows * LINE_HEIGHT}"/></clipPath>
<g clip-path="url(#visible)" transform="translate(${PADDING} ${PADDING})">
<g class="scrolled" transform="translate(0 ${scroll.at(-1)})">
${lines.flatMap(({ text }, index) => textOf(styledRuns(text), index)).join('\n')}
<rect class="cover" width="100%" height="100%" transform="translate(0 ${cover.at(-1)})"/>
</g>
</g>
</svg>
`;
}

function coloursOf(palette: Palette): string {
  const { background, border, text, ...colours } = palette;
  return [
    `.screen { fill: ${background}; stroke: ${border}; }`,
    `.cover { fill: ${background}; }`,
    `text { fill: ${text}; }`,
    ...Object.entries(colours).map(([name, colour]) => `.${name} { fill: ${colour}; }`),
  ].join('\n');
}

function textOf(runs: readonly StyledRun[], index: number): readonly string[] {
  if (runs.length === 0) return [];
  const spans = runs.map(({ column, text, colour }) => {
    const style = colour ? ` class="${colour}"` : '';
    return `<tspan x="${column * COLUMN_WIDTH}"${style}>${escaped(text)}</tspan>`;
  });
  return [`<text y="${index * LINE_HEIGHT + FONT_SIZE}">${spans.join('')}</text>`];
}

function rowsFor(lines: readonly RecordedLine[]): number {
  const endMs = lines.at(-1)?.atMs ?? 0;
  return Math.max(LEAST_ROWS, lines.filter(({ atMs }) => endMs - atMs <= LAST_MS).length);
}

/** In seconds. */
function lengthOf(lines: readonly RecordedLine[]): number {
  return Number(((lines.at(-1)?.atMs ?? 0) / 1_000 / SPEED + HOLD_SECONDS).toFixed(1));
}

/** @param positions where something is, from the moment when the line of the same index is printed */
function keyframes(name: string, lines: readonly RecordedLine[], positions: readonly number[]): string {
  const totalMs = lengthOf(lines) * 1_000;
  // Of lines that appear together, the last one decides.
  const frames = new Map(
    lines.map(({ atMs }, index) => [((atMs / SPEED / totalMs) * 100).toFixed(1), positions[index]]),
  );
  const rules = [...frames, ['100', positions.at(-1)]].filter(
    ([percent, position], index, all) => percent === '100' || position !== all[index - 1]?.[1],
  );
  return `@keyframes ${name} {
${rules.map(([percent, position]) => `${percent}% { transform: translateY(${position}px); }`).join('\n')}
}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
