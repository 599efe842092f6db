import { createHash } from 'node:crypto';
import type { EventEntry } from '../event-bridge/event.ts';

/** Where an application's revision is, as the API describes it. */
export type Revision = Readonly<Record<string, unknown>>;

export type DeploymentStatus = 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';

/** What the deployments of a group are made to. */
export type Platform = 'Server' | 'Lambda' | 'ECS';

/** A deployment as CodeDeploy keeps it. */
export interface Deployment {
  readonly id: string;
  /** `application/deployment-group` */
  readonly group: string;
  readonly platform: Platform;
  readonly revision: Revision;
  readonly creator: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly rollsBack?: string;
  /** What hosts do with files that are there already. @default DISALLOW */
  readonly fileExistsBehavior?: string;
  status: DeploymentStatus;
  completedAtMs?: number;
  error?: { readonly code: string; readonly message: string };
  rolledBackBy?: string;
  isStopping?: boolean;
}

export const isOver = ({ status }: Deployment) => status !== 'Created' && status !== 'InProgress';

/** As GetDeployment and BatchGetDeployments describe it. */
export function deploymentInfo(deployment: Deployment): object {
  const [applicationName, deploymentGroupName] = deployment.group.split('/');
  const { id, platform, status, createdAtMs, creator, description, rollsBack, rolledBackBy } = deployment;
  return {
    ...{ applicationName, deploymentGroupName, deploymentConfigName: CONFIGURATIONS[platform] },
    ...{ deploymentId: id, revision: withoutAppSpec(deployment.revision), status, creator, description },
    computePlatform: platform,
    fileExistsBehavior: deployment.fileExistsBehavior ?? 'DISALLOW',
    ...(platform !== 'Server' && { deploymentStyle: { deploymentType: 'BLUE_GREEN' } }),
    createTime: new Date(createdAtMs),
    ...(deployment.completedAtMs !== undefined && { completeTime: new Date(deployment.completedAtMs) }),
    deploymentOverview: { Pending: 0, InProgress: isOver(deployment) ? 0 : 2, Succeeded: 0, Failed: 0 },
    ...((rollsBack || rolledBackBy) && {
      rollbackInfo: {
        ...(rollsBack && { rollbackTriggeringDeploymentId: rollsBack }),
        ...(rolledBackBy && { rollbackDeploymentId: rolledBackBy }),
      },
    }),
    ...(deployment.error && { errorInformation: deployment.error }),
  };
}

const CONFIGURATIONS: Readonly<Record<Platform, string>> = {
  Server: 'CodeDeployDefault.OneAtATime',
  Lambda: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  ECS: 'CodeDeployDefault.ECSAllAtOnce',
};

/** The content of an AppSpec that a revision carries. */
export function appSpecOf(revision: Revision): string | undefined {
  return (revision['appSpecContent'] as { readonly content?: string } | undefined)?.content;
}

/** By which an AppSpec is known. */
export const appSpecHash = (content: string) => createHash('sha256').update(content).digest('hex');

/** @see https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html: the content is always null */
function withoutAppSpec(revision: Revision): Revision {
  const content = appSpecOf(revision);
  return content === undefined ? revision : { ...revision, appSpecContent: { sha256: appSpecHash(content) } };
}

const EVENT_STATES: Readonly<Record<DeploymentStatus, string | undefined>> = {
  ...{ Created: undefined, InProgress: 'START' },
  ...{ Succeeded: 'SUCCESS', Failed: 'FAILURE', Stopped: 'STOP' },
};

/** What CodeDeploy puts on the bus about a deployment. @returns `undefined` as long as it has only been created */
export function stateEvent({ id, group, status }: Deployment): EventEntry | undefined {
  const [application, deploymentGroup] = group.split('/');
  const state = EVENT_STATES[status];
  if (state === undefined) return undefined;
  return {
    source: 'aws.codedeploy',
    detailType: 'CodeDeploy Deployment State-change Notification',
    detail: {
      ...{ region: 'us-east-1', application, deploymentGroup, state, deploymentId: id },
      instanceGroupId: 'group-1',
    },
    resources: [
      `arn:aws:codedeploy:us-east-1:000000000000:application:${application}`,
      `arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:${group}`,
    ],
  };
}
