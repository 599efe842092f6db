import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  formatPath,
  formatProblem,
  PROBLEM_CODES,
  type Problem,
} from '../../../functions/core/configuration/problem.ts';

const problem: Problem = {
  severity: 'error',
  code: 'unknown-key',
  file: 'selfheal.yaml',
  line: 12,
  column: 5,
  path: 'components.web.gruop',
  value: 'web',
  message: '`gruop` is not a key here; allowed: group',
  remedy: 'Did you mean `group`?',
  nearest: 'group',
  sourceLine: '    gruop: web',
};

describe('a formatted problem', () => {
  it('shows place, message, line, caret and remedy', () => {
    expect(formatProblem(problem)).toBe(
      [
        'selfheal.yaml:12:5 error unknown-key',
        '  components.web.gruop: `gruop` is not a key here; allowed: group',
        '  12 |     gruop: web',
        '     |     ^',
        '  Did you mean `group`?',
      ].join('\n'),
    );
  });

  it('keeps the caret in place behind a tab', () => {
    expect(formatProblem({ ...problem, column: 2, sourceLine: '\tpaused: true' })).toContain(
      '12 |  paused: true\n     |  ^',
    );
  });

  it('has no path when it is about the file as a whole', () => {
    expect(formatProblem({ ...problem, path: '' })).toContain('\n  `gruop` is not a key here');
  });
});

describe('a path', () => {
  it.each([
    ['strategies[0].actions[1].timeoutSeconds', ['strategies', 0, 'actions', 1, 'timeoutSeconds']],
    ['components.web-a.targets.tags["team:name"]', ['components', 'web-a', 'targets', 'tags', 'team:name']],
    ['', []],
  ])('reads %s', (text, path) => {
    expect(formatPath(path)).toBe(text);
  });
});

describe('the code that a schema gives a problem', () => {
  it('is one that programs know, in every schema', () => {
    const given = globSync('functions/core/**/*.ts').flatMap((path) =>
      // Where mutants are tried, other code stands before the text.
      [...readFileSync(path, 'utf8').matchAll(/params: .*?\bcode: .*?'([a-z-]+)'/g)].map(
        ([, code = '']) => code,
      ),
    );
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter((code) => !PROBLEM_CODES.some((known) => known === code))).toEqual([]);
  });
});
