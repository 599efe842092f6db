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
}

/** A deployment with what is needed to deploy its version again. */
export interface ConfigDeploymentDetail extends ConfigDeployment {
  readonly description: string;
  readonly strategy: string;
  readonly kmsKey?: string;
  /** What AppConfig says of it last. */
  readonly lastEvent?: string;
}

/** States in which the version is no longer deployed. */
const WITHDRAWN: ReadonlySet<string> = new Set(['ROLLED_BACK', 'REVERTED']);
/** AppConfig reverts what has been complete for less: an hour is left for the request. */
const REVERTIBLE_MS = 71 * 3_600_000;

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

/** What a deployment of Selfheal's is described as: its operation and step. */
export function configDescription(operationId: string, stepId: string): string {
  return `Selfheal ${operationId}/${stepId}`;
}

/** Whether a description is one of Selfheal's. */
export function isSelfheals(description: string): boolean {
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
 * would be the version that was rolled back.
 *
 * @param history of the profile, newest first
 * @param isOwn whether the newest deployment is a rollback of Selfheal's
 */
export function configWayBack(
  history: readonly ConfigDeployment[],
  { application, environment }: ConfigPlace,
  suspect: SuspectedChange | undefined,
  isOwn: boolean,
  nowMs: number,
): ConfigWayBack | { readonly problem: string; readonly isTheirs?: true } {
  const [newest] = history;
  const from = history.find((one) => !isWithdrawn(one));
  if (newest === undefined || from === undefined) return { problem: 'no version is deployed' };
  const suspected = suspect?.source === 'appconfig' ? suspect.changeId : undefined;
  const isSuspect = (one: ConfigDeployment) => suspected === `${application}/${environment}/${one.number}`;
  const what = describeConfigDeployment(from);
  if (newest !== from && (suspected === undefined || isSuspect(newest)))
    return { problem: `${describeConfigDeployment(newest)} was rolled back already` };
  if (newest.state === 'ROLLING_BACK') return { problem: `${what} is being rolled back already` };
  if (isOwn) return { problem: `${what} is a rollback already` };
  if (suspected !== undefined && !isSuspect(from))
    return {
      problem: `its last deployment is ${what}, and not ${suspected}, which is suspected`,
      isTheirs: true,
    };
  const good = history.find(
    (one) => one.number < from.number && one.state === 'COMPLETE' && one.version !== from.version,
  );
  if (good === undefined) return { problem: `no version was deployed before ${what}` };
  if (from.state !== 'COMPLETE')
    return isSuspect(from)
      ? { from }
      : { problem: `${what} is in progress, and is not the change to be rolled back`, isTheirs: true };
  return nowMs - (from.completedAtMs ?? 0) < REVERTIBLE_MS ? { from } : { from, good };
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
  const { state, lastEvent } = deployment;
  const detail = `${describeConfigDeployment(deployment)}: ${state}${lastEvent ? `: ${lastEvent}` : ''}`;
  if (isWithdrawn(deployment)) return { outcome: isWithdrawing ? 'SUCCEEDED' : 'FAILED', detail };
  const isThere = state === 'COMPLETE' || state === 'BAKING';
  return isThere && !isWithdrawing ? { outcome: 'SUCCEEDED', detail } : undefined;
}
