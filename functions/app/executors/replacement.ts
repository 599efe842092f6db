import { scalingGroupOf } from '../../core/configuration/target-selector.ts';
import type { Inspection, TargetResult } from '../../core/operation/inspection.ts';
import { settingText } from '../../core/operation/recorded-change.ts';
import {
  groupProblem,
  isMember,
  memberProblem,
  replacementProgress,
  sizeProblem,
} from '../../core/target/instance-replacement.ts';
import { registrationProgress } from '../../core/target/registration-reference.ts';
import {
  describeReplacementReference,
  type ReplacementReference,
  replacementReferenceId,
} from '../../core/target/replacement-reference.ts';
import type { ScalingGroup } from '../../core/target/scaling-group.ts';
import type { Clock } from '../../ports/clock.ts';
import { isForGood } from '../../ports/errors.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ScalingGroups } from '../../ports/scaling-groups.ts';
import type { TargetGroups } from '../../ports/target-groups.ts';
import type { Begun, Ended, StepCall } from './action-call.ts';

export interface ReplacementBeginDeps {
  readonly scalingGroups: Pick<ScalingGroups, 'read' | 'isRefreshing' | 'terminate'>;
  readonly clock: Clock;
}
export interface ReplacementInspectDeps {
  readonly scalingGroups: Pick<ScalingGroups, 'read' | 'failedLaunch'>;
  readonly targetGroups: Pick<TargetGroups, 'read'>;
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
}

const REFRESHING = 'an instance refresh of the group is in progress, and replaces instances by itself';

/** The group before anything is terminated, on record: whatever is not listed is new. */
type Before = { readonly instances: string; readonly sinceMs: number };

/**
 * Has the Auto Scaling group of a component terminate instances, and launch others in their place. A request names the
 * instance, so that a repetition cannot terminate another one; one that has left the group is not asked for again.
 */
export async function begin(
  { scalingGroups, clock }: ReplacementBeginDeps,
  { targets, changes, subject }: StepCall,
): Promise<Begun> {
  const { targetGroup } = subject.component;
  const name = scalingGroupOf(subject.component);
  if (name === undefined) return failed(`${subject.operation.component} has no Auto Scaling group`);
  const ids = targets.map(({ id }) => id);
  const group = await scalingGroups.read(name);
  const isBegun = changes.earlier !== undefined;
  const open = isBegun ? ids.filter((id) => isMember(group, id)) : ids;
  const problem =
    open.length === 0
      ? undefined
      : (groupProblem(group, targetGroup) ??
        open.map((id) => memberProblem(group, id)).find((one) => one !== undefined) ??
        (isBegun ? undefined : sizeProblem(group)) ??
        ((await scalingGroups.isRefreshing(name)) ? REFRESHING : undefined));
  if (problem !== undefined) return failed(`${name}: ${problem}`);

  const mine: Before = { instances: group.instances.map(({ id }) => id).join(), sinceMs: clock.nowMs() };
  const { before } =
    changes.earlier ?? (await changes.keep({ before: settingText(mine), intended: settingText('replaced') }));
  const { instances, sinceMs } = JSON.parse(before) as Before;
  const refused = await terminate(scalingGroups, group, ids);
  if (refused) return refused;
  const reference = { ids, sinceMs, group: name, known: instances.split(','), targetGroup };
  return { reference: { executor: 'resource', id: replacementReferenceId(reference) } };
}

/** @returns the failure, if Auto Scaling refuses one of them; those before it are terminated all the same */
async function terminate(
  scalingGroups: Pick<ScalingGroups, 'terminate'>,
  group: ScalingGroup,
  ids: readonly string[],
): Promise<Ended | undefined> {
  const begun = ids.filter((id) => !isMember(group, id));
  for (const id of ids.filter((each) => isMember(group, each))) {
    try {
      await scalingGroups.terminate(id);
      begun.push(id);
    } catch (error) {
      if (!isForGood(error) || begun.length === 0) throw error;
      return failed(`${id}: ${error.message}; ${begun.join(', ')}: terminated, and being replaced`);
    }
  }
  return undefined;
}

function failed(detail: string): Ended {
  return { outcome: 'FAILED', detail };
}

/** Looks whether new instances have taken the place of those that were terminated, and can serve. */
export async function inspect(
  deps: ReplacementInspectDeps,
  reference: ReplacementReference,
): Promise<Inspection> {
  const { ids, known, group: name, sinceMs } = reference;
  const group = await deps.scalingGroups.read(name);
  const fresh = group.instances.map(({ id }) => id).filter((id) => !known.includes(id));
  const { isDone, successors, detail } = replacementProgress(
    ids,
    known,
    group,
    await unreadiness(deps, reference, fresh),
  );
  const failure = isDone ? undefined : await deps.scalingGroups.failedLaunch(name, sinceMs);
  const said = failure === undefined ? detail : `${detail}; the last launch failed: ${failure}`;
  return {
    ...(isDone && { outcome: 'SUCCEEDED' }),
    detail: `${describeReplacementReference(reference)}: ${said}`,
    targets: ids.map(
      (id, index): TargetResult => ({
        id,
        detail: said,
        // It is waited for, though it has left the fleet.
        exists: true,
        ...(isDone && { outcome: 'SUCCEEDED', replacedBy: successors[index] ?? null }),
      }),
    ),
    targetCount: ids.length,
  };
}

/** What comes after the replacement needs the agent, and the load balancer has to send requests. */
async function unreadiness(
  { targetGroups, runbooks }: ReplacementInspectDeps,
  { targetGroup }: ReplacementReference,
  fresh: readonly string[],
): Promise<(id: string) => string | undefined> {
  if (fresh.length === 0) return () => undefined;
  const listed = targetGroup === undefined ? undefined : await targetGroups.read(targetGroup);
  const nodes = await runbooks.resolveTargets({ instanceIds: fresh });
  return (id) => {
    const registered = listed && registrationProgress('registration', id, listed);
    if (registered && registered.outcome !== 'SUCCEEDED') return registered.detail;
    const isOnline = nodes.some(({ instanceId, online }) => instanceId === id && online);
    return isOnline ? undefined : `${id} has no agent online`;
  };
}
