import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { EmbeddedClock } from '../clock/embedded-clock.ts';
import type { EventEntry } from '../event-bridge/event.ts';
import type { Operations } from '../in-process-client.ts';

/** What was done through the API, oldest first. */
export interface ConfigEffect {
  readonly kind: 'started' | 'withdrawn';
  readonly number: number;
  readonly version: string;
}

type State = 'DEPLOYING' | 'BAKING' | 'COMPLETE' | 'ROLLING_BACK' | 'ROLLED_BACK' | 'REVERTED';

interface Deployment {
  readonly number: number;
  readonly profile: string;
  readonly version: string;
  readonly description: string;
  readonly strategy: string;
  readonly startedAtMs: number;
  state: State;
  completedAtMs?: number;
  /** The latest first. */
  events: readonly object[];
}

/** Environments of AppConfig, each with one deployment in progress at most, as the API documents them. */
export interface ConfigEnvironments {
  /** @param id `application/environment` */
  readonly create: (id: string) => void;
  /**
   * Deploys a version, as someone else would: what is in progress is rolled back before.
   *
   * @param completedAtMs when it was complete. @default it is in progress
   * @returns the deployment's number
   */
  readonly deploy: (id: string, profile: string, version: string, completedAtMs?: number) => number;
  /** The last deployment to an environment. */
  readonly lastOf: (id: string) => {
    readonly number: number;
    readonly version: string;
    readonly state: string;
  };
  /** The version that clients get. */
  readonly versionOf: (id: string, profile: string) => string | undefined;
  /** An alarm of the environment's monitors goes off: what is in progress is rolled back. */
  readonly goOff: (id: string, alarmArn: string) => void;
  /** Refuses the next request to stop a deployment. @param code the API's error */
  readonly refuse: (code: string) => void;
  readonly effects: readonly ConfigEffect[];
  readonly operations: Operations;
}

const DEPLOYS_MS = 60_000;
const BAKES_MS = 600_000;
const ROLLS_BACK_MS = 5_000;
const REVERTIBLE_MS = 72 * 3_600_000;
const BY_USER = { TriggeredBy: 'USER', Description: 'Withdrawn by 000000000000' };
const IN_PROGRESS: ReadonlySet<State> = new Set(['DEPLOYING', 'BAKING', 'ROLLING_BACK']);
const EVENTS: Readonly<Partial<Record<State, string>>> = {
  DEPLOYING: 'On Deployment Start',
  COMPLETE: 'On Deployment Complete',
  ROLLED_BACK: 'On Deployment Rolled Back',
};

const place = { ApplicationId: z.string(), EnvironmentId: z.string() };
const listInput = z.strictObject({ ...place, NextToken: z.string().optional() });
const numberInput = z.strictObject({ ...place, DeploymentNumber: z.int() });
const stopInput = numberInput.extend({ AllowRevert: z.boolean().optional() });
const startInput = z.strictObject({
  ...place,
  ConfigurationProfileId: z.string(),
  ConfigurationVersion: z.string(),
  DeploymentStrategyId: z.string(),
  Description: z.string().max(1_024).default(''),
  KmsKeyIdentifier: z.string().optional(),
  LatestDeploymentNumber: z.int().optional(),
});

