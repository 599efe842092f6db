import {
  type AppConfigClient,
  type DeploymentSummary,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  StartDeploymentCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import type { ConfigDeployment } from '../../core/target/config-deployment.ts';
import type { ConfigDeployments } from '../../ports/config-deployments.ts';
import { RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

const START = 'appconfig:StartDeployment';
/** Another deployment is in progress, or was begun since the last one that was read. */
const CONFLICT = 'ConflictException';

/** ConfigDeployments over the API of AppConfig. */
export function createConfigDeployments(client: Pick<AppConfigClient, 'send'>): ConfigDeployments {
  return {
    list: async ({ application: ApplicationId, environment: EnvironmentId }) => {
      const found: ConfigDeployment[] = [];
      let NextToken: string | undefined;
      do {
        const command = new ListDeploymentsCommand({ ApplicationId, EnvironmentId, NextToken });
        const page = await translated('appconfig:ListDeployments', () => client.send(command));
        found.push(...(page.Items ?? []).map(deploymentOf));
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return found;
    },

    read: async ({ application: ApplicationId, environment: EnvironmentId }, DeploymentNumber) => {
      const command = new GetDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber });
      const found = await translated('appconfig:GetDeployment', () => client.send(command));
      const lastEvent = found.EventLog?.[0]?.Description;
      return {
        ...deploymentOf(found),
        description: found.Description ?? '',
        strategy: found.DeploymentStrategyId ?? '',
        ...(found.KmsKeyIdentifier && { kmsKey: found.KmsKeyIdentifier }),
        ...(lastEvent && { lastEvent }),
      };
    },

    start: async ({ application, environment, profile }, request) => {
      const command = new StartDeploymentCommand({
        ...{ ApplicationId: application, EnvironmentId: environment, ConfigurationProfileId: profile },
        ...{ ConfigurationVersion: request.version, DeploymentStrategyId: request.strategy },
        ...{ Description: request.description, LatestDeploymentNumber: request.latestNumber },
        ...(request.kmsKey !== undefined && { KmsKeyIdentifier: request.kmsKey }),
      });
      try {
        const { DeploymentNumber } = await translated(START, () => client.send(command));
        if (DeploymentNumber !== undefined) return DeploymentNumber;
      } catch (error) {
        if (!(error instanceof RequestRefused && error.serviceCode === CONFLICT)) throw error;
        throw new ServiceUnavailable(error.message, { call: START, serviceCode: CONFLICT, cause: error });
      }
      throw new ServiceUnavailable(`${START}: the answer has no number`, { call: START });
    },

    withdraw: async ({ application: ApplicationId, environment: EnvironmentId }, DeploymentNumber) => {
      const command = new StopDeploymentCommand({
        ...{ ApplicationId, EnvironmentId, DeploymentNumber },
        AllowRevert: true,
      });
      await translated('appconfig:StopDeployment', () => client.send(command));
    },
  };
}

function deploymentOf({
  DeploymentNumber: number = 0,
  ConfigurationProfileId: profile = '',
  ConfigurationVersion: version = '',
  State: state = 'VALIDATING',
  CompletedAt,
  PercentageComplete: percent,
}: DeploymentSummary): ConfigDeployment {
  return {
    ...{ number, profile, version, state },
    ...(CompletedAt && { completedAtMs: CompletedAt.getTime() }),
    ...(percent !== undefined && { percent }),
  };
}
