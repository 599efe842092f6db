import { expect } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import type { Problem, ProblemCode } from '../../../functions/core/configuration/problem.ts';

/** Lines of a component. */
export const ONE_HOST = 'targets: { instanceIds: [i-0123456789abcdef0] }';
export const MEMORY_ALARM = 'alarms: { memory: { metric: memory, threshold: 90 } }';

const SECTIONS = {
  settings: '',
  windows: '',
  groups: '',
  components: `components:
  web:
    ${ONE_HOST}
    service: nginx.service
    ${MEMORY_ALARM}
`,
  strategies: `strategies:
  - { id: restart, trigger: { metrics: [memory] }, actions: [{ type: start_component }] }
`,
};

/** A sound configuration with some of its sections replaced; each is YAML text, its own key included. */
export function configurationText(sections: Partial<typeof SECTIONS> = {}): string {
  const { settings, windows, groups, components, strategies } = { ...SECTIONS, ...sections };
  return [settings, windows, groups, components, strategies]
    .filter(Boolean)
    .map((text) => `${text.trim()}\n`)
    .join('');
}

/** A configuration with one component, whose keys are `lines` of YAML. */
export const componentText = (...lines: readonly string[]) =>
  configurationText({
    components: ['components:', '  web:', ...lines.map((line) => `    ${line}`)].join('\n'),
  });

/** A configuration with one sound component and one strategy, whose keys are `lines` of YAML. */
export const strategyText = (...lines: readonly string[]) =>
  configurationText({ strategies: ['strategies:', '  -', ...lines.map((line) => `    ${line}`)].join('\n') });

/** Every problem and warning of a text, but for the warning that nobody is notified: these texts are about the rest. */
export function problemsOf(text: string): readonly Problem[] {
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return problems.filter(({ code }) => code !== 'nobody-notified');
}

/** Every problem of a text as people read it: `severity code path: message → remedy`. */
export const verdictsOf = (text: string): readonly string[] =>
  problemsOf(text).map(
    ({ severity, code, path, message, remedy }) => `${severity} ${code} ${path}: ${message} → ${remedy}`,
  );

const MARK = '▼';

/** Expects one problem, right behind the mark ▼ in the text, and no other unless `others` says so. */
export function expectProblem(
  marked: string,
  expected: {
    readonly code: ProblemCode;
    readonly path: string;
    readonly severity?: 'error' | 'warning';
    readonly others?: readonly ProblemCode[];
    readonly nearest?: string;
  },
): Problem {
  const before = marked.slice(0, marked.indexOf(MARK)).split('\n');
  const problems = problemsOf(marked.replace(MARK, ''));
  const problem = problems.find(({ code, path }) => code === expected.code && path === expected.path);
  expect(problems.map(({ code }) => code).sort()).toEqual([expected.code, ...(expected.others ?? [])].sort());
  expect(problem).toMatchObject({
    severity: expected.severity ?? 'error',
    file: 'selfheal.yaml',
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
  });
  expect(problem?.nearest).toBe(expected.nearest);
  expect(problem?.message).not.toBe('');
  expect(problem?.remedy).not.toBe('');
  return problem as Problem;
}
