import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../../functions/core/configuration/planned-alarms.ts';
import { expectProblem, problemsOf } from './configuration-text.ts';
import { text } from './resource-text.ts';

const alarmOf = (yaml: string) => {
  const loaded = loadConfiguration(yaml, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return plannedAlarms(loaded.configuration)[0];
};

describe('a component behind a function’s alias', () => {
  it.each([
    ['errors', 'Errors', 'Sum'],
    ['throttles', 'Throttles', 'Sum'],
    ['duration', 'Duration', 'p99'],
    ['throughput', 'Invocations', 'Sum'],
  ])('has alarms on its %s by their names alone', (metric, metricName, statistic) => {
    expect(alarmOf(text({ alarm: `a: { metric: ${metric}, threshold: 5 }` }))).toMatchObject({
      namespace: 'AWS/Lambda',
      metricName,
      statistic,
      dimensions: { FunctionName: 'orders', Resource: 'orders:live' },
    });
  });

  it('keeps what an alarm says itself', () => {
    const alarm = 'a: { metric: duration, threshold: 5, statistic: Maximum }';
    expect(alarmOf(text({ alarm }))).toMatchObject({ metricName: 'Duration', statistic: 'Maximum' });
  });

  it('has no alarm on a metric that only hosts have', () => {
    expectProblem(text({ alarm: '▼a: { metric: cpu, threshold: 5 }' }), {
      code: 'dimensions-needed',
      path: 'components.orders.alarms.a',
    });
  });

  it.each(['start_component', 'isolate_network'])('cannot be healed by %s', (type) => {
    expectProblem(text({ step: `{ type: ▼${type} }` }), {
      code: 'hosts-needed',
      path: 'strategies[0].actions[0].type',
      others: type === 'start_component' ? ['missing-component-fact'] : ['left-isolated'],
    });
  });

  it.each(['orders', 'orders:', 'orders:7', 'orders:$LATEST', 'arn:aws:lambda:eu-west-1:1:function:o:live'])(
    'cannot be named %s',
    (name) => {
      expectProblem(text({ targets: `{ lambdaAlias: ▼"${name}" }` }), {
        code: 'invalid-format',
        path: 'components.orders.targets.lambdaAlias',
      });
    },
  );

  it('cannot be one of the engine’s own functions', () => {
    expectProblem(text({ targets: '{ lambdaAlias: ▼selfheal-act:live }' }), {
      code: 'invalid-name',
      path: 'components.orders.targets.lambdaAlias',
    });
  });

  it('can be healed and verified by nothing but its alarm', () => {
    expect(problemsOf(text())).toEqual([]);
  });
});

describe('a component that is a service of ECS', () => {
  const ecs = (more: object = {}) =>
    text({
      targets: '{ ecsService: prod/orders }',
      alarm: 'busy: { metric: cpu, threshold: 90 }',
      step: '{ type: restart_service, timeoutSeconds: 120 }',
      ...more,
    });

  it.each([
    ['cpu', 'CPUUtilization'],
    ['memory', 'MemoryUtilization'],
  ])('has alarms on its %s by their names alone', (metric, metricName) => {
    expect(alarmOf(ecs({ alarm: `a: { metric: ${metric}, threshold: 90 }` }))).toMatchObject({
      namespace: 'AWS/ECS',
      metricName,
      statistic: 'Average',
      dimensions: { ClusterName: 'prod', ServiceName: 'orders' },
    });
  });

  it.each(['orders', 'prod/', 'prod/orders/1', 'arn:aws:ecs:eu-west-1:1:service/prod/orders'])(
    'cannot be named %s',
    (name) => {
      expectProblem(ecs({ targets: `{ ecsService: ▼"${name}" }` }), {
        code: 'invalid-format',
        path: 'components.orders.targets.ecsService',
      });
    },
  );

  it.each(['▼{ type: rollback_deployment }', '▼{ type: restart_service, timeoutSeconds: 119 }'])(
    'needs more time than %s gives a deployment',
    (step) => {
      expectProblem(ecs({ step }), {
        code: 'action-timeout-too-short',
        path: 'strategies[0].actions[0]',
        severity: 'warning',
        others: step.includes('rollback') ? ['missing-component-fact'] : [],
      });
    },
  );

  it('cannot be healed by what is for hosts', () => {
    expectProblem(ecs({ step: '{ type: ▼isolate_network }' }), {
      code: 'hosts-needed',
      path: 'strategies[0].actions[0].type',
      others: ['left-isolated'],
    });
  });

  it('has a restart that a function’s alias does not have', () => {
    expectProblem(text({ step: '{ type: ▼restart_service, timeoutSeconds: 30 }' }), {
      code: 'other-target-needed',
      path: 'strategies[0].actions[0].type',
    });
  });
});
