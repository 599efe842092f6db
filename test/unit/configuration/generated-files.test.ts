import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTION_TYPES } from '../../../functions/core/actions/action-table.ts';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';
import { replaceGenerated } from '../../../functions/core/configuration/reference/replace-generated.ts';
import { generatedFiles, REFERENCE_PAGES } from '../../../infra/schema/write-schema.ts';
import { problemsOf } from './configuration-text.ts';

const topLevel = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

const STALE = 'is stale: run `npm run schema` and commit what it writes';

describe('the files generated from the schema', () => {
  const generate = () =>
    generatedFiles({
      'docs/configuration.md': topLevel('docs/configuration.md'),
      'docs/actions.md': topLevel('docs/actions.md'),
      'docs/diagnosis.md': topLevel('docs/diagnosis.md'),
    });
  // For what is said of all; a test that is about a file generates it itself.
  const files = generate();

  it('include the JSON schema as committed', () => {
    expect(
      topLevel('selfheal.schema.json') === generate()['selfheal.schema.json'],
      `selfheal.schema.json ${STALE}`,
    ).toBe(true);
  });

  it.each(REFERENCE_PAGES)('include the reference in %s as committed', (page) => {
    expect(topLevel(page) === generate()[page], `${page} ${STALE}`).toBe(true);
  });

  it('list every action', () => {
    for (const type of ACTION_TYPES) expect(files['docs/actions.md']).toContain(`\n| \`${type}\` `);
  });

  it.each([
    'open[].from',
    'closed[].to',
    'metrics.<name>.namespace',
    'vantagePoints[].vpc.subnetIds',
    'ladder[].memoryMiB',
    'accepts.<name>.type',
  ])('describe the key %s, inside a list or a mapping of names', (key) => {
    expect(files['docs/configuration.md']).toContain(`| \`${key}\` `);
  });

  it('describe a key once where it has a section of its own', () => {
    expect(files['docs/configuration.md']).not.toContain('`thresholds.<name>.');
    expect(files['docs/configuration.md']).not.toContain('`approvals.people.<name>.');
  });

  it('give durations their limits and defaults', () => {
    const schema = JSON.parse(files['selfheal.schema.json']);
    expect(schema.properties.settings.properties.repairTimeoutSeconds).toMatchObject({
      default: '5m',
      anyOf: [{ type: 'integer', minimum: 30, maximum: 43_200 }, { type: 'string' }],
    });
  });

  it('describe every field', () => {
    const cells = files['docs/configuration.md'].split('\n').filter((line) => line.startsWith('| `'));
    expect(cells.filter((line) => /\|\s*\|$/.test(line))).toEqual([]);
  });

  it('keep text outside the markers', () => {
    const document = 'before\n<!-- x: generated -->\nold\n<!-- end -->\nafter\n';
    expect(replaceGenerated(document, 'x', 'new')).toBe(
      'before\n<!-- x: generated -->\n\nnew\n\n<!-- end -->\nafter\n',
    );
  });

  it('may be the whole document', () => {
    expect(replaceGenerated('<!-- x: generated --><!-- end -->', 'x', 'new')).toBe(
      '<!-- x: generated -->\n\nnew\n\n<!-- end -->',
    );
  });

  it.each([
    'no marker',
    '<!-- end -->',
    '<!-- x: generated --> no end',
    '<!-- end --> <!-- x: generated -->',
  ])('cannot be made of a document with %s', (document) => {
    expect(() => replaceGenerated(document, 'x', 'new')).toThrow(RangeError);
  });
});

describe('the selfheal.yaml at top level', () => {
  it('loads without a problem or a warning', () => {
    expect(problemsOf(topLevel('selfheal.yaml')).map(formatProblem)).toEqual([]);
  });

  it('names its JSON schema for editors', () => {
    expect(topLevel('selfheal.yaml').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./selfheal.schema.json',
    );
  });
});
