import { targetKindOf } from '../../core/configuration/target-selector.ts';
import { describeStates, inService } from '../../core/target/registered-target.ts';
import type { Sight } from '../../core/verification/verification.ts';
import { NotFound, RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import type { TargetGroups } from '../../ports/target-groups.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { type ResourceHealthDeps, resourceHealth } from '../executors/resource-health.ts';
import { TargetsUnavailable, targetsOf } from './choose-targets.ts';
import type { PlannedOperation } from './running-operation.ts';
import { targetsToVerify, type VerifyOnHostsDeps } from './verify-on-hosts.ts';

export interface VerifyByResourceDeps extends ResourceHealthDeps, VerifyOnHostsDeps {
  readonly targetGroups: Pick<TargetGroups, 'read'>;
}

/**
 * One look at what AWS itself says of a component: the steady state of a service, the state of the version behind an
 * alias, the status of a database, or the health of the repaired hosts in their target group.
 *
 * @throws NotPermitted if it may not look
 */
export async function observeResource(
  deps: VerifyByResourceDeps,
  { operation, plan }: PlannedOperation,
  fence: number,
): Promise<Sight> {
  const { component } = plan;
  const kind = targetKindOf(component.targets);
  try {
    const subject = { operation, component, fence };
    if (kind === 'host') return await observeInGroup(deps, subject, plan);
    if (kind === 'custom') return { observation: 'no-answer' };
    const [id = ''] = (await targetsOf(deps, subject, undefined)).fit;
    const { isHealthy, detail } = await resourceHealth(deps, kind, id);
    return { observation: isHealthy ? 'good' : 'bad', detail };
  } catch (error) {
    // What does not exist does not serve. Of what cannot be read, nothing is known.
    if (error instanceof NotFound) return { observation: 'bad', detail: error.message };
    const unread = [ServiceUnavailable, RequestRefused, TargetsUnavailable];
    if (!unread.some((kind) => error instanceof kind)) throw error;
    return { observation: 'no-answer', detail: (error as Error).message };
  }
}

const NAMED_AT_MOST = 5;

async function observeInGroup(
  deps: VerifyByResourceDeps,
  subject: ActionSubject,
  plan: PlannedOperation['plan'],
): Promise<Sight> {
  const { targetGroup = '' } = subject.component;
  const ids =
    (await targetsToVerify(deps, subject, plan)) ??
    (await targetsOf(deps, subject, undefined, false, false)).fit;
  const listed = await deps.targetGroups.read(targetGroup);
  const healthy = inService(listed);
  const unfit = ids.filter((id) => !healthy.has(id));
  const named = unfit.slice(0, NAMED_AT_MOST).map((id) => `${id} is ${describeStates(listed, id)}`);
  const more = unfit.length - named.length;
  const detail = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return unfit.length === 0 ? { observation: 'good' } : { observation: 'bad', detail };
}
