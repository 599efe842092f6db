/** How far a service deployment of ECS has come: the course of an update of a service, with the rollback from it. */
export interface ServiceDeploymentCourse {
  /** As ECS names it: `IN_PROGRESS`, `ROLLBACK_SUCCESSFUL`, `STOPPED`… */
  readonly status: string;
  readonly reason?: string;
  /** ARNs of the service revisions that ran when it began. */
  readonly replaces: readonly string[];
}

/**
 * The states in which ECS goes back from a service deployment when it is asked to. In one that is being stopped without a
 * rollback, it only goes on stopping.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html
 */
const GOES_BACK: ReadonlySet<string> = new Set([
  'PENDING',
  'IN_PROGRESS',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
]);

/** Whether ECS goes back from a service deployment when it is asked to, or is going back already. */
export const canGoBack = ({ status }: Pick<ServiceDeploymentCourse, 'status'>) => GOES_BACK.has(status);

/** Whether ECS is going back from a service deployment. */
export const isGoingBack = ({ status }: Pick<ServiceDeploymentCourse, 'status'>) =>
  status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS';

/**
 * How the rollback from a service deployment has ended.
 *
 * @returns `undefined` while it is under way
 */
export function rollbackOutcome(
  { status, reason }: ServiceDeploymentCourse,
  arn: string,
): { readonly outcome: 'SUCCEEDED' | 'FAILED'; readonly detail: string } | undefined {
  const what = describeServiceDeployment(arn);
  const why = reason ? `: ${reason}` : '';
  switch (status) {
    case 'ROLLBACK_SUCCESSFUL':
      return { outcome: 'SUCCEEDED', detail: `ECS has gone back from ${what}` };
    case 'SUCCESSFUL':
      return { outcome: 'FAILED', detail: `${what} was complete before ECS went back from it${why}` };
    case 'ROLLBACK_FAILED':
    case 'STOPPED':
      return { outcome: 'FAILED', detail: `ECS has not gone back from ${what}: ${status}${why}` };
    default:
      return undefined;
  }
}

/** For people: `service deployment r9i43YFjvgF_xlg7m2eJ1r`. */
function describeServiceDeployment(arn: string): string {
  return `service deployment ${arn.slice(arn.lastIndexOf('/') + 1)}`;
}

/** What is followed of a service whose deployment ECS goes back from: as the reference to it has it. */
export interface RollbackReference {
  /** `cluster/service`. */
  readonly service: string;
  /** ARN of the service deployment. */
  readonly arn: string;
}

export const rollbackReferenceId = ({ service, arn }: RollbackReference): string => `${service}/${arn}`;

/** @returns `undefined` for what was begun otherwise */
export function parseRollbackReference(id: string): RollbackReference | undefined {
  const [, service, arn] = /^([^/]+\/[^/]+)\/(arn:[^:]+:ecs:.*:service-deployment\/.+)/.exec(id) ?? [];
  return service !== undefined && arn !== undefined ? { service, arn } : undefined;
}

/** For people: `the rollback from service deployment r9i43YFjvgF_xlg7m2eJ1r of prod/orders`. */
export function describeRollbackReference({ service, arn }: RollbackReference): string {
  return `the rollback from ${describeServiceDeployment(arn)} of ${service}`;
}
