import { type SettingValue, settingText } from '../../../functions/core/operation/recorded-change.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { EventEntry } from '../event-bridge/event.ts';
import { ApiError, type Operations } from '../in-process-client.ts';
import { batchInput, createInput, idInput, listInput, stopInput } from './deployment-inputs.ts';

/** Where an application's revision is, as the API describes it. */
export type Revision = Readonly<Record<string, unknown>>;

/** How the deployments of a revision go. */
export interface RevisionBehaviour {
  readonly takesMs: number;
  /** Whether the hosts take it. */
  readonly succeeds: boolean;
}

/** What was done through the API, oldest first. */
export interface DeploymentEffect {
  readonly kind: 'created' | 'stopped';
  readonly group: string;
  readonly id: string;
  readonly description: string;
}

type Status = 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';

interface Deployment {
  readonly id: string;
  readonly group: string;
  readonly revision: Revision;
  readonly creator: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly rollsBack?: string;
  status: Status;
  completedAtMs?: number;
  error?: { readonly code: string; readonly message: string };
  rolledBackBy?: string;
  isStopping?: boolean;
}

/** Deployment groups of CodeDeploy, each with one deployment in progress at most, as the API documents them. */
export interface DeploymentGroups {
  /** @param group `application/deployment-group` */
  readonly create: (group: string) => void;
  /** Says how deployments of a revision go. @default they succeed after a minute */
  readonly behave: (revision: Revision, behaviour: RevisionBehaviour) => void;
  /**
   * Deploys, as someone else would: what is in progress is stopped before.
   *
   * @param isDone whether it is over at once. @default false
   * @returns the deployment's id
   */
  readonly deploy: (
    group: string,
    revision: Revision,
    isDone?: boolean,
    creator?: string,
    rollsBack?: string,
  ) => string;
  /** An alarm that the group watches goes off, and stays on. */
  readonly goOff: (group: string) => void;
  /** The last deployment to a group. */
  readonly lastOf: (group: string) => {
    readonly id: string;
    readonly revision: Revision;
    readonly status: string;
  };
  readonly effects: readonly DeploymentEffect[];
  readonly operations: Operations;
}

const PAGE = 100;
const STARTS_MS = 1_000;
/** Hosts end what they are doing before a deployment is stopped. */
const STOPS_MS = 8_000;
const USUAL: RevisionBehaviour = { takesMs: 60_000, succeeds: true };
const EVENT_STATES: Readonly<Record<Status, string | undefined>> = {
  ...{ Created: undefined, InProgress: 'START' },
  ...{ Succeeded: 'SUCCESS', Failed: 'FAILURE', Stopped: 'STOP' },
};

const STOPPED = { code: 'MANUAL_STOP', message: 'The deployment was stopped by a user.' };
const ALARM = { code: 'ALARM_ACTIVE', message: 'One or more alarms have been activated.' };
const UNHEALTHY = {
  code: 'HEALTH_CONSTRAINTS',
  message: 'The overall deployment failed because too many individual instances failed deployment.',
};

/** The same for the same revision, in whatever order its parts come. */
const textOf = (revision: Revision) => settingText(revision as SettingValue);

