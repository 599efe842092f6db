import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../../functions/core/configuration/planned-alarms.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const text = ({
  targets = '{ lambdaAlias: orders:live }',
  alarm = 'errors: { metric: errors, threshold: 5 }',
  step = '{ type: rollback_deployment }',
  more = '',
} = {}) =>
  configurationText({
    components: `components:\n  orders:\n    targets: ${targets}\n    alarms: { ${alarm} }\n${more}`,
    strategies: `strategies:\n  - { id: heal, trigger: { statuses: [CRITICAL] }, actions: [${step}] }`,
  });

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
    'is not %s',
    (name) => {
      expectProblem(text({ targets: `{ lambdaAlias: ▼"${name}" }` }), {
        code: 'invalid-format',
        path: 'components.orders.targets.lambdaAlias',
      });
    },
  );

  it('is none of the engine’s own functions', () => {
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
    'is not %s',
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

  it('is restarted by an action that a function’s alias does not have', () => {
    expectProblem(text({ step: '{ type: ▼restart_service, timeoutSeconds: 30 }' }), {
      code: 'other-target-needed',
      path: 'strategies[0].actions[0].type',
    });
  });
});

describe('more resources for a component', () => {
  const more = (ladder: string) =>
    `{ type: ▼increase_resources, params: { ladder: ${ladder} }, timeoutSeconds: 2m }`;

  it.each([
    ['{ lambdaAlias: orders:live }', '[{ cpuUnits: 256 }]'],
    ['{ lambdaAlias: orders:live }', '[{ memoryMiB: 512 }, { memoryMiB: 16384 }]'],
    ['{ lambdaAlias: orders:live }', '[{ storageGiB: 100 }]'],
    ['{ dbInstance: orders }', '[{ memoryMiB: 512 }]'],
  ])('are of a kind that %s has: not %s', (targets, ladder) => {
    const isDatabase = targets.includes('dbInstance');
    const alarm = isDatabase ? { alarm: 'busy: { metric: cpu, threshold: 90 }' } : {};
    expectProblem(text({ targets, step: more(ladder), ...alarm }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
      ...(isDatabase && { others: ['action-timeout-too-short'] }),
    });
  });

  it.each([
    '[]',
    '[{}]',
    '[{ memoryMiB: 512 }, { memoryMiB: 512 }]',
    '[{ memoryMiB: 1024 }, { memoryMiB: 512 }]',
    '[{ storageGiB: 100 }, { storageGiB: 100 }]',
    '[{ instanceClass: db.r6g.xlarge }, { instanceClass: db.r6g.large }]',
    '[{ instanceClass: db.r6g.large }, { storageGiB: 100 }]',
  ])('are on a ladder that goes up: not %s', (ladder) => {
    const problems = problemsOf(text({ step: more(ladder).replace('▼', '') }));
    expect(problems.map(({ code }) => code)).toEqual(['invalid-value']);
  });

  it.each(['r6g.large', 'db.serverless'])('are a class of which AWS says how great it is: not %s', (name) => {
    const problems = problemsOf(text({ step: more(`[{ instanceClass: ${name} }]`).replace('▼', '') }));
    expect(problems.map(({ code }) => code)).toEqual(['invalid-format']);
  });

  it('need the roles of the tasks, like a rollback, or ECS may refuse the revision', () => {
    const targets = '{ ecsService: prod/orders }';
    const alarm = 'busy: { metric: cpu, threshold: 90 }';
    for (const step of [
      more('[{ memoryMiB: 1024 }]'),
      '{ type: ▼rollback_deployment, timeoutSeconds: 2m }',
    ]) {
      const yaml = text({ targets, alarm, step });
      expectProblem(yaml, {
        code: 'missing-component-fact',
        path: 'strategies[0].actions[0].type',
        severity: 'warning',
      });
      const roles = `    taskRoles: ['arn:aws:iam::111122223333:role/orders']\n`;
      expect(problemsOf(text({ targets, alarm, step: step.replace('▼', ''), more: roles }))).toEqual([]);
    }
  });
});

