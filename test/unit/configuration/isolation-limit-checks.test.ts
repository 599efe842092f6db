import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const BOTH = 'by: agent_first, securityGroup: sg-0123456789abcdef0';

/** A host that is isolated until it is lifted at its limit, and the file’s own strategy for that. */
const text = (params: string, lift = '', settings = '') =>
  configurationText({
    settings,
    strategies: `strategies:
  - id: contain
    trigger: { metrics: [memory] }
    actions: [{ type: isolate_network, params: { ${params} } }]
    rollback: { onFailure: maintain_isolation }
${lift && `  - { id: lift-isolation, trigger: { metrics: [isolation_limit] }, ${lift} }`}
`,
  });

describe('a time limit of an isolation', () => {
  it.each([
    [1, '5m'],
    [3, '1d1s'],
    [8, '7d'],
  ])('is refused where records are kept for %i days and it is %s', (days, limit) => {
    const problem = expectProblem(
      text(`limitSeconds: ▼${limit}`, '', `settings: { historyRetentionDays: ${days} }`),
      { code: 'limit-outlasts-records', path: 'strategies[0].actions[0].params.limitSeconds' },
    );
    expect(problem.message).toContain(`they are kept for ${days}d`);
    expect(problem.remedy).toMatch(/^Write `historyRetentionDays: \d+` or more/);
  });

  it('may be as long as it likes where records are kept for two days longer', () => {
    expect(problemsOf(text('limitSeconds: 7d', '', 'settings: { historyRetentionDays: 9 }'))).toEqual([]);
    expect(problemsOf(text('limitSeconds: 7d'))).toEqual([]);
  });
});

describe('a strategy of the file that lifts isolations', () => {
  const restore = (by: string) => `{ type: restore_network, params: { by: ${by} } }`;
  const codes = (lift: string, params = BOTH) =>
    problemsOf(text(`${params}, limitSeconds: 1h, afterLimit: lift`, lift))
      .filter(({ severity }) => severity === 'error')
      .map(({ code, remedy }) => [code, remedy]);

  it.each([
    ['agent', 'security_groups'],
    ['security_groups', 'agent'],
  ])('is refused where it lifts by %s alone, and some are isolated by %s', (by, missing) => {
    expect(codes(`actions: [${restore(by)}]`)).toEqual([
      ['isolation-not-lifted', `Add \`- ${restore(missing)}\`.`],
    ]);
  });

  it('is refused where it leaves out a component that is isolated', () => {
    const other = configurationText({
      components: `components:
  web: { targets: { instanceIds: [i-0123456789abcdef0] }, service: nginx.service, signals: [memory] }
  other: { targets: { instanceIds: [i-0fffffffffffffff0] }, service: other.service, signals: [memory] }`,
      strategies: `strategies:
  - id: contain
    trigger: { metrics: [memory] }
    actions: [{ type: isolate_network, params: { limitSeconds: 1h, afterLimit: lift } }]
  - id: lift-isolation
    components: [other]
    trigger: { metrics: [isolation_limit] }
    actions: [{ type: restore_network }]`,
    });
    const errors = problemsOf(other).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, path }) => [code, path])).toEqual([
      ['isolation-not-lifted', 'strategies[1].components'],
    ]);
  });

  it('is accepted, without a warning, where it lifts each kind of isolation', () => {
    const problems = (lift: string, params: string) =>
      problemsOf(text(`${params}, limitSeconds: 1h, afterLimit: lift`, lift));
    expect(problems(`actions: [${restore('security_groups')}, ${restore('agent')}]`, BOTH)).toEqual([]);
    expect(problems(`actions: [${restore('agent')}]`, 'by: agent')).toEqual([]);
  });

  it('cannot be reached where no isolation is to be lifted', () => {
    const problems = problemsOf(text('limitSeconds: 1h', `actions: [${restore('agent')}]`));
    expect(problems.map(({ code }) => code)).toContain('unreachable-strategy');
  });
});
