import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

interface Shop {
  readonly demand?: number;
  readonly settings?: string;
  readonly action?: string;
  readonly only?: string;
  readonly payA?: string;
  readonly mark?: '' | '▼';
}

const IDS = '[i-00000000000000001, i-00000000000000002, i-00000000000000003, i-00000000000000004]';
const component = (name: string, keys: string, more = '') =>
  `  ${name}: { targets: { instanceIds: ${IDS} }, maxConcurrentTargets: 4, service: ${name}.service, signals: [memory]${more && `, ${more}`}${keys && `, ${keys}`} }`;

/** entry → pay-a, pay-b → bank, each of which takes 600 requests a second. */
const text = ({
  demand = 1_000,
  settings = '',
  action = '{ type: start_component, params: { mode: restart } }',
  only = '',
  payA = '',
  mark = '',
}: Shop = {}) =>
  configurationText({
    settings: settings && `settings: { ${settings} }`,
    components: [
      'components:',
      component(
        'entry',
        `demand: ${demand}, dependsOn: [pay-a, pay-b], capacities: { pay-a: 600, pay-b: 600 }`,
      ),
      component(`${mark}pay-a`, payA || 'dependsOn: [bank], capacities: { bank: 600 }').replace(
        `${mark}pay-a.service`,
        'pay-a.service',
      ),
      component('pay-b', 'excluded: true, dependsOn: [bank], capacities: { bank: 600 }'),
      component('bank', ''),
    ].join('\n'),
    strategies: `strategies:\n  - { id: restart, ${only} trigger: { metrics: [memory] }, actions: [${action}], verify: { by: runbook } }`,
  });

describe('spare capacity', () => {
  it('is missing where a component could never be repaired, and the warning gives the figures', () => {
    const problem = expectProblem(text({ mark: '▼' }), {
      code: 'capacity-never-spare',
      path: 'components.pay-a',
      severity: 'warning',
    });
    expect(problem.message).toContain(
      'of 1000 requests a second, the routes carry 1000 at best, and 600 while `pay-a` is repaired: it is never repaired by `restart`',
    );
    expect(problem.remedy).toContain('settings.capacity.exempt');
  });

  it('is there if the others carry the demand', () => {
    expect(problemsOf(text({ demand: 600 }))).toEqual([]);
  });

  it('is not needed where no action takes the component down, or no strategy answers for it', () => {
    expect(problemsOf(text({ action: '{ type: start_component }' }))).toEqual([]);
    expect(problemsOf(text({ only: 'components: [bank, entry],' }))).toEqual([]);
  });

  it('is not needed where a person has exempted a severity', () => {
    expect(problemsOf(text({ settings: 'capacity: { exempt: [CRITICAL] }' }))).toEqual([]);
  });

  it('is not judged while a component cannot be read', () => {
    expect(problemsOf(text({ payA: 'excluded: 3' })).map(({ code }) => code)).toEqual(['wrong-type']);
  });
});
