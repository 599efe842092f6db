import type { Inspection } from '../../core/operation/inspection.ts';
import {
  describeGroupHealthReference,
  type GroupHealthReference,
  groupHealthReferenceId,
} from '../../core/target/group-health-reference.ts';
import { describeStates, groupProblem, inService } from '../../core/target/registered-target.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TargetGroups } from '../../ports/target-groups.ts';
import type { Begun } from './action-call.ts';

export interface GroupHealthDeps {
  readonly targetGroups: Pick<TargetGroups, 'read'>;
  readonly clock: Clock;
}

/** How long the health of hosts is waited for. */
export interface GroupHealthWait {
  /** Before the group is believed. */
  readonly settleSeconds: number;
  /** In all. */
  readonly timeoutSeconds: number;
}

/** Begins to wait until all hosts are healthy in their target group. */
export async function begin(
  { targetGroups, clock }: GroupHealthDeps,
  targetGroup: string,
  ids: readonly string[],
  { settleSeconds, timeoutSeconds }: GroupHealthWait,
): Promise<Begun> {
  const problem = groupProblem(await targetGroups.read(targetGroup));
  if (problem !== undefined) return { outcome: 'FAILED', detail: `target group: ${problem}` };
  const nowMs = clock.nowMs();
  const fromMs = nowMs + settleSeconds * 1_000;
  const untilMs = nowMs + timeoutSeconds * 1_000;
  const id = groupHealthReferenceId({ ids, fromMs, untilMs, targetGroup });
  return { reference: { executor: 'resource', id } };
}

/** Looks whether hosts are healthy on every port on which they are registered. */
export async function inspect(
  { targetGroups, clock }: GroupHealthDeps,
  reference: GroupHealthReference,
): Promise<Inspection> {
  const { ids, fromMs, untilMs, targetGroup } = reference;
  const listed = await targetGroups.read(targetGroup);
  const nowMs = clock.nowMs();
  const healthy = inService(listed);
  const isGood = nowMs >= fromMs && ids.every((id) => healthy.has(id));
  const isOver = isGood || nowMs >= untilMs;
  const targets = ids.map((id) => ({
    id,
    ...(isOver && { outcome: healthy.has(id) ? ('SUCCEEDED' as const) : ('FAILED' as const) }),
    detail: `${id} is ${describeStates(listed, id)}`,
  }));
  return {
    ...(isOver && { outcome: isGood ? 'SUCCEEDED' : 'FAILED' }),
    detail: `${describeGroupHealthReference(reference)}: ${targets.map(({ detail }) => detail).join('; ')}`,
    targets,
    targetCount: ids.length,
  };
}
