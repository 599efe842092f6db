import { expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';

const PLAN = {
  targets: { instanceIds: ['i-0123456789abcdef0'] },
  service: 'shop.service',
  signals: ['manual'],
};
const STRATEGIES = [
  { id: 'restart', trigger: { metrics: ['manual'] }, actions: [{ type: 'start_component' }] },
];

function problemsOf(component: object): readonly { code: string; message: string }[] {
  const text = JSON.stringify({ components: { shop: { ...PLAN, ...component } }, strategies: STRATEGIES });
  const loaded = loadConfiguration(text, 'selfheal.yaml');
  if (loaded.ok) return [];
  return loaded.problems.filter(({ severity, code }) => severity === 'error' && !code.startsWith('verif'));
}

it.each([
  ['a runtime whose endpoint is missing', { profile: { runtime: 'go' } }, '`go` publishes its heap'],
  ['metrics of an endpoint that is missing', { profile: { custom: ['queue'] } }, 'metrics of an `endpoint`'],
  [
    'a node on which commands cost money',
    { profile: {}, targets: { instanceIds: ['mi-0123456789abcdef0'] } },
    '$17.50',
  ],
  ['services of init scripts', { profile: {}, serviceManager: 'sysv' }, 'a systemd unit'],
])('the configuration refuses a profile with %s', (_, component, message) => {
  const [problem, ...others] = problemsOf(component);
  expect(problem).toMatchObject({ code: 'profile-not-possible' });
  expect(problem?.message).toContain(message);
  expect(others).toEqual([]);
});

it.each([
  ['an endpoint elsewhere', { endpoint: 'http://10.0.0.1:9100/metrics' }],
  ['an interval that does not divide a minute', { intervalSeconds: '25s' }],
  ['a metric that no strategy could name', { endpoint: 'http://localhost/metrics', custom: ['Queue'] }],
])('the configuration refuses %s', (_, profile) => {
  expect(problemsOf({ profile })).not.toEqual([]);
});

it('the configuration refuses a profile of what is not on hosts', () => {
  const problems = problemsOf({ profile: {}, service: undefined, targets: { ecsService: 'main/shop' } });
  expect(problems.filter(({ code }) => code === 'profile-not-possible')).toMatchObject([
    { message: expect.stringContaining('the collector runs on hosts, and it has an `ecsService` target') },
  ]);
});

it.each([
  ['tags', { tags: { role: 'web' } }],
  ['an Auto Scaling group', { autoScalingGroup: 'web' }],
])('the configuration accepts a profile of hosts chosen by %s', (_, targets) => {
  expect(problemsOf({ profile: {}, targets })).toEqual([]);
});

it('the configuration accepts a profile with an endpoint on the host', () => {
  const profile = {
    runtime: 'node',
    endpoint: 'http://127.0.0.1:9100/metrics',
    custom: ['queue'],
    intervalSeconds: '10s',
  };
  expect(problemsOf({ profile })).toEqual([]);
});

it('the configuration causes a warning for leaks that no strategy answers, by their names', () => {
  const warningsWith = (metrics: readonly string[], profile: object = {}) => {
    const strategies = [{ ...STRATEGIES[0], trigger: { metrics: ['manual', ...metrics] } }];
    const loaded = loadConfiguration(
      JSON.stringify({ components: { shop: { ...PLAN, profile } }, strategies }),
      'selfheal.yaml',
    );
    const problems = loaded.ok ? loaded.warnings : loaded.problems;
    return problems.filter(({ code }) => code === 'anomaly-without-strategy').map(({ message }) => message);
  };
  expect(warningsWith(['memory_leak'])).toEqual([
    'no strategy of component `shop` answers goroutine_leak, descriptor_leak; these signals of its profile will be refused',
  ]);
  expect(warningsWith(['memory_leak', 'goroutine_leak', 'descriptor_leak'])).toEqual([]);
  expect(warningsWith([], { tiers: { critical: 'notify' } })).toEqual([]);
});
