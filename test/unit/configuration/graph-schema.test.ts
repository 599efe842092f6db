import { describe, expect, it } from 'vitest';
import { configured } from '../../factories/configuration.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const withGraph = (graph: string) => configurationText({ settings: `settings:\n  graph: ${graph}` });

describe('settings.graph', () => {
  it('is off by default, and has the defaults of an hour and a week', () => {
    expect(configured().settings.graph).toBeUndefined();
    expect(configured({ settings: { graph: { discover: ['xray'] } } }).settings.graph).toEqual({
      ...{ discover: ['xray'], refreshSeconds: 3_600, keepSeconds: 7 * 86_400 },
    });
  });

  it('needs X-Ray: the other sources only name what it has seen', () => {
    const { message } = expectProblem(withGraph('{ discover: ▼[ecs] }'), {
      code: 'discovery-without-xray',
      path: 'settings.graph.discover',
    });
    expect(message).toContain('`xray` among them');
  });

  it.each([
    ['a source that there is not', '{ discover: [xray, ▼cloudtrail] }', 'unknown-value', 'discover[1]'],
    ['no source', '{ discover: ▼[] }', 'wrong-length', 'discover'],
    [
      'ranges that X-Ray does not answer for',
      '{ discover: [xray], refreshSeconds: ▼6h }',
      'out-of-range',
      'refreshSeconds',
    ],
    [
      'a time to keep that is shorter than its precision',
      '{ discover: [xray], keepSeconds: ▼1d }',
      'out-of-range',
      'keepSeconds',
    ],
  ] as const)('refuses %s', (_, text, code, field) => {
    const marked = withGraph(text);
    const problems = problemsOf(marked.replace('▼', ''));
    expect(problems.map((problem) => [problem.code, problem.path])).toContainEqual([
      code,
      `settings.graph.${field}`,
    ]);
  });
});
