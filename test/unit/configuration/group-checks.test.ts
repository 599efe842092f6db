import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const component = (name: string) =>
  `  ${name}: { group: web, targets: { instanceIds: [i-0123456789abcdef0] }, service: ${name}.service, alarms: { memory: { metric: memory, threshold: 90 } } }`;

const withGroup = (group: string, ...members: readonly string[]) =>
  configurationText({
    groups: `groups: { ${group} }`,
    components: ['components:', ...members.map(component)].join('\n'),
  });

describe('a group', () => {
  it('causes a warning if it needs all its members healthy and is never healed', () => {
    const problem = expectProblem(withGroup('web: { minHealthy: ▼2 }', 'a', 'b'), {
      code: 'min-healthy-unreachable',
      path: 'groups.web.minHealthy',
    });
    expect(problem.remedy).toBe('Lower it to 1 or less.');
  });

  it('may want all but one of its members healthy', () => {
    expect(problemsOf(withGroup('web: { minHealthy: 1 }', 'a', 'b'))).toEqual([]);
  });

  it('causes a warning if its only member cannot be kept healthy, and names the limit that counts its targets', () => {
    const problem = expectProblem(withGroup('web: { minHealthy: ▼1 }', 'a'), {
      code: 'min-healthy-of-one',
      path: 'groups.web.minHealthy',
      severity: 'warning',
    });
    expect(problem.remedy).toContain('minHealthyTargets');
  });

  it('causes a warning without members', () => {
    expectProblem(withGroup('web: {}, ▼batch: {}', 'a'), {
      code: 'group-without-members',
      path: 'groups.batch',
      severity: 'warning',
    });
  });

  it('causes a warning if its budget exceeds the fleet’s', () => {
    expectProblem(withGroup('web: { maxInFlight: ▼4 }', 'a'), {
      code: 'group-budget-exceeds-fleet',
      path: 'groups.web.maxInFlight',
      severity: 'warning',
    });
  });

  it('is not judged while a component that might be its member cannot be read', () => {
    const text = `${withGroup('web: {}', 'a').replace('group: web', 'group: web, excluded: 3')}`;
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['wrong-type']);
  });
});
