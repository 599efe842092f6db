import { describe, expect, it } from 'vitest';
import { grantedOnTargets, hostConfiguration } from './granted-on-targets.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

describe('the permissions for CodeDeploy and AppConfig', () => {
  it('cover, for a rollback by CodeDeploy, the deployment group, which the reconciler may only read', () => {
    const back = '{ type: rollback_deployment, params: { by: code_deploy }, timeoutSeconds: 2m }';
    const yaml = hostConfiguration('autoScalingGroup: web', back).replace(
      '    service:',
      '    codeDeploy: shop/production\n    service:',
    );
    const named = (resource: string) =>
      `arn:<AWS::Partition>:codedeploy:<AWS::Region>:<AWS::AccountId>:${resource}`;
    const group = named('deploymentgroup:shop/production');
    expect(grantedOnTargets(yaml)).toEqual({
      'selfheal-act': [
        `codedeploy:BatchGetDeployments ${group}`,
        `codedeploy:CreateDeployment ${group}`,
        `codedeploy:GetApplicationRevision ${named('application:shop')}`,
        `codedeploy:GetDeploymentConfig ${named('deploymentconfig:*')}`,
        `codedeploy:ListDeployments ${group}`,
        `codedeploy:RegisterApplicationRevision ${named('application:shop')}`,
        'codedeploy:StopDeployment *',
        `codedeploy:UpdateDeploymentGroup ${group}`,
      ],
      'selfheal-reconcile': [`codedeploy:GetDeployment ${group}`],
    });
    const rules = [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()];
    const woken = rules.filter(({ Properties }) => JSON.stringify(Properties).includes('aws.codedeploy'));
    expect(woken).toMatchObject([
      {
        Properties: {
          EventPattern: { detail: { application: ['shop'], state: ['SUCCESS', 'FAILURE', 'STOP'] } },
        },
      },
    ]);
    expect(grantedOnTargets(yaml.replace(back, '{ type: start_component }'))).toEqual({});
  });

  it('cover, for a rollback by CodeDeploy of an alias, a look at the alias, and no change of it', () => {
    const yaml = hostConfiguration(
      'lambdaAlias: orders:live',
      '{ type: rollback_deployment, params: { by: code_deploy }, timeoutSeconds: 2m }',
    ).replace(
      / {4}service:.*\n/,
      '    codeDeploy: shop/production\n    health: { url: https://orders.example.com/ }\n',
    );
    const granted = grantedOnTargets(yaml)['selfheal-act'] ?? [];
    expect(granted.filter((grant) => grant.startsWith('lambda:'))).toEqual([
      expect.stringMatching(/^lambda:GetAlias .*:function:orders$/),
    ]);
    expect(granted).toContainEqual(
      expect.stringMatching(/^codedeploy:CreateDeployment .*:shop\/production$/),
    );
  });

  it('cover, for a rollback by AppConfig, the configuration that the component names', () => {
    const back = '{ type: rollback_deployment, params: { by: app_config }, timeoutSeconds: 2m }';
    const yaml = hostConfiguration('autoScalingGroup: web', back).replace(
      '    service:',
      '    appConfig: abc1234/def5678/flags01\n    service:',
    );
    const named = (resource: string) =>
      `arn:<AWS::Partition>:appconfig:<AWS::Region>:<AWS::AccountId>:${resource}`;
    const application = named('application/abc1234');
    const environment = `${application}/environment/def5678`;
    const onDeployments = (action: string) =>
      [application, environment, `${environment}/deployment/*`].map((arn) => `appconfig:${action} ${arn}`);
    const granted = grantedOnTargets(yaml);
    expect(granted).toEqual({
      'selfheal-act': [
        ...onDeployments('GetDeployment'),
        ...[application, environment].map((arn) => `appconfig:ListDeployments ${arn}`),
        ...[application, `${application}/configurationprofile/flags01`, environment].map(
          (arn) => `appconfig:StartDeployment ${arn}`,
        ),
        `appconfig:StartDeployment ${named('deploymentstrategy/*')}`,
        ...onDeployments('StopDeployment'),
      ],
      'selfheal-reconcile': onDeployments('GetDeployment'),
    });
    const rules = [...resourcesOf(synthesizeStacks(yaml).engine, 'AWS::Events::Rule').values()];
    const woken = rules.filter(({ Properties }) => JSON.stringify(Properties).includes('aws.appconfig'));
    expect(woken).toMatchObject([
      { Properties: { EventPattern: { detail: { Application: { Id: ['abc1234'] } } } } },
    ]);
    expect(grantedOnTargets(yaml.replace(back, '{ type: start_component }'))).toEqual({});
  });
});
