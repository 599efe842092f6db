import type { SuspectedChange } from '../diagnosis/cause.ts';
import { coursesOf } from './deployment-course.ts';
import type { TargetKind } from './target.ts';

/** A deployment to a deployment group, as CodeDeploy describes it. */
export interface CodeDeployment {
  readonly id: string;
  /** `application/deployment-group` */
  readonly group: string;
  readonly status: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  /** Epoch milliseconds. @default it is in progress */
  readonly completedAtMs?: number;
  /** Whether it replaces the group's instances. @default false */
  readonly isBlueGreen?: boolean;
  /** Where the revision is, as JSON in the API's own shape: the same text for the same revision. */
  readonly revision: string;
  /** `Server` for hosts, `Lambda` or `ECS`. */
  readonly platform: string;
  /** Who created it: `user`, `autoscaling`, `codeDeployRollback`, … */
  readonly creator: string;
  readonly description: string;
  /** What it did about files on hosts that no deployment had put there. */
  readonly fileExistsBehavior?: string;
  /** The id of the deployment from which CodeDeploy went back with this one. */
  readonly rollsBack?: string;
  /** The id of the deployment with which CodeDeploy goes back from this one. */
  readonly rolledBackBy?: string;
  /** What CodeDeploy says of going back from it. */
  readonly rollbackMessage?: string;
  /** Why it failed: `HEALTH_CONSTRAINTS: …`. */
  readonly error?: string;
  /** How far it has come: `1 instance succeeded, 2 pending`. */
  readonly progress?: string;
}

/** Statuses that are the end. Any other one, known or not, means that it is in progress. */
const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Stopped']);
/** Deployments to single instances, of what the group has already. */
const TO_INSTANCES: ReadonlySet<string> = new Set([
  'autoscaling',
  'autoscalingTermination',
  'CodeDeployAutoUpdate',
]);

export function isOver({ status }: Pick<CodeDeployment, 'status'>): boolean {
  return ENDED.has(status);
}

/** For people: `d-ABC of s3://bucket/shop-42.zip`. */
export function describeDeployment({ id, revision }: Pick<CodeDeployment, 'id' | 'revision'>): string {
  return `${id} of ${describeRevision(revision)}`;
}

function describeRevision(revision: string): string {
  const {
    s3Location: s3,
    gitHubLocation: gitHub,
    ...inline
  } = JSON.parse(revision) as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
  const appSpec = inline['appSpecContent'] ?? inline['string'];
  if (appSpec) return `the AppSpec ${appSpec['sha256']?.slice(0, 12) ?? 'that it carries'}`;
  if (s3) return `s3://${s3['bucket']}/${s3['key']}${s3['version'] ? ` (version ${s3['version']})` : ''}`;
  return gitHub ? `${gitHub['repository']}@${gitHub['commitId']}` : revision;
}

/** Whether a deployment was stopped because someone asked for it, and not by an alarm. */
export function isStoppedOnRequest({ status, error }: CodeDeployment): boolean {
  return status === 'Stopped' && error?.startsWith('MANUAL_STOP:') === true;
}

/** CodeDeploy begins to go back within seconds. */
const GOES_BACK_MS = 5 * 60_000;

/** Whether CodeDeploy has not gone back from a deployment that was stopped or failed, and is not about to. */
export function staysAsItIs({ status, completedAtMs, rolledBackBy }: CodeDeployment, nowMs: number): boolean {
  if (rolledBackBy !== undefined || (status !== 'Failed' && status !== 'Stopped')) return false;
  return completedAtMs !== undefined && nowMs - completedAtMs > GOES_BACK_MS;
}

/** The newest deployment to a group as a whole. @param history newest first */
export function newestOf(history: readonly CodeDeployment[]): CodeDeployment | undefined {
  return history.find(({ creator }) => !TO_INSTANCES.has(creator));
}

/** What CodeDeploy deploys to, by the kind of the component's targets. Only these have deployment groups. */
const PLATFORMS: Readonly<Partial<Record<TargetKind, { readonly name: string; readonly what: string }>>> = {
  host: { name: 'Server', what: 'hosts' },
  lambda_alias: { name: 'Lambda', what: 'an alias' },
  ecs_service: { name: 'ECS', what: 'a service' },
};

