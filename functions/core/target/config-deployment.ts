import type { SuspectedChange } from '../diagnosis/cause.ts';

/** A configuration profile in an environment of AppConfig, by ids. */
export interface ConfigPlace {
  readonly application: string;
  readonly environment: string;
  readonly profile: string;
}

/** @param id `application/environment/profile`, as the configuration has it */
export function configPlace(id: string): ConfigPlace {
  const [application = '', environment = '', profile = ''] = id.split('/');
  return { application, environment, profile };
}

/** A deployment of a version of a configuration, as AppConfig lists it. */
export interface ConfigDeployment {
  /** In the order of an environment's deployments, of all its profiles. */
  readonly number: number;
  readonly profile: string;
  readonly version: string;
  readonly state: string;
  /** Epoch milliseconds. @default it is not complete */
  readonly completedAtMs?: number;
  /** How many of the clients have it. */
  readonly percent?: number;
  /** Whether AppConfig deploys it for an experiment. @default false */
  readonly isManaged?: boolean;
}

/** How a deployment was rolled back or reverted. */
export interface ConfigWithdrawal {
  /** `USER`, `CLOUDWATCH_ALARM`, `APPCONFIG`, … */
  readonly by: string;
  /** What AppConfig says of it, such as the alarm's ARN. */
  readonly description: string;
}

/** A deployment with what is needed to deploy its version again. */
export interface ConfigDeploymentDetail extends ConfigDeployment {
  readonly description: string;
  readonly strategy: string;
  readonly kmsKey?: string;
  /** What AppConfig says of it last. */
  readonly lastEvent?: string;
  /** @default it was not withdrawn, or AppConfig does not say how */
  readonly withdrawal?: ConfigWithdrawal;
}

/** States in which the version is no longer deployed. */
const WITHDRAWN: ReadonlySet<string> = new Set(['ROLLED_BACK', 'REVERTED']);
/** AppConfig reverts what has been complete for less: an hour is left for the request. */
const REVERTIBLE_MS = 71 * 3_600_000;

/** Whether a version is no longer deployed, or is about to be no longer. */
export function isLeaving({ state }: Pick<ConfigDeployment, 'state'>): boolean {
  return state === 'ROLLING_BACK' || WITHDRAWN.has(state);
}

/** Whether someone asked for a withdrawal, and not an alarm. A deployment that was complete is reverted on request only. */
export function isWithdrawnOnRequest(one: ConfigDeploymentDetail): boolean {
  return one.state === 'REVERTED' || (isLeaving(one) && one.withdrawal?.by === 'USER');
}

export function isWithdrawn({ state }: Pick<ConfigDeployment, 'state'>): boolean {
  return WITHDRAWN.has(state);
}

/** For people: `deployment 7 of version 3`. */
export function describeConfigDeployment({
  number,
  version,
}: Pick<ConfigDeployment, 'number' | 'version'>): string {
  return `deployment ${number} of version ${version}`;
}

/**
 * What a deployment of Selfheal's is described as: its operation and step.
 *
 * @param forwardTo the number of the deployment whose rollback is undone. @default it is a rollback
 */
export function configDescription(operationId: string, stepId: string, forwardTo?: number): string {
  return `Selfheal ${operationId}/${stepId}${forwardTo === undefined ? '' : `: forward again to ${forwardTo}`}`;
}

/** The number of the deployment that an undo of Selfheal's has brought again. */
function broughtAgain(description: string): string | undefined {
  return /^Selfheal \S+: forward again to (\d+)$/.exec(description)?.[1];
}

/** Whether a description is that of a rollback of Selfheal's. */
function isRollback(description: string): boolean {
  return /^Selfheal \S+\/\S+$/.test(description);
}

/** The newest first. @param deployments of an environment, in any order */
export function historyOf(
  deployments: readonly ConfigDeployment[],
  profile: string,
): readonly ConfigDeployment[] {
  return deployments
    .filter((one) => one.profile === profile)
    .toSorted((one, other) => other.number - one.number);
}

