import {
  type AppConfigClient,
  type DeploymentEvent,
  type DeploymentSummary,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  StartDeploymentCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import type { ConfigDeployment, ConfigWithdrawal } from '../../core/target/config-deployment.ts';
import type { ConfigDeployments } from '../../ports/config-deployments.ts';
import { RequestRefused, ServiceUnavailable, TargetBusy } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

const START = 'appconfig:StartDeployment';
const STOP = 'appconfig:StopDeployment';
const WITHDRAWALS = ['ROLLBACK_STARTED', 'REVERT_COMPLETED', 'ROLLBACK_COMPLETED'] as const;
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
      const withdrawal = withdrawalIn(found.EventLog ?? []);
      return {
        ...deploymentOf(found),
        description: found.Description ?? '',
        strategy: found.DeploymentStrategyId ?? '',
        ...(found.KmsKeyIdentifier && { kmsKey: found.KmsKeyIdentifier }),
        ...(lastEvent && { lastEvent }),
        ...(withdrawal && { withdrawal }),
      };
    },

    start: async ({ application, environment, profile }, request) => {
      const command = new StartDeploymentCommand({
        ...{ ApplicationId: application, EnvironmentId: environment, ConfigurationProfileId: profile },
        ...{ ConfigurationVersion: request.version, DeploymentStrategyId: request.strategy },
        ...{ Description: request.description, LatestDeploymentNumber: request.latestNumber },
        ...(request.kmsKey !== undefined && { KmsKeyIdentifier: request.kmsKey }),
      });
      const { DeploymentNumber } = await unlessBusy(START, () => client.send(command));
      if (DeploymentNumber !== undefined) return DeploymentNumber;
      throw new ServiceUnavailable(`${START}: the answer has no number`, { call: START });
    },

    withdraw: async ({ application: ApplicationId, environment: EnvironmentId }, DeploymentNumber) => {
      const command = new StopDeploymentCommand({
        ...{ ApplicationId, EnvironmentId, DeploymentNumber },
        AllowRevert: true,
      });
      await unlessBusy(STOP, () => client.send(command));
    },
  };
}

/** @throws TargetBusy on a conflict, which passes */
async function unlessBusy<Answer>(call: string, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await translated(call, send);
  } catch (error) {
    if (!(error instanceof RequestRefused && error.serviceCode === CONFLICT)) throw error;
    throw new TargetBusy(error.message, { call, serviceCode: CONFLICT, cause: error });
  }
}

/** Who withdrew a deployment is who began to: AppConfig itself ends it. */
function withdrawalIn(events: readonly DeploymentEvent[]): ConfigWithdrawal | undefined {
  const found = WITHDRAWALS.map((type) => events.find(({ EventType }) => EventType === type)).find(Boolean);
  return found && { by: found.TriggeredBy ?? 'UNKNOWN', description: found.Description ?? '' };
}

function deploymentOf({
  DeploymentNumber: number = 0,
  ConfigurationProfileId: profile = '',
  ConfigurationVersion: version = '',
  State: state = 'VALIDATING',
  CompletedAt,
  PercentageComplete: percent,
  Type: type,
}: DeploymentSummary): ConfigDeployment {
  return {
    ...{ number, profile, version, state },
    ...(CompletedAt && { completedAtMs: CompletedAt.getTime() }),
    ...(percent !== undefined && { percent }),
    ...(type === 'MANAGED' && { isManaged: true }),
  };
}
