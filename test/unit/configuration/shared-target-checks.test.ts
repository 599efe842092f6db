import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const [A, B, C] = ['i-0123456789abcdef0', 'i-0123456789abcdef1', 'i-0123456789abcdef2'];
const ALARMS = 'alarms: { memory: { metric: memory, threshold: 90, dimensions: { InstanceId: i-1 } } }';

const withComponents = (...components: readonly string[]) =>
  configurationText({
    components: ['components:', ...components.map((component) => `  ${component}, ${ALARMS} }`)].join('\n'),
  });

describe('the check of shared targets', () => {
  it('warns of two components with one service on one host, and names the host', () => {
    const text = withComponents(
      `orders: { targets: { instanceIds: [${A}, ${B}] }, service: nginx.service`,
      `payments: { targets: { instanceIds: ▼[${C}, ${B}] }, service: nginx.service`,
    );
    const { message } = expectProblem(text, {
      code: 'shared-host-and-service',
      path: 'components.payments.targets.instanceIds',
      severity: 'warning',
    });
    expect(message).toContain(`\`orders\` also has \`nginx.service\` on ${B}, so only one`);
  });

  it('warns of two components with one resource of AWS', () => {
    const database = '{ targets: { dbInstance: main }, alarms: { cpu: { metric: cpu, threshold: 90 } } }';
    const text = configurationText({
      components: `components:\n  orders: ${database}\n  payments: ${database.replace('main', '▼main')}`,
      strategies:
        'strategies: [{ id: restart, trigger: { metrics: [cpu] }, actions: [{ type: health_check }] }]',
    });
    const { message } = expectProblem(text, {
      code: 'shared-resource',
      path: 'components.payments.targets.dbInstance',
      severity: 'warning',
    });
    expect(message).toContain('`orders` also has `main`, so only one');
  });

  it.each([
    ['another service', `instanceIds: [${A}]`, 'service: b.service'],
    ['another host', `instanceIds: [${B}]`, 'service: a.service'],
    ['hosts by tag', 'tags: { role: web }', 'service: a.service'],
  ])('does not warn of two components with %s', (_, targets, service) => {
    const text = withComponents(
      `orders: { targets: { instanceIds: [${A}] }, service: a.service`,
      `payments: { targets: { ${targets} }, ${service}`,
    );
    expect(problemsOf(text)).toEqual([]);
  });
});