export function createDeploymentGroups({
  clock,
  newId,
  publish,
}: {
  readonly clock: Pick<EmbeddedClock, 'after' | 'nowMs'>;
  readonly newId: () => string;
  readonly publish: (event: EventEntry) => void;
}): DeploymentGroups {
  /** By the group, oldest first. */
  const groups = new Map<string, Deployment[]>();
  const behaviours = new Map<string, RevisionBehaviour>();
  const alarmed = new Set<string>();
  const effects: DeploymentEffect[] = [];

  const deploymentsOf = (group: string): Deployment[] => {
    const found = groups.get(group);
    if (found) return found;
    throw new ApiError(
      'DeploymentGroupDoesNotExistException',
      `No Deployment Group found for name: ${group}`,
    );
  };
  const deploymentOf = (id: string): Deployment => {
    const found = [...groups.values()].flat().find((one) => one.id === id);
    if (found) return found;
    throw new ApiError('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
  };
  const isOver = ({ status }: Deployment) => status !== 'Created' && status !== 'InProgress';

  function become(deployment: Deployment, status: Status, error?: Deployment['error']): void {
    if (isOver(deployment)) return;
    deployment.status = status;
    if (isOver(deployment)) deployment.completedAtMs = clock.nowMs();
    if (error) deployment.error = error;
    const [application, deploymentGroup] = deployment.group.split('/');
    const state = EVENT_STATES[status];
    if (state === undefined) return;
    publish({
      source: 'aws.codedeploy',
      detailType: 'CodeDeploy Deployment State-change Notification',
      detail: {
        ...{ region: 'us-east-1', application, deploymentGroup, state, deploymentId: deployment.id },
        instanceGroupId: 'group-1',
      },
      resources: [
        `arn:aws:codedeploy:us-east-1:000000000000:application:${application}`,
        `arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:${deployment.group}`,
      ],
    });
  }

  function begin(
    group: string,
    revision: Revision,
    facts: Pick<Deployment, 'creator' | 'description' | 'rollsBack'>,
  ): Deployment {
    const id = `d-${newId().replaceAll('-', '').slice(0, 9).toUpperCase()}`;
    const createdAtMs = clock.nowMs();
    const deployment: Deployment = { id, group, revision, createdAtMs, status: 'Created', ...facts };
    deploymentsOf(group).push(deployment);
    const { takesMs, succeeds } = behaviours.get(textOf(revision)) ?? USUAL;
    clock.after(STARTS_MS, () => {
      if (!deployment.isStopping) become(deployment, 'InProgress');
    });
    clock.after(takesMs, () => {
      if (!deployment.isStopping)
        become(deployment, succeeds ? 'Succeeded' : 'Failed', succeeds ? undefined : UNHEALTHY);
    });
    return deployment;
  }

  /** The rollback is a deployment of its own, of what the group had before. */
  function goBackFrom(deployment: Deployment): void {
    const good = deploymentsOf(deployment.group).findLast(
      ({ status, revision }) => status === 'Succeeded' && textOf(revision) !== textOf(deployment.revision),
    );
    if (!good) return;
    const facts = { creator: 'codeDeployRollback', description: '', rollsBack: deployment.id };
    deployment.rolledBackBy = begin(deployment.group, good.revision, facts).id;
  }

  function stop(deployment: Deployment, goesBack: boolean): void {
    if (deployment.isStopping) return;
    deployment.isStopping = true;
    clock.after(STOPS_MS, () => {
      if (isOver(deployment)) return;
      become(deployment, 'Stopped', STOPPED);
      if (goesBack) goBackFrom(deployment);
    });
  }

  const infoOf = (deployment: Deployment): object => {
    const [applicationName, deploymentGroupName] = deployment.group.split('/');
    const { id, revision, status, createdAtMs, creator, description, rollsBack, rolledBackBy } = deployment;
    return {
      ...{ applicationName, deploymentGroupName, deploymentConfigName: 'CodeDeployDefault.OneAtATime' },
      ...{ deploymentId: id, revision, status, creator, description, computePlatform: 'Server' },
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
  };

  return {
    effects,
    create: (group) => void groups.set(group, []),
    behave: (revision, behaviour) => void behaviours.set(textOf(revision), behaviour),
    lastOf: (group) => {
      const last = deploymentsOf(group).at(-1);
      if (!last) throw new Error(`nothing was deployed to ${group}`);
      return last;
    },
    goOff: (group) => void alarmed.add(group),
    deploy: (group, revision, isDone = false, creator = 'user', rollsBack) => {
      for (const one of deploymentsOf(group)) become(one, 'Stopped');
      const facts = { creator, description: '', ...(rollsBack !== undefined && { rollsBack }) };
      const deployment = begin(group, revision, facts);
      if (isDone) become(deployment, 'Succeeded');
      return deployment.id;
    },
    operations: {
      ListDeployments: (input) => {
        const { applicationName, deploymentGroupName, createTimeRange, nextToken } = listInput.parse(input);
        const from = createTimeRange?.start?.getTime() ?? 0;
        const ids = deploymentsOf(`${applicationName}/${deploymentGroupName}`)
          .filter(({ createdAtMs }) => createdAtMs >= from)
          .map(({ id }) => id)
          .toReversed();
        const at = Number(nextToken ?? 0);
        const more = at + PAGE < ids.length && { nextToken: String(at + PAGE) };
        return { deployments: ids.slice(at, at + PAGE), ...more };
      },
      BatchGetDeployments: (input) => ({
        deploymentsInfo: batchInput.parse(input).deploymentIds.map((id) => infoOf(deploymentOf(id))),
      }),
      GetDeployment: (input) => ({ deploymentInfo: infoOf(deploymentOf(idInput.parse(input).deploymentId)) }),
      CreateDeployment: (input) => {
        const { applicationName, deploymentGroupName, revision, description, ...settings } =
          createInput.parse(input);
        const group = `${applicationName}/${deploymentGroupName}`;
        const active = deploymentsOf(group).find((one) => !isOver(one));
        if (active)
          throw new ApiError(
            'DeploymentLimitExceededException',
            `The Deployment Group '${deploymentGroupName}' already has an active Deployment '${active.id}'`,
          );
        const deployment = begin(group, revision, { creator: 'user', description });
        const { id } = deployment;
        if (alarmed.has(group) && settings.overrideAlarmConfiguration.enabled) {
          become(deployment, 'Stopped', ALARM);
          if (settings.autoRollbackConfiguration.enabled) goBackFrom(deployment);
        }
        effects.push({ kind: 'created', group, id, description });
        return { deploymentId: id };
      },
      StopDeployment: (input) => {
        const { deploymentId, autoRollbackEnabled = false } = stopInput.parse(input);
        const deployment = deploymentOf(deploymentId);
        if (isOver(deployment))
          throw new ApiError(
            'DeploymentAlreadyCompletedException',
            `The deployment ${deploymentId} has already completed`,
          );
        if (!deployment.isStopping) {
          const { group, id, description } = deployment;
          effects.push({ kind: 'stopped', group, id, description });
        }
        stop(deployment, autoRollbackEnabled);
        return { status: 'Pending', statusMessage: 'The stop operation is pending.' };
      },
    },
  };
}
