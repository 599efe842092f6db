import type { Inspection } from '../../core/operation/inspection.ts';
import type { EcsService, PastDeployment, ServiceName } from '../../core/target/ecs-service.ts';
import {
  canGoBack,
  describeRollbackReference,
  isGoingBack,
  type RollbackReference,
  rollbackOutcome,
  rollbackReferenceId,
} from '../../core/target/service-rollback.ts';
import type { EcsServices } from '../../ports/ecs-services.ts';
import { NotFound, OverwriteRefused, RequestRefused, TargetBusy } from '../../ports/errors.ts';
import type { Begun } from './action-call.ts';

/**
 * What is done before a task definition is deployed.
 *
 * @returns the ARN of the service deployment that ECS goes back from instead; `undefined` if it is to be deployed
 * @throws OverwriteRefused the service is to be read again: someone else may have deployed something since
 */
export type GoBack = (service: EcsService, wanted: string) => Promise<string | undefined>;

/**
 * Goes back from a deployment in progress by having ECS stop it, which restores all of the service revision that it replaces
 * and can meet no other deployment than that one. ECS does not say to which of several it would go back, so this is for a
 * deployment that replaces one only, which must be what is wanted.
 *
 * @param suspect id of the deployment to go back from
 */
export function wayBackFrom(
  services: Pick<EcsServices, 'course' | 'definitionOf' | 'goBack'>,
  suspect: string,
): GoBack {
  let isImpossible = false;
  return async ({ serviceDeployment: arn, deployments }, wanted) => {
    const primary = deployments.find(({ isPrimary }) => isPrimary);
    const isUnderWay = primary?.id === suspect && primary.rollout !== 'COMPLETED';
    if (isImpossible || arn === undefined || !isUnderWay) return undefined;
    const problem = await goBackTo(services, arn, wanted);
    if (problem === undefined) return arn;
    isImpossible = true;
    throw new OverwriteRefused(`ECS does not go back from ${arn}: ${problem}`);
  };
}

/** @returns why ECS does not go back from a service deployment to what is wanted; `undefined` if it does */
async function goBackTo(
  services: Pick<EcsServices, 'course' | 'definitionOf' | 'goBack'>,
  arn: string,
  wanted: string,
): Promise<string | undefined> {
  try {
    const course = await services.course(arn);
    if (!canGoBack(course)) return course.status;
    const [replaced, ...others] = course.replaces;
    if (replaced === undefined || others.length > 0) return 'it does not replace one service revision';
    if ((await services.definitionOf(replaced)) !== wanted) return `it replaces another than ${wanted}`;
    await services.goBack(arn);
    return undefined;
  } catch (error) {
    // It may be over meanwhile, or too old for ECS to describe it.
    if (error instanceof RequestRefused || error instanceof NotFound) return error.message;
    throw error;
  }
}

/**
 * Chooses nothing while ECS is going back: because of its circuit breaker, an alarm or a person, or on behalf of another try of
 * the step, which then has a change on record.
 *
 * @param history of the service, newest first
 * @throws TargetBusy if ECS is going back
 */
export function refuseWhileGoingBack(
  { cluster, service }: ServiceName,
  [last]: readonly PastDeployment[],
): void {
  if (last && isGoingBack(last))
    throw new TargetBusy(`ECS is going back from a deployment of ${cluster}/${service} (${last.status})`);
}

/**
 * Keeps an undo from being overtaken: while ECS is about to go back, the task definition is still the one that an undo would
 * deploy, so that ECS would deploy nothing, and go back afterwards.
 *
 * @returns what throws TargetBusy while ECS is about to go back
 */
export function afterGoingBack(services: Pick<EcsServices, 'course'>): GoBack {
  let settled: string | undefined;
  return async ({ serviceDeployment: arn }) => {
    if (arn === undefined || arn === settled) return undefined;
    const status = await statusOf(services, arn);
    if (status === 'ROLLBACK_REQUESTED')
      throw new TargetBusy(`ECS is about to go back from ${arn}: nothing is deployed before`);
    settled = arn;
    throw new OverwriteRefused(`${arn} is ${status}: the service is read again`);
  };
}

async function statusOf(services: Pick<EcsServices, 'course'>, arn: string): Promise<string> {
  try {
    return (await services.course(arn)).status;
  } catch (error) {
    if (error instanceof NotFound) return 'MISSING';
    throw error;
  }
}

/** What is followed of a deployment that ECS goes back from. */
export function rollbackBegun(service: string, arn: string): Begun {
  return { reference: { executor: 'resource', id: rollbackReferenceId({ service, arn }) } };
}

/** Looks how far ECS has gone back from a deployment. */
export async function inspectRollback(
  { services }: { readonly services: Pick<EcsServices, 'course'> },
  reference: RollbackReference,
): Promise<Inspection> {
  const course = await services.course(reference.arn);
  const done = rollbackOutcome(course, reference.arn);
  const { service: id } = reference;
  const detail = `${id}: ${done?.detail ?? `${describeRollbackReference(reference)}: ${course.status}`}`;
  const ended = done && { outcome: done.outcome };
  return { ...ended, detail, targets: [{ id, detail, ...ended }], targetCount: 1 };
}
