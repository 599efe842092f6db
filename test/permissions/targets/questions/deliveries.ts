import { type Asking, type Askings, arnOf, on, onAny } from './resource-arn.ts';

const codeDeploy = (resource: string) => arnOf('codedeploy', resource);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
export const CODE_DEPLOY: Askings = {
  ListDeployments: ({ applicationName, deploymentGroupName }) =>
    on('codedeploy:ListDeployments', codeDeploy(`deploymentgroup:${applicationName}/${deploymentGroupName}`)),
  BatchGetDeployments: ({ deploymentIds }, { deploymentGroupOf }) => {
    const groups = new Set((deploymentIds as readonly string[]).map(deploymentGroupOf));
    const arns = [...groups].map((group) => codeDeploy(`deploymentgroup:${group}`));
    return on('codedeploy:BatchGetDeployments', ...arns);
  },
  GetDeployment: ({ deploymentId }, { deploymentGroupOf }) =>
    on('codedeploy:GetDeployment', codeDeploy(`deploymentgroup:${deploymentGroupOf(String(deploymentId))}`)),
  GetApplicationRevision: ({ applicationName }) =>
    on('codedeploy:GetApplicationRevision', codeDeploy(`application:${applicationName}`)),
  // https://docs.aws.amazon.com/codedeploy/latest/userguide/auth-and-access-control-permissions-reference.html
  CreateDeployment: ({ applicationName, deploymentGroupName, overrideAlarmConfiguration }) => {
    const group = codeDeploy(`deploymentgroup:${applicationName}/${deploymentGroupName}`);
    const application = codeDeploy(`application:${applicationName}`);
    return [
      ...on('codedeploy:CreateDeployment', group),
      ...on('codedeploy:GetDeploymentConfig', codeDeploy('deploymentconfig:CodeDeployDefault.OneAtATime')),
      ...on('codedeploy:GetApplicationRevision', application),
      ...on('codedeploy:RegisterApplicationRevision', application),
      ...(overrideAlarmConfiguration === undefined ? [] : on('codedeploy:UpdateDeploymentGroup', group)),
    ];
  },
  StopDeployment: onAny('codedeploy:StopDeployment'),
};

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappconfig.html */
export const APP_CONFIG: Askings = {
  ListDeployments: ({ ApplicationId, EnvironmentId }) =>
    on(
      'appconfig:ListDeployments',
      arnOf('appconfig', `application/${ApplicationId}`),
      arnOf('appconfig', `application/${ApplicationId}/environment/${EnvironmentId}`),
    ),
  GetDeployment: onDeployment('appconfig:GetDeployment'),
  StopDeployment: onDeployment('appconfig:StopDeployment'),
  StartDeployment: ({ ApplicationId, EnvironmentId, ConfigurationProfileId, DeploymentStrategyId }) =>
    on(
      'appconfig:StartDeployment',
      arnOf('appconfig', `application/${ApplicationId}`),
      arnOf('appconfig', `application/${ApplicationId}/environment/${EnvironmentId}`),
      arnOf('appconfig', `application/${ApplicationId}/configurationprofile/${ConfigurationProfileId}`),
      arnOf('appconfig', `deploymentstrategy/${DeploymentStrategyId}`),
    ),
};

function onDeployment(action: string): Asking {
  return ({ ApplicationId, EnvironmentId, DeploymentNumber }) => {
    const application = arnOf('appconfig', `application/${ApplicationId}`);
    const environment = `${application}/environment/${EnvironmentId}`;
    return on(action, application, environment, `${environment}/deployment/${DeploymentNumber}`);
  };
}
