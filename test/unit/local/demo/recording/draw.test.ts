import { describe, expect, it } from 'vitest';
import { drawRecording, SPEED } from '../../../../../local/demo/recording/draw.ts';
import { DARK, LIGHT, type Palette } from '../../../../../local/demo/recording/palette.ts';

const drawn = (...lines: readonly (readonly [atMs: number, text: string])[]) =>
  drawRecording({
    title: 'A title',
    description: 'A description',
    lines: lines.map(([atMs, text]) => ({ atMs, text })),
  });

/** From a name of key frames to its positions, in pixels, by the second of the recording. */
function positions(svg: string, name: string): readonly (readonly [second: number, position: number])[] {
  const seconds = Number(/animation: cover (?<seconds>[\d.]+)s/.exec(svg)?.groups?.['seconds']);
  const [, frames = ''] = svg.split(`@keyframes ${name} {`);
  const rules = frames.split('\n}\n')[0]?.matchAll(/([\d.]+)% { transform: translateY\((-?\d+)px\)/g) ?? [];
  return [...rules].map(([, percent, position]) => [
    Math.round((Number(percent) / 100) * seconds * SPEED),
    Number(position),
  ]);
}

describe('a drawn recording', () => {
  it('uncovers each line when it was printed, faster by its speed', () => {
    const svg = drawn([0, 'first'], [4_000, 'second'], [10_000, 'third'], [10_000, 'fourth']);
    expect(positions(svg, 'cover').slice(0, -1)).toEqual([
      [0, 18],
      [4, 36],
      [10, 72],
    ]);
  });

  it('scrolls once its screen is full', () => {
    const lines = Array.from({ length: 40 }, (_, index) => [index * 1_000, `line ${index}`] as const);
    const scrolled = positions(drawn(...lines), 'scrolled');
    expect(scrolled.slice(0, 2)).toEqual([
      [0, 0],
      [30, -18],
    ]);
    expect(scrolled.at(-1)?.[1]).toBe(-10 * 18);
  });

  it('shows all that is printed at the end at once', () => {
    const lines = Array.from({ length: 40 }, (_, index) => [10_000, `line ${index}`] as const);
    expect(drawn([0, 'first'], ...lines)).toContain('viewBox="0 0 882 752"');
  });

  it('stands still, at its end, unless motion is welcome', () => {
    const lines = Array.from({ length: 40 }, (_, index) => [index * 1_000, `line ${index}`] as const);
    const [before = '', during = ''] = drawn(...lines).split(
      '@media (prefers-reduced-motion: no-preference)',
    );
    expect(before).not.toContain('animation');
    expect(during.match(/animation: /g)).toHaveLength(2);
    expect(during).toContain('class="scrolled" transform="translate(0 -180)"');
    expect(during).toContain('class="cover" width="100%" height="100%" transform="translate(0 720)"');
  });

  it('escapes what it shows', () => {
    expect(drawn([0, 'a < b && c > d'])).toContain('>a &lt; b &amp;&amp; c &gt; d</tspan>');
  });
});

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s colours of a recording', (_, palette) => {
  const { background, border: _border, ...colours } = palette satisfies Palette;

  it.each(Object.entries(colours))('give %s the contrast that WCAG 2.2 asks of text', (_name, colour) => {
    expect(contrast(colour, background)).toBeGreaterThanOrEqual(4.5);
  });
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
