import { describe, expect, it } from 'vitest';
import { expectProblem, problemsOf } from './configuration-text.ts';
import { onHosts, text } from './resource-text.ts';

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

  it.each(['{ lambdaAlias: orders:live }', '{ ecsService: prod/orders }'])(
    'may be of what CodeDeploy deploys to %s',
    (targets) => {
      const alarm = 'a: { adopt: orders-errors, metric: errors }';
      const health = '    health: { url: https://orders.example.com/ }\n';
      const more = `    codeDeploy: shop/production\n${health}`;
      expect(problemsOf(text({ targets, alarm, step: back.replace('▼', ''), more }))).toEqual([]);
      expectProblem(text({ targets, alarm, step: back, more: health }), {
        code: 'missing-component-fact',
        path: 'strategies[0].actions[0].type',
      });
    },
  );

  it('is not of databases or what a function of the user’s reaches, which CodeDeploy does not know', () => {
    const alarm = 'a: { adopt: orders-errors, metric: errors }';
    expectProblem(text({ targets: '{ custom: orders }', alarm, step: back, more: '' }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
      others: ['missing-component-fact'],
    });
    const step = '{ type: notify_soc }';
    for (const targets of ['{ custom: orders }', '{ dbInstance: orders }'])
      expectProblem(text({ targets, alarm, step, more: '    ▼codeDeploy: shop/production\n' }), {
        code: 'hosts-needed',
        path: 'components.orders.codeDeploy',
      });
  });

  it('uses the last revision that was deployed, and none by name', () => {
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

  it.each(['shop', 'shop/production/eu', 'shop/*'])('cannot use a group called %s', (name) => {
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

  it('is the only rollback for what a function or automation of the user’s reaches', () => {
    const step = back.replace('app_config', 'target');
    const alarm = 'a: { adopt: orders-errors, metric: errors }';
    expectProblem(text({ targets: '{ custom: orders }', alarm, step, more: FLAGS }), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].type',
    });
  });

  it.each(['shop/production/flags', 'abc1234/def5678'])('cannot use a configuration called %s', (name) => {
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