/** From which deployment to go back, and with which one's revision. */
export interface WayBack {
  readonly from: CodeDeployment;
  readonly good: CodeDeployment;
  /**
   * Whether that revision is turned round first: an AppSpec for Lambda says which version it shifts requests from, so that
   * the way back is the bad deployment itself, from its end to its beginning.
   *
   * @default false
   */
  readonly isTurnedRound?: true;
}

/**
 * The way back of a deployment group: the last revision before the present one that was deployed successfully; on Lambda,
 * the version from which the present deployment has shifted. Back from a rollback would be the revision that was rolled
 * back. A deployment in progress is left alone, unless it is the suspect.
 *
 * @param history newest first
 * @param kind of the targets that it is deployed to
 * @param suspect the change that is to be rolled back, if one is suspected
 * @returns `undefined` if there is none in this history
 */
export function wayBack(
  history: readonly CodeDeployment[],
  suspect: SuspectedChange | undefined,
  kind: TargetKind,
): WayBack | { readonly problem: string; readonly isTheirs?: true } | undefined {
  const from = newestOf(history);
  if (from === undefined) return undefined;
  const what = describeDeployment(from);
  const platform = PLATFORMS[kind];
  if (from.platform !== platform?.name)
    return {
      problem: `${what} is a deployment of the platform ${from.platform}, and not to ${platform?.what ?? 'anything of this kind'}`,
    };
  if (kind === 'host' && from.isBlueGreen)
    return {
      problem: `${what} is a blue/green deployment, which replaces instances: have CodeDeploy go back itself`,
    };
  const courses = coursesOf(history);
  if (courses === undefined) return undefined;
  const { again, backFrom: before } = courses.of(from.id);
  if (before !== undefined && from.status === 'Succeeded')
    return { problem: `${what} has gone back from ${before} already` };
  if (before !== undefined && !isOver(from))
    return { problem: `${what} is going back from ${before} already` };
  const named = suspect?.source === 'codedeploy' ? suspect.changeId : undefined;
  const isSuspect = named !== undefined && (again === named || brings(history, from, named));
  if (named !== undefined && named !== before && !isSuspect)
    return {
      problem: `its last deployment is ${what}, and not ${named}, which is suspected`,
      isTheirs: true,
    };
  if (!isOver(from) && !isSuspect)
    return { problem: `${what} is in progress, and is not the change to be rolled back`, isTheirs: true };
  const bad = before === undefined ? from : history.find(({ id }) => id === before);
  if (bad === undefined) return undefined;
  if (kind === 'lambda_alias') {
    if (from.status === 'Failed' || from.status === 'Stopped')
      return {
        problem: `${what}: ${from.status}, so that the alias may still share its requests between two versions, and CodeDeploy deploys nothing to it: use \`rollback_deployment\` without \`by\``,
      };
    return { from, good: bad, isTurnedRound: true };
  }
  const good = history
    .slice(history.indexOf(from) + 1)
    .find(
      ({ status, revision }) =>
        status === 'Succeeded' && revision !== bad.revision && !courses.rolledBack.has(revision),
    );
  return good && { from, good };
}

/** Whether a deployment is this one, or one that has brought the same to single instances since. */
function brings(history: readonly CodeDeployment[], from: CodeDeployment, id: string): boolean {
  if (id === from.id) return true;
  const one = history.find((other) => other.id === id);
  return one !== undefined && TO_INSTANCES.has(one.creator) && one.createdAtMs >= from.createdAtMs;
}

/**
 * How far a deployment has come.
 *
 * @returns `undefined` while it is in progress
 */
export function deploymentEnd(
  deployment: CodeDeployment,
): { readonly outcome: 'SUCCEEDED' | 'FAILED'; readonly detail: string } | undefined {
  if (!isOver(deployment)) return undefined;
  const { status, error } = deployment;
  const detail = `${describeDeployment(deployment)}: ${status}${error === undefined ? '' : `: ${error}`}`;
  return { outcome: status === 'Succeeded' ? 'SUCCEEDED' : 'FAILED', detail };
}
