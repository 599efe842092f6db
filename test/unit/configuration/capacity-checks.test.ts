import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

interface Shop {
  readonly demand?: number;
  readonly settings?: string;
  readonly action?: string;
  readonly only?: string;
  readonly payA?: string;
  readonly mark?: '' | '▼';
  /** Requests a second that pay-a takes. @default 600 */
  readonly room?: number;
  /** Hosts of pay-a, and how many of them are repaired at a time. @default 4 */
  readonly hosts?: number;
  readonly batch?: number;
}

const ids = (count: number) =>
  `[${Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`).join(', ')}]`;
const component = (name: string, keys: string, more = '', { hosts, batch } = { hosts: 4, batch: 4 }) =>
  `  ${name}: { targets: { instanceIds: ${ids(hosts)} }, maxConcurrentTargets: ${batch}, service: ${name}.service, signals: [memory]${more && `, ${more}`}${keys && `, ${keys}`} }`;

/** entry → pay-a, pay-b → bank, each of which takes 600 requests a second. */
const text = ({
  demand = 1_000,
  settings = '',
  action = '{ type: start_component, params: { mode: restart } }',
  only = '',
  payA = '',
  mark = '',
  room = 600,
  hosts = 4,
  batch = 4,
}: Shop = {}) =>
  configurationText({
    settings: settings && `settings: { ${settings} }`,
    components: [
      'components:',
      component(
        'entry',
        `demand: ${demand}, dependsOn: [pay-a, pay-b], capacities: { pay-a: ${room}, pay-b: 600 }`,
      ),
      component(`${mark}pay-a`, payA || 'dependsOn: [bank], capacities: { bank: 600 }', '', {
        hosts,
        batch,
      }).replace(`${mark}pay-a.service`, 'pay-a.service'),
      component('pay-b', 'excluded: true, dependsOn: [bank], capacities: { bank: 600 }'),
      component('bank', ''),
    ].join('\n'),
    strategies: `strategies:\n  - { id: restart, ${only} trigger: { metrics: [memory] }, actions: [${action}], verify: { by: runbook } }`,
  });

describe('the check of spare capacity', () => {
  it('warns, with the figures, where a component could never be repaired', () => {
    const problem = expectProblem(text({ mark: '▼' }), {
      code: 'capacity-never-spare',
      path: 'components.pay-a',
      severity: 'warning',
    });
    expect(problem.message).toContain(
      'of 1000 requests a second, the routes carry 1000 at best, and 600 while `pay-a` is repaired: it is never repaired by `restart` unless it does not answer its heartbeats, or an alert names fewer of its hosts',
    );
    expect(problem.remedy).toContain('settings.capacity.exempt');
  });

  it('calculates as admission does: an error of floating-point arithmetic is no difference', () => {
    const nine = { room: 90, hosts: 10, batch: 3 };
    // 90 × (1 - 0.3) is 62.99999999999999.
    expect(problemsOf(text({ ...nine, demand: 663 }))).toEqual([]);
    expectProblem(text({ ...nine, demand: 664, mark: '▼' }), {
      code: 'capacity-never-spare',
      path: 'components.pay-a',
      severity: 'warning',
    });
  });

  it('gives figures that people can read', () => {
    const problem = expectProblem(text({ room: 500, hosts: 3, batch: 2, demand: 1_000, mark: '▼' }), {
      code: 'capacity-never-spare',
      path: 'components.pay-a',
      severity: 'warning',
    });
    expect(problem.message).toContain('and 766.7 while `pay-a` is repaired');
  });

  it('accepts a component whose demand the others carry', () => {
    expect(problemsOf(text({ demand: 600 }))).toEqual([]);
  });

  it('accepts any demand where no action takes the component down, or no strategy answers for it', () => {
    expect(problemsOf(text({ action: '{ type: start_component }' }))).toEqual([]);
    expect(problemsOf(text({ only: 'components: [bank, entry],' }))).toEqual([]);
  });

  it('accepts any demand where a person has exempted a severity', () => {
    expect(problemsOf(text({ settings: 'capacity: { exempt: [CRITICAL] }' }))).toEqual([]);
  });

  it('judges nothing while a component cannot be read', () => {
    expect(problemsOf(text({ payA: 'excluded: 3' })).map(({ code }) => code)).toEqual(['wrong-type']);
  });
});