describe('an action on AWS’s resources', () => {
  it('cannot be done on hosts', () => {
    const yaml = text({
      targets: '{ instanceIds: [i-0123456789abcdef0] }',
      alarm: 'busy: { metric: status_check, threshold: 5 }',
      step: '{ type: ▼scale_resources, params: { to: 5 } }',
    });
    expectProblem(yaml, { code: 'other-target-needed', path: 'strategies[0].actions[0].type' });
  });

  it('needs more of a component where a runbook carries it out on hosts', () => {
    const yaml = text({
      targets: '{ instanceIds: [i-0123456789abcdef0] }',
      alarm: 'busy: { metric: status_check, threshold: 5 }',
      step: '{ type: rollback_deployment }',
    });
    const problems = problemsOf(yaml);
    expect(problems.map(({ code }) => code)).toEqual(['missing-component-fact', 'missing-component-fact']);
    expect(problems.map(({ message }) => message)).toEqual(
      ['which declares no `service`', 'which declares no `release`'].map((end) =>
        expect.stringContaining(end),
      ),
    );
  });

  it.each([
    ['{}', 'neither'],
    ['{ to: 5, add: 5, atMost: 9 }', 'both'],
    ['{ add: 5 }', 'no bound'],
    ['{ add: 5, atMost: 3, atLeast: 4 }', 'crossed bounds'],
  ])('scales to a count that is known, or within bounds: not %s (%s)', (params) => {
    const step = `{ type: scale_resources, params: ${params} }`;
    expect(problemsOf(text({ step })).map(({ code }) => code)).toEqual(['invalid-value']);
  });

  it.each(['{ to: 50 }', '{ add: 5, atMost: 50 }', '{ add: -5, atLeast: 5 }', '{ phase: undo }'])(
    'scales by %s',
    (params) => {
      expect(problemsOf(text({ step: `{ type: scale_resources, params: ${params} }` }))).toEqual([]);
    },
  );
});

const onHosts = (step: string, more = '') =>
  text({
    targets: `{ autoScalingGroup: web }\n    service: nginx.service${more}`,
    alarm: 'memory: { metric: memory, threshold: 90 }',
    step,
  });
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';

