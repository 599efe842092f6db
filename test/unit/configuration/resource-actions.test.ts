import { describe, expect, it } from 'vitest';
import { expectProblem, problemsOf } from './configuration-text.ts';
import { onHosts, text } from './resource-text.ts';

const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/0123456789abcdef';

describe('more resources for a component', () => {
  const more = (ladder: string) =>
    `{ type: ▼increase_resources, params: { ladder: ${ladder} }, timeoutSeconds: 2m }`;

  it.each([
    ['{ lambdaAlias: orders:live }', '[{ cpuUnits: 256 }]'],
    ['{ lambdaAlias: orders:live }', '[{ memoryMiB: 512 }, { memoryMiB: 16384 }]'],
    ['{ lambdaAlias: orders:live }', '[{ storageGiB: 100 }]'],
    ['{ dbInstance: orders }', '[{ memoryMiB: 512 }]'],
  ])('must be of a kind that %s has: not %s', (targets, ladder) => {
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
  ])('must form a ladder that goes up: not %s', (ladder) => {
    const problems = problemsOf(text({ step: more(ladder).replace('▼', '') }));
    expect(problems.map(({ code }) => code)).toEqual(['invalid-value']);
  });

  it.each(['r6g.large', 'db.serverless'])('must be a class whose size AWS publishes: not %s', (name) => {
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
      alarm: 'busy: { metric: status_check, threshold: 1 }',
      step: '{ type: ▼scale_resources, params: { to: 5 } }',
    });
    expectProblem(yaml, { code: 'other-target-needed', path: 'strategies[0].actions[0].type' });
  });

  it('needs more of a component where a runbook carries it out on hosts', () => {
    const yaml = text({
      targets: '{ instanceIds: [i-0123456789abcdef0] }',
      alarm: 'busy: { metric: status_check, threshold: 1 }',
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

describe('additional monitoring', () => {
  it.each([
    ['{ lambdaAlias: orders:live }', 'detailed: true'],
    ['{ lambdaAlias: orders:live }', 'containerInsights: enabled'],
    ['{ ecsService: prod/orders }', 'logLevel: DEBUG'],
  ])('must be of a kind that %s has: not %s', (targets, params) => {
    const isFunction = targets.includes('lambdaAlias');
    const alarm = isFunction ? {} : { alarm: 'busy: { metric: cpu, threshold: 90 }' };
    expectProblem(text({ targets, ...alarm, step: `{ type: ▼enable_monitoring, params: { ${params} } }` }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('must be of a kind that hosts have', () => {
    const step = '{ type: ▼enable_monitoring, params: { tracing: true }, timeoutSeconds: 30 }';
    expectProblem(onHosts(step), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('may be the log level of a unit, which needs no EC2', () => {
    expect(problemsOf(onHosts('{ type: enable_monitoring, params: { logLevel: DEBUG } }'))).toEqual([]);
  });

  it('cannot be both what EC2 and what the host does', () => {
    const params = 'detailed: true, logLevel: DEBUG';
    expectProblem(onHosts(`{ type: ▼enable_monitoring, params: { ${params} } }`), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('needs the service whose unit is to log more', () => {
    const yaml = onHosts('{ type: ▼enable_monitoring, params: { logLevel: DEBUG } }');
    expectProblem(yaml.replace('service: nginx.service', 'tempPaths: [/var/tmp/web]'), {
      code: 'missing-component-fact',
      path: 'strategies[0].actions[0].type',
    });
  });

  it('must include something', () => {
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
    'cannot be set for %s',
    (arn) => {
      expectProblem(onHosts(adjust, `\n    loadBalancer: ▼${arn}`), {
        code: 'invalid-format',
        path: 'components.orders.loadBalancer',
      });
    },
  );
});
