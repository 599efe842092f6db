import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { INCIDENTS } from '../../../local/demo/incidents/incidents.ts';
import { SPEED } from '../../../local/demo/recording/draw.ts';
import { requirement } from '../../factories/requirements.ts';
import { TOP_LEVEL } from './pages.ts';

const SVG = `${TOP_LEVEL}docs/demo.svg`;
const MOST_BYTES = 150_000;

/** A parser that fails on anything but well-formed XML. */
const PARSE = `
import json, sys, xml.etree.ElementTree as tree
svg = "{http://www.w3.org/2000/svg}"
root = tree.parse(sys.argv[1]).getroot()
print(json.dumps({
  "root": root.tag,
  "title": root.findtext(svg + "title"),
  "description": root.findtext(svg + "desc"),
  "labelledBy": root.get("aria-labelledby", "").split(),
  "ids": [each.get("id") for each in root.iter() if each.get("id")],
  "lines": [["".join(run.itertext()) for run in line] for line in root.iter(svg + "text")],
}))
`;

const parsedSchema = z.object({
  root: z.string(),
  title: z.string(),
  description: z.string(),
  labelledBy: z.array(z.string()),
  ids: z.array(z.string()),
  lines: z.array(z.array(z.string())),
});

describe.skipIf(!requirement('python'))('the recording of the demo', () => {
  const parse = () =>
    parsedSchema.parse(JSON.parse(execFileSync('python3', ['-c', PARSE, SVG], { encoding: 'utf8' })));

  it('holds a small, well-formed picture with a title and a description for screen readers', () => {
    const { root, title, description, labelledBy, ids } = parse();
    expect(root).toBe('{http://www.w3.org/2000/svg}svg');
    expect(title).not.toBe('');
    expect(description).toContain(`Played at ${SPEED} times its speed.`);
    expect(ids).toEqual(expect.arrayContaining(labelledBy));
    expect(statSync(SVG).size).toBeLessThan(MOST_BYTES);
  });

  it('shows the incidents of today, all of which ended as expected; else run `npm run demo:record`', () => {
    const { lines, description } = parse();
    const names = Object.values(INCIDENTS).map(({ name }) => name);
    const summary = lines.slice(lines.findIndex(([first]) => first === 'incident') + 1);
    // Checks of an incident begin with a mark as well, but have no further columns.
    const shown = summary.flatMap(([mark, name, ...columns]) =>
      mark === '✓' && columns.length > 0 ? [name] : [],
    );
    expect(shown).toEqual(names);
    expect(description).toContain(`: ${names.join(', ')}.`);
    expect(lines.at(-1)?.[0]).toBe('All incidents ended as expected');
  });

  it('appears in the README, whose caption says how fast it is played', () => {
    const readme = readFileSync(`${TOP_LEVEL}README.md`, 'utf8');
    const { alternative = '', caption = '' } =
      /!\[(?<alternative>[^\]]*)\]\(docs\/demo\.svg\)\n\n(?<caption>.*)/.exec(readme)?.groups ?? {};
    expect(alternative).not.toBe('');
    expect(caption).toContain({ 2: 'twice its speed' }[SPEED]);
  });
});