describe('what is monitored more', () => {
  it.each([
    ['{ lambdaAlias: orders:live }', 'detailed: true'],
    ['{ lambdaAlias: orders:live }', 'containerInsights: enabled'],
    ['{ ecsService: prod/orders }', 'logLevel: DEBUG'],
  ])('is of a kind that %s has: not %s', (targets, params) => {
    const isFunction = targets.includes('lambdaAlias');
    const alarm = isFunction ? {} : { alarm: 'busy: { metric: cpu, threshold: 90 }' };
    expectProblem(text({ targets, ...alarm, step: `{ type: ▼enable_monitoring, params: { ${params} } }` }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('is of a kind that hosts have', () => {
    const step = '{ type: ▼enable_monitoring, params: { tracing: true }, timeoutSeconds: 30 }';
    expectProblem(onHosts(step), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('is something', () => {
    expectProblem(onHosts('{ type: enable_monitoring, params: ▼{} }'), {
      code: 'invalid-value',
      path: 'strategies[0].actions[0].params',
    });
  });
});

describe('the idle time-out of a load balancer', () => {
  const adjust = '{ type: adjust_timeout, params: { to: 1h } }';

  it('may be longer than that of a function', () => {
    expect(problemsOf(onHosts(adjust, `\n    loadBalancer: ${BALANCER}`))).toEqual([]);
    expectProblem(text({ step: adjust.replace('adjust', '▼adjust') }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('needs a load balancer that the component names', () => {
    expectProblem(onHosts(adjust.replace('adjust', '▼adjust')), {
      code: 'missing-component-fact',
      path: 'strategies[0].actions[0].type',
    });
  });

  it.each([BALANCER.replace('/app/', '/net/'), BALANCER.replace('loadbalancer', 'targetgroup'), 'web'])(
    'is not that of %s',
    (arn) => {
      expectProblem(onHosts(adjust, `\n    loadBalancer: ▼${arn}`), {
        code: 'invalid-format',
        path: 'components.orders.loadBalancer',
      });
    },
  );
});

describe('a rollback by CodeDeploy', () => {
  const back = '{ type: ▼rollback_deployment, params: { by: code_deploy }, timeoutSeconds: 2m }';
  const GROUP = '\n    codeDeploy: shop/production';

  it('needs a deployment group that the component names, and no release of its own', () => {
    expect(problemsOf(onHosts(back.replace('▼', ''), GROUP))).toEqual([]);
    expectProblem(onHosts(back), {
      code: 'missing-component-fact',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('needs hosts', () => {
    expectProblem(text({ step: back, more: '' }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
      others: ['missing-component-fact'],
    });
    expectProblem(
      text({ alarm: 'errors: { metric: errors, threshold: 5 }', more: '    ▼codeDeploy: shop/production\n' }),
      {
        code: 'hosts-needed',
        path: 'components.orders.codeDeploy',
      },
    );
  });

  it('takes the last revision that was deployed, and none by name', () => {
    const step = back.replace('by: code_deploy', "by: code_deploy, release: '1.4'");
    expectProblem(onHosts(step, GROUP), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('usually takes minutes', () => {
    expectProblem(onHosts(back.replace('▼', '').replace('{ type', '▼{ type').replace('2m', '60'), GROUP), {
      severity: 'warning',
      code: 'action-timeout-too-short',
      path: 'strategies[0].actions[0]',
    });
  });

  it.each(['shop', 'shop/production/eu', 'shop/*'])('is not by a group called %s', (name) => {
    expectProblem(onHosts(back.replace('▼', ''), `\n    codeDeploy: ▼'${name}'`), {
      code: 'invalid-format',
      path: 'components.orders.codeDeploy',
    });
  });
});

describe('a rollback by AppConfig', () => {
  const back = '{ type: ▼rollback_deployment, params: { by: app_config }, timeoutSeconds: 60 }';
  const FLAGS = '    appConfig: abc1234/def5678/flags01\n';

  it.each(['{ lambdaAlias: orders:live }', '{ ecsService: prod/orders }', '{ custom: orders }'])(
    'needs a configuration that the component names, on %s',
    (targets) => {
      const health = '    health: { url: https://orders.example.com/ }\n';
      const alarm = 'a: { adopt: orders-errors, metric: errors }';
      const step = back.replace('▼', '');
      expect(problemsOf(text({ targets, alarm, step, more: `${FLAGS}${health}` }))).toEqual([]);
      expectProblem(text({ targets, alarm, step: back, more: health }), {
        code: 'missing-component-fact',
        path: 'strategies[0].actions[0].type',
      });
    },
  );

  it('is the only rollback of what a function or automation of the user’s reaches', () => {
    const step = back.replace('app_config', 'target');
    const alarm = 'a: { adopt: orders-errors, metric: errors }';
    expectProblem(text({ targets: '{ custom: orders }', alarm, step, more: FLAGS }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it.each(['shop/production/flags', 'abc1234/def5678'])('is not of a configuration called %s', (name) => {
    expectProblem(text({ step: '{ type: notify_soc }', more: `    appConfig: ▼${name}\n` }), {
      code: 'invalid-format',
      path: 'components.orders.appConfig',
    });
  });
});

describe('the replacement of instances', () => {
  it('needs hosts that are chosen by their Auto Scaling group', () => {
    expectProblem(
      onHosts('{ type: ▼replace_instance }').replace(
        'autoScalingGroup: web',
        'instanceIds: [i-0123456789abcdef0]',
      ),
      {
        code: 'other-target-needed',
        path: 'strategies[0].actions[0].type',
        others: ['repair-timeout-too-short'],
      },
    );
  });
});
