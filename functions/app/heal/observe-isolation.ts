import type { Observation } from '../../core/verification/verification.ts';
import { ServiceUnavailable } from '../../ports/errors.ts';
import { type InterfaceBeginDeps, openInstances, openInterfaces } from '../executors/network-interface.ts';
import { TargetsUnavailable, targetsOf } from './choose-targets.ts';
import type { PlannedOperation } from './running-operation.ts';
import { isOpen, type VerifyContainmentDeps } from './verify-containment.ts';
import { targetsToVerify } from './verify-on-hosts.ts';

export interface ObserveIsolationDeps
  extends Pick<VerifyContainmentDeps, 'store' | 'runbooks' | 'endpoints' | 'clock'> {
  readonly instances: Pick<InterfaceBeginDeps['instances'], 'interfaces'>;
}

/**
 * Whether hosts are cut off by their security groups. The hosts themselves need not answer, and may not be able to. As
 * with any containment, an endpoint that still answers from outside says that they are not.
 *
 * @throws NotPermitted if it may not look
 */
export async function observeIsolation(
  deps: ObserveIsolationDeps,
  { operation, plan }: PlannedOperation,
  fence: number,
  securityGroup: string,
): Promise<Observation> {
  const { component } = plan;
  try {
    const ids = await isolatedTargets(deps, { operation, plan }, fence);
    if ((await openInterfaces(deps.instances, ids, securityGroup)).length > 0) return 'bad';
    return (await isOpen(deps, operation, component)) ? 'bad' : 'good';
  } catch (error) {
    if (error instanceof ServiceUnavailable || error instanceof TargetsUnavailable) return 'no-answer';
    throw error;
  }
}

/**
 * The hosts that their security groups do not cut off, which have to say themselves that they are isolated. None, where
 * that is not known: the next look finds out.
 */
export async function notCutOff(
  deps: ObserveIsolationDeps,
  planned: PlannedOperation,
  fence: number,
  securityGroup: string,
): Promise<readonly string[]> {
  try {
    const ids = await isolatedTargets(deps, planned, fence);
    return await openInstances(deps.instances, ids, securityGroup);
  } catch (error) {
    if (error instanceof ServiceUnavailable || error instanceof TargetsUnavailable) return [];
    throw error;
  }
}

async function isolatedTargets(
  deps: ObserveIsolationDeps,
  { operation, plan }: PlannedOperation,
  fence: number,
): Promise<readonly string[]> {
  const subject = { operation, component: plan.component, fence };
  const laidOut = await targetsToVerify(deps, subject, plan);
  return laidOut ?? (await targetsOf(deps, subject, undefined, false, false)).fit;
}
