import {
  BatchGetDeploymentsCommand,
  type CodeDeployClient,
  CreateDeploymentCommand,
  type DeploymentInfo,
  GetApplicationRevisionCommand,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  type RevisionLocation,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { type SettingValue, settingText } from '../../core/operation/recorded-change.ts';
import type { CodeDeployment } from '../../core/target/code-deployment.ts';
import type { CodeDeployments } from '../../ports/code-deployments.ts';
import { NotFound, RequestRefused, ServiceUnavailable, TargetBusy } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

const CREATE = 'codedeploy:CreateDeployment';
const READ = 'codedeploy:GetDeployment';
const REVISION = 'codedeploy:GetApplicationRevision';
const STOP = 'codedeploy:StopDeployment';
/** As many as BatchGetDeployments describes at a time. */
const BATCH = 25;
/** How many batches are read at a time: a busy group has thousands of deployments. */
const AT_A_TIME = 4;
/** Another deployment to the group is in progress. */
const BUSY = 'DeploymentLimitExceededException';
const OVER = 'DeploymentAlreadyCompletedException';

/** CodeDeployments over the API of CodeDeploy. */
export function createCodeDeployments(client: Pick<CodeDeployClient, 'send'>): CodeDeployments {
  const describe = async (deploymentIds: string[]): Promise<readonly CodeDeployment[]> => {
    const command = new BatchGetDeploymentsCommand({ deploymentIds });
    const { deploymentsInfo = [] } = await translated('codedeploy:BatchGetDeployments', () =>
      client.send(command),
    );
    return deploymentsInfo.map(deploymentOf);
  };
  return {
    since: async (group, sinceMs, untilMs) => {
      const ids: string[] = [];
      let nextToken: string | undefined;
      do {
        const command = new ListDeploymentsCommand({
          ...namesOf(group),
          createTimeRange: {
            start: new Date(sinceMs),
            ...(untilMs !== undefined && { end: new Date(untilMs) }),
          },
          ...(nextToken !== undefined && { nextToken }),
        });
        const page = await translated('codedeploy:ListDeployments', () => client.send(command));
        ids.push(...(page.deployments ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined && nextToken !== '');
      const found: CodeDeployment[] = [];
      for (let at = 0; at < ids.length; at += BATCH * AT_A_TIME) {
        const starts = Array.from({ length: AT_A_TIME }, (_, index) => at + index * BATCH);
        const batches = starts.map((start) => ids.slice(start, start + BATCH));
        const read = batches.filter((batch) => batch.length > 0).map((batch) => describe(batch));
        found.push(...(await Promise.all(read)).flat());
      }
      // The API documents no order.
      return found.sort((one, other) => other.createdAtMs - one.createdAtMs);
    },

    read: async (deploymentId) => {
      const command = new GetDeploymentCommand({ deploymentId });
      const { deploymentInfo } = await translated(READ, () => client.send(command));
      if (deploymentInfo === undefined)
        throw new NotFound(`${READ}: there is no deployment ${deploymentId}`, { call: READ });
      return deploymentOf(deploymentInfo);
    },

    withAppSpec: async (group, text) => {
      const { revisionType, appSpecContent, string } = JSON.parse(text) as RevisionLocation;
      // CodeDeploy has two forms for an AppSpec that lies in no store, and leaves the content of both out.
      const form = appSpecContent === undefined ? 'string' : 'appSpecContent';
      const inline = appSpecContent ?? string;
      if (inline === undefined || typeof inline.content === 'string') return text;
      const { applicationName } = namesOf(group);
      const command = new GetApplicationRevisionCommand({
        ...{ applicationName, revision: { revisionType, [form]: { sha256: inline.sha256 } } },
      });
      const { revision } = await translated(REVISION, () => client.send(command));
      const found = revision?.appSpecContent ?? revision?.string;
      if (typeof found?.content === 'string') return settingText(revision as SettingValue);
      throw new NotFound(`${REVISION}: ${applicationName} has no AppSpec ${inline.sha256}`, {
        call: REVISION,
      });
    },

    create: async (group, { revision, description, fileExistsBehavior }) => {
      const command = new CreateDeploymentCommand({
        ...namesOf(group),
        revision: JSON.parse(revision) as RevisionLocation,
        description,
        // The alarm that is to be mended would block it, and the group's own rollback would bring the bad revision back.
        overrideAlarmConfiguration: { enabled: false },
        autoRollbackConfiguration: { enabled: false },
        ...(fileExistsBehavior !== undefined && { fileExistsBehavior: fileExistsBehavior as never }),
      });
      try {
        const { deploymentId } = await translated(CREATE, () => client.send(command));
        if (deploymentId !== undefined) return deploymentId;
      } catch (error) {
        if (!(error instanceof RequestRefused && error.serviceCode === BUSY)) throw error;
        throw new TargetBusy(error.message, { call: CREATE, serviceCode: BUSY, cause: error });
      }
      throw new ServiceUnavailable(`${CREATE}: the answer names no deployment`, { call: CREATE });
    },

    stop: async (deploymentId, autoRollbackEnabled) => {
      const command = new StopDeploymentCommand({ deploymentId, autoRollbackEnabled });
      try {
        await translated(STOP, () => client.send(command));
        return true;
      } catch (error) {
        if (!(error instanceof RequestRefused && error.serviceCode === OVER)) throw error;
        return false;
      }
    },
  };
}

function namesOf(group: string): { readonly applicationName: string; readonly deploymentGroupName: string } {
  const [applicationName = '', deploymentGroupName = ''] = group.split('/');
  return { applicationName, deploymentGroupName };
}

function deploymentOf({
  deploymentId: id = '',
  applicationName,
  deploymentGroupName,
  status = 'Created',
  createTime,
  completeTime,
  revision = {},
  computePlatform: platform = 'Server',
  creator = 'user',
  description = '',
  fileExistsBehavior,
  rollbackInfo: { rollbackTriggeringDeploymentId, rollbackDeploymentId, rollbackMessage } = {},
  errorInformation,
  deploymentOverview = {},
  deploymentStyle,
}: DeploymentInfo): CodeDeployment {
  const progress = Object.entries(deploymentOverview)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  return {
    ...{ id, status, platform, creator, description },
    group: `${applicationName}/${deploymentGroupName}`,
    createdAtMs: createTime?.getTime() ?? 0,
    ...(completeTime && { completedAtMs: completeTime.getTime() }),
    ...(deploymentStyle?.deploymentType === 'BLUE_GREEN' && { isBlueGreen: true }),
    revision: settingText(revision as SettingValue),
    // It means nothing where there are no files, and CodeDeploy refuses a deployment to Lambda or ECS that names it.
    ...(fileExistsBehavior && platform === 'Server' && { fileExistsBehavior }),
    ...(rollbackTriggeringDeploymentId && { rollsBack: rollbackTriggeringDeploymentId }),
    ...(rollbackDeploymentId && { rolledBackBy: rollbackDeploymentId }),
    ...(rollbackMessage && { rollbackMessage }),
    ...(errorInformation && { error: `${errorInformation.code}: ${errorInformation.message ?? ''}` }),
    ...(progress.length > 0 && { progress: `instances: ${progress.join(', ')}` }),
  };
}
