import type { ChangeVerdict } from '../operation/recorded-change.ts';

/** A service of a cluster. */
export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

/** @param id `cluster/service`, as the configuration has it */
export function serviceName(id: string): ServiceName {
  const [cluster = '', service = ''] = id.split('/');
  return { cluster, service };
}

/** A deployment of a service: its tasks of one task definition, begun at one time. */
export interface ServiceDeployment {
  readonly id: string;
  /** ARN. */
  readonly taskDefinition: string;
  /** The newest is the primary one; the others are being replaced. */
  readonly isPrimary: boolean;
  /** `undefined` where ECS does not say: behind a Classic Load Balancer. */
  readonly rollout: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | undefined;
  readonly reason?: string;
}

/** A service as ECS describes it. */
export interface EcsService {
  /** ARN. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly deployments: readonly ServiceDeployment[];
  /** What deploys it, as ECS names it: `CODE_DEPLOY` or `EXTERNAL`. @default ECS itself */
  readonly deployedBy?: string;
  /** ARN of the service deployment that ECS carries out, or has carried out last. @default ECS names none */
  readonly serviceDeployment?: string;
}

/** Why ECS deploys nothing to a service; `undefined` if it does. */
export function foreignController({ deployedBy }: Pick<EcsService, 'deployedBy'>): string | undefined {
  if (deployedBy === undefined) return undefined;
  const instead = deployedBy === 'CODE_DEPLOY' ? 'stop or roll back the deployment in CodeDeploy' : 'use it';
  return `its deployment controller is ${deployedBy}, so that ECS neither restarts it nor deploys to it: ${instead}, or use a \`run_automation\``;
}

/** A deployment that ECS has on record, under way or over. */
export interface PastDeployment {
  /** ARN of what it was to deploy. */
  readonly taskDefinition: string;
  /** As ECS names it: `SUCCESSFUL`, `ROLLBACK_SUCCESSFUL`, `STOPPED`… */
  readonly status: string;
}

