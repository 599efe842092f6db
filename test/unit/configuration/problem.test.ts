import { describe, expect, it } from 'vitest';
import { formatPath, formatProblem, type Problem } from '../../../functions/core/configuration/problem.ts';

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