export function createConfigEnvironments({
  clock,
  publish,
}: {
  readonly clock: Pick<EmbeddedClock, 'after' | 'nowMs'>;
  readonly publish: (event: EventEntry) => void;
}): ConfigEnvironments {
  /** By the environment, oldest first. */
  const environments = new Map<string, Deployment[]>();
  const effects: ConfigEffect[] = [];
  let refusal: string | undefined;

  const deploymentsOf = (id: string): Deployment[] => {
    const found = environments.get(id);
    if (found) return found;
    throw new ApiError('ResourceNotFoundException', `Environment ${id} could not be found.`);
  };
  const idOf = (input: { readonly ApplicationId: string; readonly EnvironmentId: string }) =>
    `${input.ApplicationId}/${input.EnvironmentId}`;
  const deploymentOf = (id: string, number: number): Deployment => {
    const found = deploymentsOf(id).find((one) => one.number === number);
    if (found) return found;
    throw new ApiError('ResourceNotFoundException', `Deployment ${number} could not be found.`);
  };

  function become(id: string, deployment: Deployment, state: State): void {
    deployment.state = state;
    if (state === 'COMPLETE') deployment.completedAtMs = clock.nowMs();
    const detailType = EVENTS[state];
    if (detailType === undefined) return;
    const [application, environment] = id.split('/');
    publish({
      ...{ source: 'aws.appconfig', detailType, resources: [] },
      detail: {
        ...{ Application: { Id: application }, Environment: { Id: environment } },
        ConfigurationProfile: { Id: deployment.profile, Name: deployment.profile },
        DeploymentNumber: deployment.number,
        Type: detailType.replaceAll(' ', ''),
      },
    });
  }

  function begin(
    id: string,
    facts: Omit<Deployment, 'number' | 'startedAtMs' | 'state' | 'events'>,
  ): Deployment {
    const deployments = deploymentsOf(id);
    const number = (deployments.at(-1)?.number ?? 0) + 1;
    const deployment: Deployment = {
      ...{ ...facts, number, startedAtMs: clock.nowMs(), state: 'DEPLOYING' },
      events: [{ EventType: 'DEPLOYMENT_STARTED', TriggeredBy: 'USER', Description: 'Deployment started' }],
    };
    deployments.push(deployment);
    become(id, deployment, 'DEPLOYING');
    const later = (ms: number, from: State, to: State) =>
      clock.after(ms, () => {
        if (deployment.state === from) become(id, deployment, to);
      });
    later(DEPLOYS_MS, 'DEPLOYING', 'BAKING');
    later(DEPLOYS_MS + BAKES_MS, 'BAKING', 'COMPLETE');
    return deployment;
  }

  const note = (deployment: Deployment, event: object) => {
    deployment.events = [event, ...deployment.events];
  };

  function rollBack(id: string, deployment: Deployment, why: object): void {
    become(id, deployment, 'ROLLING_BACK');
    note(deployment, { EventType: 'ROLLBACK_STARTED', ...why });
    clock.after(ROLLS_BACK_MS, () => {
      become(id, deployment, 'ROLLED_BACK');
      note(deployment, { EventType: 'ROLLBACK_COMPLETED', TriggeredBy: 'APPCONFIG' });
    });
  }

  function withdraw(id: string, deployment: Deployment, mayRevert: boolean): void {
    const { state, completedAtMs = 0, number, version } = deployment;
    const isRevertible = state === 'COMPLETE' && clock.nowMs() - completedAtMs < REVERTIBLE_MS;
    if (state === 'DEPLOYING' || (mayRevert && state === 'BAKING')) rollBack(id, deployment, BY_USER);
    else if (mayRevert && isRevertible) {
      become(id, deployment, 'REVERTED');
      note(deployment, { EventType: 'REVERT_COMPLETED', ...BY_USER });
    } else
      throw new ApiError('BadRequestException', `Deployment ${number} is ${state} and cannot be stopped.`);
    effects.push({ kind: 'withdrawn', number, version });
  }

  const summaryOf = ({ number, profile, version, state, startedAtMs, completedAtMs }: Deployment) => ({
    ...{ DeploymentNumber: number, ConfigurationProfileId: profile, ConfigurationName: profile },
    ...{ ConfigurationVersion: version, State: state, StartedAt: new Date(startedAtMs) },
    PercentageComplete: state === 'DEPLOYING' ? 50 : 100,
    ...(completedAtMs !== undefined && { CompletedAt: new Date(completedAtMs) }),
  });
  const detailOf = (id: string, deployment: Deployment) => {
    const [ApplicationId, EnvironmentId] = id.split('/');
    return {
      ...{ ApplicationId, EnvironmentId, ...summaryOf(deployment) },
      ...{ Description: deployment.description, DeploymentStrategyId: deployment.strategy },
      EventLog: deployment.events,
    };
  };

  return {
    effects,
    create: (id) => void environments.set(id, []),
    deploy: (id, profile, version, completedAtMs) => {
      for (const one of deploymentsOf(id)) if (IN_PROGRESS.has(one.state)) become(id, one, 'ROLLED_BACK');
      const deployment = begin(id, { profile, version, description: '', strategy: 'abcdefg' });
      if (completedAtMs !== undefined) {
        become(id, deployment, 'COMPLETE');
        deployment.completedAtMs = completedAtMs;
      }
      return deployment.number;
    },
    refuse: (code) => {
      refusal = code;
    },
    goOff: (id, Description) => {
      for (const one of deploymentsOf(id))
        if (IN_PROGRESS.has(one.state)) rollBack(id, one, { TriggeredBy: 'CLOUDWATCH_ALARM', Description });
    },
    lastOf: (id) => {
      const last = deploymentsOf(id).at(-1);
      if (!last) throw new Error(`nothing was deployed to ${id}`);
      return last;
    },
    versionOf: (id, profile) =>
      deploymentsOf(id).findLast(
        (one) => one.profile === profile && one.state !== 'ROLLED_BACK' && one.state !== 'REVERTED',
      )?.version,
    operations: {
      ListDeployments: (input) => ({
        Items: deploymentsOf(idOf(listInput.parse(input)))
          .toReversed()
          .map(summaryOf),
      }),
      GetDeployment: (input) => {
        const parsed = numberInput.parse(input);
        return detailOf(idOf(parsed), deploymentOf(idOf(parsed), parsed.DeploymentNumber));
      },
      StartDeployment: (input) => {
        const parsed = startInput.parse(input);
        const id = idOf(parsed);
        const latest = deploymentsOf(id).at(-1)?.number ?? 0;
        if (deploymentsOf(id).some(({ state }) => IN_PROGRESS.has(state)))
          throw new ApiError('ConflictException', `A deployment is already in progress in ${id}.`);
        if (parsed.LatestDeploymentNumber !== undefined && parsed.LatestDeploymentNumber !== latest)
          throw new ApiError('ConflictException', `The latest deployment number is ${latest}.`);
        const deployment = begin(id, {
          ...{ profile: parsed.ConfigurationProfileId, version: parsed.ConfigurationVersion },
          ...{ description: parsed.Description, strategy: parsed.DeploymentStrategyId },
        });
        effects.push({ kind: 'started', number: deployment.number, version: deployment.version });
        return detailOf(id, deployment);
      },
      StopDeployment: (input) => {
        const parsed = stopInput.parse(input);
        const code = refusal;
        refusal = undefined;
        if (code !== undefined) throw new ApiError(code, 'The deployment cannot be stopped.');
        const id = idOf(parsed);
        const deployment = deploymentOf(id, parsed.DeploymentNumber);
        withdraw(id, deployment, parsed.AllowRevert ?? false);
        return detailOf(id, deployment);
      },
    },
  };
}
