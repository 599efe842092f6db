import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const [A, B, C] = ['i-0123456789abcdef0', 'i-0123456789abcdef1', 'i-0123456789abcdef2'];
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';
const ALARMS = 'alarms: { memory: { metric: memory, threshold: 90, dimensions: { InstanceId: i-1 } } }';

const withComponents = (...components: readonly string[]) =>
  configurationText({
    components: ['components:', ...components.map((component) => `  ${component}, ${ALARMS} }`)].join('\n'),
  });

describe('the check of shared targets', () => {
  it('warns of two components with one service on one host, and names the host', () => {
    const text = withComponents(
      `orders: { targets: { instanceIds: [${A}, ${B}] }, service: nginx.service`,
      `payments: { targets: { instanceIds: ▼[${C}, ${B}, ${A}] }, service: nginx.service`,
    );
    const { message, remedy } = expectProblem(text, {
      code: 'shared-host-and-service',
      path: 'components.payments.targets.instanceIds',
      severity: 'warning',
    });
    expect(message).toBe(
      `component \`orders\` also has \`nginx.service\` on ${B}, ${A}, so only one of the two is repaired at a time`,
    );
    expect(remedy).toBe('Make them one component, or correct the host or the service of one.');
  });

  it('warns of two components with one resource of AWS', () => {
    const database = '{ targets: { dbInstance: main }, alarms: { cpu: { metric: cpu, threshold: 90 } } }';
    const text = configurationText({
      components: `components:\n  orders: ${database}\n  payments: ${database.replace('main', '▼main')}`,
      strategies:
        'strategies: [{ id: restart, trigger: { metrics: [cpu] }, actions: [{ type: health_check }] }]',
    });
    const { message, remedy } = expectProblem(text, {
      code: 'shared-resource',
      path: 'components.payments.targets.dbInstance',
      severity: 'warning',
    });
    expect(message).toContain('`orders` also has `main`, so only one');
    expect(remedy).toBe('Make them one component, or correct the target of one.');
  });

  it.each([
    ['size', 'web-asg', '{ type: scale_resources, params: { to: 3 } }', 'targets.autoScalingGroup'],
    ['idle time-out', BALANCER, '{ type: adjust_timeout, params: { to: 2m } }', 'loadBalancer'],
  ])('warns of two components for which strategies set one %s', (value, resource, action, path) => {
    const onGroup = (group: string, mark = '') =>
      path === 'loadBalancer'
        ? `targets: { autoScalingGroup: ${group} }, loadBalancer: '${resource}'`.replace(
            "'arn",
            `${mark}'arn`,
          )
        : `targets: { autoScalingGroup: ${mark}${resource} }`;
    const health = 'health: { url: https://www.example.com/health }, signals: [memory]';
    const text = (components: string) =>
      configurationText({
        components: [
          'components:',
          `  orders: { ${onGroup('a')}, service: a.service, ${health} }`,
          `  payments: { ${onGroup('b', '▼')}, service: b.service, ${health} }`,
        ].join('\n'),
        strategies: `strategies:
  - { id: set, components: ${components}, trigger: { metrics: [memory] }, actions: [${action}] }
  - { id: once-more, components: [payments], trigger: { metrics: [memory] }, actions: [${action}] }`,
      });
    const { message } = expectProblem(text('[orders, payments]'), {
      code: 'shared-resource',
      path: `components.payments.${path}`,
      severity: 'warning',
    });
    expect(message).toContain(`set the ${value} of \`${resource}\` for component \`orders\``);
    expect(problemsOf(text('[payments]').replace('▼', ''))).toEqual([]);
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