/** For people: `orders:42`. */
export function describeTaskDefinition(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The family and revision in the ARN of a task definition. */
export function revisionOf(arn: string): { readonly family: string; readonly revision: number } {
  const [family = '', revision = ''] = describeTaskDefinition(arn).split(':');
  return { family, revision: Number(revision) };
}

/** What the tasks of a task definition run. */
export interface TaskContent {
  /** Everything in it but its size, as one text. */
  readonly rest: string;
  /** Whether an action registered it: the same content, in another size. @default people or pipelines did */
  readonly isCopy?: true;
}

/**
 * The revisions that have the content of the current one, which an action registered in another size: going back to them
 * would go back to nothing else.
 *
 * @param read the content of a task definition, by its ARN
 * @returns none if people or pipelines registered the current one
 */
export async function revisionsOfSameContent(
  { taskDefinition }: EcsService,
  active: readonly string[],
  read: (taskDefinition: string) => Promise<TaskContent>,
): Promise<ReadonlySet<string>> {
  const same = new Set<string>();
  const current = await read(taskDefinition);
  if (current.isCopy !== true) return same;
  for (const arn of revisionsBefore(taskDefinition, active)) {
    if ((await read(arn)).rest !== current.rest) break;
    same.add(arn);
  }
  return same;
}

/** Active revisions of the same family before one, newest first. */
function revisionsBefore(taskDefinition: string, active: readonly string[]): readonly string[] {
  const { family, revision } = revisionOf(taskDefinition);
  return active
    .filter((arn) => revisionOf(arn).family === family && revisionOf(arn).revision < revision)
    .sort((one, other) => revisionOf(other).revision - revisionOf(one).revision);
}

/**
 * The task definition of a service after a rollback. While a deployment is in progress, back is the newest one that it
 * replaces and that has come up; otherwise it is the one before the current revision that was deployed successfully last, or,
 * where ECS has none on record, the newest active revision before, without those that are being replaced because they never
 * came up. Where ECS has itself gone back from another revision, going back once more would leave the good one. The strategy
 * may name a revision instead.
 *
 * @param active ARNs of active revisions; those of other families are passed over
 * @param same revisions that are passed over, too, unless the strategy names one, as they have the same content
 * @param history the service’s deployments, newest first
 */
export function earlierRevision(
  { taskDefinition, deployments }: EcsService,
  active: readonly string[],
  named?: number,
  same: ReadonlySet<string> = new Set(),
  history: readonly PastDeployment[] = [],
): string | { readonly problem: string } {
  const { family, revision } = revisionOf(taskDefinition);
  const own = active.filter((arn) => revisionOf(arn).family === family);
  if (named !== undefined) {
    const found = own.find((arn) => revisionOf(arn).revision === named);
    return found ?? { problem: `${family} has no active revision ${named}` };
  }
  const others = deployments.filter((other) => !other.isPrimary && other.taskDefinition !== taskDefinition);
  const undone = others.find(
    ({ rollout, taskDefinition: arn }) =>
      rollout === 'FAILED' && revisionOf(arn).family === family && revisionOf(arn).revision > revision,
  );
  if (undone) {
    const [from, to] = [undone.taskDefinition, taskDefinition].map(describeTaskDefinition);
    return { problem: `ECS has already gone back from ${from}, whose deployment failed, to ${to}` };
  }
  const [last] = history;
  if (last?.status.startsWith('ROLLBACK_') && last.taskDefinition !== taskDefinition) {
    const [from, to] = [last.taskDefinition, taskDefinition].map(describeTaskDefinition);
    return {
      problem: `ECS itself went back from ${from} to ${to} (${last.status}): name a \`revision\` to go back any further`,
    };
  }
  const different = others.filter((other) => !same.has(other.taskDefinition));
  const replaced =
    different.find(({ rollout }) => rollout === 'COMPLETED') ??
    different.find(({ rollout }) => rollout === undefined);
  if (replaced) return replaced.taskDefinition;
  const fit = revisionsBefore(taskDefinition, active).filter((arn) => !same.has(arn));
  const good = history.find(
    ({ status, taskDefinition: arn }) => status === 'SUCCESSFUL' && fit.includes(arn),
  );
  if (good) return good.taskDefinition;
  const [before] = fit.filter((arn) => !others.some((other) => other.taskDefinition === arn));
  const other = same.size > 0 ? ' with other content' : '';
  return (
    before ?? {
      problem: `no active revision${other} before ${describeTaskDefinition(taskDefinition)} is left`,
    }
  );
}

/**
 * How far a deployment has come. One that is no longer listed was replaced by a newer one: by someone else, or by ECS
 * when its circuit breaker rolled back.
 *
 * @returns `undefined` while it is under way
 */
export function deploymentOutcome(
  { deployments, desiredCount, runningCount }: EcsService,
  id: string,
): { readonly outcome: 'SUCCEEDED' | 'FAILED'; readonly detail: string } | undefined {
  const deployment = deployments.find((one) => one.id === id);
  const primary = deployments.find(({ isPrimary }) => isPrimary);
  if (!deployment?.isPrimary) {
    const by = primary ? `${primary.id} of ${describeTaskDefinition(primary.taskDefinition)}` : 'none';
    return { outcome: 'FAILED', detail: `deployment ${id} was replaced by ${by}` };
  }
  const what = `deployment ${id} of ${describeTaskDefinition(deployment.taskDefinition)}`;
  if (deployment.rollout === 'FAILED')
    return {
      outcome: 'FAILED',
      detail: `${what} failed${deployment.reason ? `: ${deployment.reason}` : ''}`,
    };
  const isSteady = deployments.length === 1 && runningCount === desiredCount;
  if (deployment.rollout === 'COMPLETED' || (deployment.rollout === undefined && isSteady))
    return { outcome: 'SUCCEEDED', detail: `${what} has reached a steady state` };
  return undefined;
}

/** What is on record of a restart: the deployment that it replaces, by which a repetition knows the new one. */
export type RestartMarker = { readonly deployment: string; readonly taskDefinition: string };

/** Whether a restart was begun, by what is deployed now. A deployment of anything else is someone else's. */
export function judgeRestart(before: RestartMarker, now: RestartMarker): ChangeVerdict {
  if (now.taskDefinition !== before.taskDefinition) return 'foreign';
  return now.deployment === before.deployment ? 'send' : 'done';
}

/** Why a service does not serve as it should, by ECS's own figures; `undefined` if it does. */
export function unhealthiness({ desiredCount, runningCount, deployments }: EcsService): string | undefined {
  const failed = deployments.find(({ rollout }) => rollout === 'FAILED');
  if (failed) return `deployment ${failed.id} failed${failed.reason ? `: ${failed.reason}` : ''}`;
  if (runningCount < desiredCount) return `${runningCount} of ${desiredCount} tasks run`;
  return deployments.length > 1 ? 'a deployment is in progress' : undefined;
}

/** Why a service is not in a steady state; `undefined` if it is. One that is to run no task serves nobody. */
export function unsteadiness(service: EcsService): string | undefined {
  if (service.desiredCount === 0) return 'its desired count is 0, so no task serves';
  const unhealthy = unhealthiness(service);
  if (unhealthy !== undefined) return unhealthy;
  // Several would be a deployment in progress.
  const [only] = service.deployments;
  return only?.rollout === 'IN_PROGRESS' ? `deployment ${only.id} is in progress` : undefined;
}
