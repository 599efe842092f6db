import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

describe('the YAML of a configuration', () => {
  it('is refused where a bracket is missing', () => {
    expectProblem(configurationText({ settings: 'settings: { paused: false\n▼groups: {}' }), {
      code: 'yaml-syntax',
      path: '',
    });
  });

  it('is refused where a tab indents', () => {
    const problem = expectProblem(configurationText({ settings: 'settings:\n▼\tpaused: false' }), {
      code: 'yaml-syntax',
      path: '',
    });
    expect(problem.message).toContain('tab');
  });

  it('is refused where a key appears a second time', () => {
    expectProblem(configurationText({ settings: 'settings:\n  paused: false\n  ▼paused: true' }), {
      code: 'duplicate-key',
      path: '',
    });
  });

  it('says where a repeated key came first', () => {
    const text = configurationText({ settings: 'settings:\n  paused: false\n  paused: true' });
    expect(problemsOf(text)[0]?.message).toBe('this key already occurs in line 2, in the same mapping');
  });

  it.each(['"', "'"])('is refused where a quote opens that is never closed: %s', (quote) => {
    const text = configurationText({ strategies: `strategies:\n  - { id: ▼${quote}restart }` });
    const [problem] = problemsOf(text.replace('▼', ''));
    expect(problem).toMatchObject({
      code: 'yaml-syntax',
      sourceLine: `  - { id: ${quote}restart }`,
      column: 11,
    });
    expect(problem?.message).toBe('a quote that is never closed starts here');
  });

  it('has the quote named that is never closed, not one of those after it', () => {
    const [problem] = problemsOf('settings:\n  mode: "auto\ngroups: { "a": {} }\ncomponents: {}\n');
    expect(problem).toMatchObject({
      ...{ line: 2, column: 9, message: 'a quote that is never closed starts here' },
      remedy: 'Close the quote at the end of its value, or remove it.',
    });
  });

  it('is checked for other mistakes in spite of a repeated key', () => {
    const text = configurationText({ settings: 'settings:\n  paused: 1\n  paused: 2' });
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['wrong-type', 'duplicate-key']);
  });

  it('is refused where a second document starts', () => {
    expectProblem(`${configurationText()}▼---\na: 1\n`, { code: 'several-documents', path: '' });
  });

  it.each(['▼', '▼# only a comment\n', '▼null\n'])('is refused as empty: %j', (text) => {
    const { remedy } = expectProblem(text, { code: 'empty-file', path: '' });
    expect(remedy).toContain('copy of the selfheal.yaml');
  });

  it('is refused where an alias names no anchor', () => {
    expectProblem(configurationText({ settings: 'settings: ▼*base' }), { code: 'unknown-anchor', path: '' });
  });

  it('is refused where a name would vanish as a prototype', () => {
    expectProblem(configurationText({ groups: 'groups: { ▼__proto__: {} }' }), {
      code: 'invalid-name',
      path: '',
    });
  });

  it('is refused where a tag means nothing', () => {
    expectProblem(configurationText({ settings: 'settings: { paused: ▼!Ref yes }' }), {
      code: 'unknown-tag',
      path: '',
    });
  });

  it('is refused when its aliases multiply beyond measure', () => {
    const levels = Array.from({ length: 9 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x]'
        : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(8)}]`,
    );
    expectProblem(`▼${levels.join('\n')}\n`, { code: 'too-many-aliases', path: '' });
  });

  it('is refused when it is a list', () => {
    expectProblem('▼- a\n- b\n', { code: 'wrong-type', path: '' });
  });

  it('may use anchors, aliases and merge keys', () => {
    const text = configurationText({
      components: `components:
  web-a: &web
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    alarms: { memory: &memory { metric: memory, threshold: 90 } }
  web-b:
    <<: *web
    targets: { instanceIds: [i-0123456789abcdef1] }
    alarms: { memory: *memory }`,
    });
    expect(problemsOf(text)).toEqual([]);
    expect(loadConfiguration(text, 'selfheal.yaml')).toMatchObject({
      ok: true,
      configuration: { components: { 'web-b': { service: 'nginx.service' } } },
    });
  });

  it.each(['*name', '[*name]', 'name', '[name]'])('may not merge what is not a mapping: %s', (merged) => {
    const { message } = expectProblem(
      configurationText({
        components: `components:
  web:
    targets: { instanceIds: [&name i-0123456789abcdef0] }
    service: nginx.service
    alarms: { memory: { metric: memory, threshold: 90 } }
    ▼<<: ${merged}`,
      }),
      { code: 'yaml-syntax', path: '' },
    );
    expect(message).toBe('`<<` merges the keys of other mappings, and this is not a mapping');
  });

  it.each(['▼*nothing', '[▼*nothing]'])('is refused where what is merged names no anchor: %s', (merged) => {
    expectProblem(configurationText({ settings: `settings: { <<: ${merged} }` }), {
      code: 'unknown-anchor',
      path: '',
    });
  });

  it('places a problem of a merged mapping at the anchor', () => {
    const text = configurationText({
      components: `components:
  web-a: &web
    targets: { instanceIds: [i-0123456789abcdef0] }
    excluded: 1
  web-b:
    <<: *web`,
    });
    const [first, second] = problemsOf(text);
    expect([first, second]).toMatchObject([
      { code: 'wrong-type', path: 'components.web-a.excluded', line: 4, column: 15 },
      { code: 'wrong-type', path: 'components.web-b.excluded', line: 4, column: 15 },
    ]);
  });

  it('may end its lines with carriage returns', () => {
    const text = configurationText({ settings: 'settings:\n  paused: 1' }).replaceAll('\n', '\r\n');
    expect(problemsOf(text)).toMatchObject([{ line: 2, column: 11, sourceLine: '  paused: 1' }]);
  });
});
