import { type SettingValue, settingText } from '../../../functions/core/operation/recorded-change.ts';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { EventEntry } from '../event-bridge/event.ts';
import type { Operations } from '../in-process-client.ts';
import {
  batchInput,
  createInput,
  idInput,
  listInput,
  revisionInput,
  stopInput,
} from './deployment-inputs.ts';
import {
  appSpecHash,
  appSpecOf,
  type Deployment,
  type DeploymentStatus,
  deploymentInfo,
  isOver,
  type Platform,
  type Revision,
  stateEvent,
} from './deployment-record.ts';

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

/** What deployments do to the functions that they are about. */
export interface Shifting {
  /** Why CodeDeploy cannot shift requests as the revision says. @returns `undefined` if it can */
  readonly refusal: (revision: Revision) => string | undefined;
  /** @param progress whether some requests are shifted, all of them, or none any longer */
  readonly shift: (revision: Revision, progress: 'begun' | 'done' | 'undone') => void;
}

/** Deployment groups of CodeDeploy, each with one deployment in progress at most, as the API documents them. */
export interface DeploymentGroups {
  /**
   * @param group `application/deployment-group`
   * @param shifting what deployments do on Lambda. @default nothing is done
   */
  readonly create: (group: string, platform?: Platform, shifting?: Shifting) => void;
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
const INVALID = { code: 'INVALID_LAMBDA_CONFIGURATION' };
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
  const kinds = new Map<string, { readonly platform: Platform; readonly shifting?: Shifting }>();
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

  function become(deployment: Deployment, status: DeploymentStatus, error?: Deployment['error']): void {
    if (isOver(deployment)) return;
    const { group, revision, rollsBack } = deployment;
    const shifting = kinds.get(group)?.shifting;
    if (shifting && rollsBack === undefined && status === 'InProgress') {
      const refusal = shifting.refusal(revision);
      if (refusal === undefined) shifting.shift(revision, 'begun');
      else {
        become(deployment, 'Failed', { ...INVALID, message: refusal });
        return;
      }
    }
    if (shifting && status === 'Succeeded')
      shifting.shift(
        rollsBack === undefined ? revision : deploymentOf(rollsBack).revision,
        rollsBack === undefined ? 'done' : 'undone',
      );
    deployment.status = status;
    if (isOver(deployment)) deployment.completedAtMs = clock.nowMs();
    if (error) deployment.error = error;
    const event = stateEvent(deployment);
    if (event) publish(event);
  }

  function begin(
    group: string,
    revision: Revision,
    facts: Pick<Deployment, 'creator' | 'description' | 'rollsBack' | 'fileExistsBehavior'>,
  ): Deployment {
    const id = `d-${newId().replaceAll('-', '').slice(0, 9).toUpperCase()}`;
    const createdAtMs = clock.nowMs();
    const { platform = 'Server' } = kinds.get(group) ?? {};
    const deployment: Deployment = {
      ...{ id, group, platform, revision, createdAtMs, ...facts },
      status: 'Created',
    };
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
    const earlier = deploymentsOf(deployment.group).findLast(
      ({ status, revision }) => status === 'Succeeded' && textOf(revision) !== textOf(deployment.revision),
    );
    // On Lambda, the version before is known without an earlier deployment.
    const good = earlier ?? (deployment.platform === 'Lambda' ? deployment : undefined);
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

  return {
    effects,
    create: (group, platform = 'Server', shifting) => {
      groups.set(group, []);
      kinds.set(group, { platform, ...(shifting && { shifting }) });
    },
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
        const until = createTimeRange?.end?.getTime() ?? Number.POSITIVE_INFINITY;
        const ids = deploymentsOf(`${applicationName}/${deploymentGroupName}`)
          .filter(({ createdAtMs }) => createdAtMs >= from && createdAtMs <= until)
          .map(({ id }) => id)
          .toReversed();
        const at = Number(nextToken ?? 0);
        const more = at + PAGE < ids.length && { nextToken: String(at + PAGE) };
        return { deployments: ids.slice(at, at + PAGE), ...more };
      },
      BatchGetDeployments: (input) => ({
        deploymentsInfo: batchInput.parse(input).deploymentIds.map((id) => deploymentInfo(deploymentOf(id))),
      }),
      GetDeployment: (input) => ({
        deploymentInfo: deploymentInfo(deploymentOf(idInput.parse(input).deploymentId)),
      }),
      GetApplicationRevision: (input) => {
        const { applicationName, revision } = revisionInput.parse(input);
        const found = [...groups.values()].flat().find((one) => {
          const content = appSpecOf(one.revision);
          return (
            one.group.startsWith(`${applicationName}/`) &&
            content !== undefined &&
            appSpecHash(content) === revision.appSpecContent.sha256
          );
        });
        if (found) return { applicationName, revision: found.revision };
        throw new ApiError('RevisionDoesNotExistException', 'No application revision found');
      },
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
        const { fileExistsBehavior } = settings;
        if (fileExistsBehavior !== undefined && kinds.get(group)?.platform !== 'Server')
          throw new ApiError(
            'InvalidFileExistsBehaviorException',
            'For Lambda, ECS and Kubernetes deployment, fileExistsBehavior can not be specified',
          );
        const facts = { creator: 'user', description, ...(fileExistsBehavior && { fileExistsBehavior }) };
        const deployment = begin(group, revision, facts);
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
