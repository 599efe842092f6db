import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const idOf = (index: number) => `i-${String(index).padStart(17, '0')}`;

interface Fleet {
  readonly targets: number;
  readonly component?: string;
  readonly settings?: string;
  readonly verify?: string;
  readonly action?: string;
  readonly mark?: '' | '▼';
}

const text = ({ targets, component = '', settings = '', verify = '', action = '', mark = '' }: Fleet) =>
  configurationText({
    settings: `settings: { repairTimeoutSeconds: 12h, ${settings} }`,
    components: [
      'components:',
      '  web:',
      `    targets: { instanceIds: [${Array.from({ length: targets }, (_, index) => idOf(index)).join(', ')}] }`,
      '    service: nginx.service',
      '    signals: [memory]',
      component && `    ${component}`,
    ].join('\n'),
    strategies: [
      'strategies:',
      '  - id: restart',
      '    trigger: { metrics: [memory] }',
      `    ${mark}actions: [{ type: start_component${action} }]`,
      `    verify: { by: runbook, ${verify} }`,
    ].join('\n'),
  });

describe('minHealthyTargets', () => {
  it('causes a warning if the other targets cannot be that many', () => {
    const problem = expectProblem(text({ targets: 3, component: 'minHealthyTargets: ▼3' }), {
      code: 'min-healthy-targets-unreachable',
      severity: 'warning',
      path: 'components.web.minHealthyTargets',
    });
    expect(problem.message).toContain('of 3 targets never more than 2 others are healthy');
    expect(problem.remedy).toBe('Lower it to 2 or less.');
  });

  it('causes no warning if all other targets together are that many', () => {
    expect(problemsOf(text({ targets: 3, component: 'minHealthyTargets: 2' }))).toEqual([]);
  });

  it('cannot be judged for targets that are chosen by tags', () => {
    const byTags = text({ targets: 3, component: 'minHealthyTargets: 9' }).replace(
      /instanceIds: \[.*\] }/,
      'tags: { role: web } }',
    );
    expect(problemsOf(byTags)).toEqual([]);
  });
});

describe('the batches of a rolling repair', () => {
  it('must fit into one operation', () => {
    const problem = expectProblem(text({ targets: 501, verify: 'stableSeconds: 0s', mark: '▼' }), {
      code: 'too-many-batches',
      severity: 'warning',
      path: 'strategies[0].actions',
    });
    expect(problem.message).toContain(
      'the 501 targets of `web` in 501 batches, and one operation of 1 actions has 500 at most',
    );
    expect(problem.remedy).toContain('Raise `maxConcurrentTargets` of `web` to 2 or more');
  });

  it.each([
    ['as many as an operation has', 500, ''],
    ['fewer, with several targets at a time', 501, 'maxConcurrentTargets: 2'],
  ])('may be %s', (_, targets, component) => {
    expect(problemsOf(text({ targets, component, verify: 'stableSeconds: 0s' }))).toEqual([]);
  });
});

describe('the shortest time of a rolling repair', () => {
  const slow = {
    targets: 10,
    settings: 'repairTimeoutSeconds: 5m',
    verify: 'stableSeconds: 20s',
    action: ', params: { settleSeconds: 10s }',
  };
  const textOf = (fleet: Fleet) => text(fleet).replace('repairTimeoutSeconds: 12h, ', '');

  it('should end before the whole repair is given up', () => {
    const problem = expectProblem(textOf({ ...slow, mark: '▼' }), {
      code: 'rolling-repair-too-slow',
      severity: 'warning',
      path: 'strategies[0].actions',
    });
    expect(problem.message).toBe(
      'a repair of all 10 targets of `web` takes 10 batches of 30 s or more, and `settings.repairTimeoutSeconds` ends it after 300 s',
    );
    expect(problem.remedy).toContain('Raise `settings.repairTimeoutSeconds` above 300');
  });

  it.each([
    ['a longer time-out', { ...slow, settings: 'repairTimeoutSeconds: 301s' }],
    ['several targets at a time', { ...slow, component: 'maxConcurrentTargets: 2' }],
    ['one target, which has no batches', { ...slow, targets: 1 }],
  ])('causes no problem with %s', (_, fleet) => {
    expect(problemsOf(textOf(fleet))).toEqual([]);
  });
});
