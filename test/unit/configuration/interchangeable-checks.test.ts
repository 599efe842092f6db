import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const strategy = (id: string, more: string) =>
  `  - { id: ${id}, trigger: { metrics: [memory] }, actions: [{ type: start_component }]${more} }`;
const withStrategies = (...strategies: readonly string[]) =>
  configurationText({ strategies: ['strategies:', ...strategies].join('\n') });

describe('interchangeable strategies', () => {
  it('share what they may do and when', () => {
    const same = ', interchangeable: repair, mode: propose, approvals: 2';
    expect(problemsOf(withStrategies(strategy('one', same), strategy('two', same)))).toEqual([]);
  });

  it.each([
    [', mode: propose', 'mode'],
    [', approvals: 2', 'approvals'],
    [', components: [web]', 'components'],
  ])('are refused if one of them adds%s', (more, field) => {
    const problem = expectProblem(
      withStrategies(
        strategy('one', ', interchangeable: repair'),
        strategy('two', `, interchangeable: ▼repair${more}`),
      ),
      { code: 'not-interchangeable', path: 'strategies[1].interchangeable' },
    );
    expect(problem.message).toContain(`\`${field}\``);
  });

  it('are refused if one has another trigger', () => {
    const other = strategy('two', ', interchangeable: ▼repair').replace(
      '[memory]',
      '[memory], statuses: [CRITICAL]',
    );
    expectProblem(withStrategies(strategy('one', ', interchangeable: repair'), other), {
      code: 'not-interchangeable',
      path: 'strategies[1].interchangeable',
    });
  });

  it('cause a warning if there is only one', () => {
    expectProblem(withStrategies(strategy('one', ', interchangeable: ▼repair')), {
      code: 'interchangeable-with-nothing',
      path: 'strategies[0].interchangeable',
      severity: 'warning',
    });
  });
});