/** How to go back from a deployment: AppConfig withdraws it, or the version before is deployed again. */
export interface ConfigWayBack {
  readonly from: ConfigDeployment;
  /** @default AppConfig withdraws it */
  readonly good?: ConfigDeployment;
}

/**
 * The way back of a configuration. A deployment in progress is left alone, unless it is the suspect. Back from a rollback
 * would be the version that was rolled back. A rollback of Selfheal's that was withdrawn is as if it had never been.
 *
 * @param history of the profile, newest first
 * @param descriptions of the newest deployment, and of the newest one that was not withdrawn, by their numbers
 */
export function configWayBack(
  history: readonly ConfigDeployment[],
  { application, environment }: ConfigPlace,
  suspect: SuspectedChange | undefined,
  descriptions: ReadonlyMap<number, string>,
  nowMs: number,
): ConfigWayBack | { readonly problem: string; readonly isTheirs?: true } {
  const [newest] = history;
  const from = history.find((one) => !isWithdrawn(one));
  if (newest === undefined || from === undefined) return { problem: 'no version is deployed' };
  const suspected = suspect?.source === 'appconfig' ? suspect.changeId : undefined;
  const describedAs = ({ number }: ConfigDeployment) => descriptions.get(number) ?? '';
  const isSuspect = (one: ConfigDeployment) =>
    [one.number, broughtAgain(describedAs(one))].some(
      (number) => suspected === `${application}/${environment}/${number}`,
    );
  const what = describeConfigDeployment(from);
  const isUndone = isRollback(describedAs(newest));
  if (newest !== from && !isUndone && (suspected === undefined || isSuspect(newest)))
    return { problem: `${describeConfigDeployment(newest)} was rolled back already` };
  if (newest.state === 'ROLLING_BACK') return { problem: `${what} is being rolled back already` };
  if (isRollback(describedAs(from))) return { problem: `${what} is a rollback already` };
  if (from.isManaged)
    return {
      problem: `${what} belongs to an experiment of AppConfig: end the experiment instead`,
      isTheirs: true,
    };
  if (suspected !== undefined && !isSuspect(from))
    return {
      problem: `its last deployment is ${what}, and not ${suspected}, which is suspected`,
      isTheirs: true,
    };
  // What is newer than the one to go back from was withdrawn, and so is not complete.
  const good = history.find((one) => one.state === 'COMPLETE' && one.version !== from.version);
  if (good === undefined) return { problem: `no version was deployed before ${what}` };
  if (from.state !== 'COMPLETE')
    return isSuspect(from)
      ? { from }
      : { problem: `${what} is in progress, and is not the change to be rolled back`, isTheirs: true };
  return nowMs - (from.completedAtMs ?? 0) < REVERTIBLE_MS ? { from } : { from, good };
}

/** For people: `by CLOUDWATCH_ALARM: arn:aws:cloudwatch:…`. */
export function describeWithdrawal({ by, description }: ConfigWithdrawal): string {
  return `by ${by}${description ? `: ${description}` : ''}`;
}

/**
 * How far a deployment has come. All clients have the version once it bakes: AppConfig only waits for alarms then.
 *
 * @param isWithdrawing whether it is to be withdrawn
 * @returns `undefined` while it is in progress
 */
export function configDeploymentEnd(
  deployment: ConfigDeploymentDetail,
  isWithdrawing: boolean,
): { readonly outcome: 'SUCCEEDED' | 'FAILED'; readonly detail: string } | undefined {
  const { state, lastEvent, withdrawal } = deployment;
  const why = withdrawal ? describeWithdrawal(withdrawal) : lastEvent;
  const detail = `${describeConfigDeployment(deployment)}: ${state}${why ? `: ${why}` : ''}`;
  if (isWithdrawn(deployment)) return { outcome: isWithdrawing ? 'SUCCEEDED' : 'FAILED', detail };
  const isThere = state === 'COMPLETE' || state === 'BAKING';
  return isThere && !isWithdrawing ? { outcome: 'SUCCEEDED', detail } : undefined;
}
