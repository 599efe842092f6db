import { selectsHosts } from '../../core/configuration/target-selector.ts';
import { leavesIsolated } from '../../core/operation/action-effects.ts';
import type { BatchProgress } from '../../core/operation/batch-progress.ts';
import { leavesBalancer } from '../../core/operation/draining.ts';
import { minimumHealthy, tooFewHealthy } from '../../core/operation/gate.ts';
import type { TargetHealth } from '../../core/operation/layout.ts';
import type { LookId } from '../../core/operation/look-id.ts';
import type { OperationPlan } from '../../core/operation/operation-plan.ts';
import { isFit } from '../../core/operation/target-availability.ts';
import { inService } from '../../core/target/registered-target.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { TargetGroups } from '../../ports/target-groups.ts';
import type { ActionSubject } from '../executors/action-call.ts';
import { type LookDeps, lookAtTargets } from './look-at-targets.ts';

export interface GateDeps extends LookDeps {
  readonly runbooks: LookDeps['runbooks'] & Pick<RunbookRunner, 'resolveTargets'>;
  readonly targetGroups: Pick<TargetGroups, 'read'>;
}

/**
 * Whether a batch may be taken down now: enough of the component's other targets have to be healthy. They are looked at
 * just before, all at once. Where the batch leaves its load balancer, only those count that it sends requests to, too.
 *
 * @param lookId unique, as lookAtTargets requires
 * @returns why not; `undefined` if it may
 * @throws ServiceUnavailable, or what refuses the look for good
 */
export async function closedGate(
  deps: GateDeps,
  subject: ActionSubject,
  { strategy, component }: OperationPlan,
  lookId: LookId,
  batch: readonly string[],
  progress: readonly BatchProgress[],
): Promise<string | undefined> {
  if (!selectsHosts(component.targets)) return undefined;
  const nodes = await deps.runbooks.resolveTargets(component.targets);
  const configured = 'instanceIds' in component.targets ? component.targets.instanceIds : [];
  const all = new Set([...configured, ...nodes.map(({ instanceId }) => instanceId), ...batch]);
  const minimum = minimumHealthy(component, all.size);
  if (minimum === 0) return undefined;

  const isolated = leavesIsolated(strategy.actions)
    ? progress.filter(({ state }) => state === 'passed').flatMap(({ targets = [] }) => targets)
    : [];
  const asked = nodes
    .filter(isFit)
    .map(({ instanceId }) => instanceId)
    .filter((id) => !isolated.includes(id))
    .sort();
  const health: ReadonlyMap<string, TargetHealth> =
    component.service === undefined
      ? new Map(asked.map((id) => [id, 'healthy']))
      : await lookAtTargets(deps, subject, lookId, asked);
  const { targetGroup } = component;
  const serving =
    targetGroup !== undefined && leavesBalancer(strategy.actions)
      ? inService(await deps.targetGroups.read(targetGroup))
      : undefined;
  const counted = new Map(
    [...health].map(([id, found]) => [
      id,
      found === 'healthy' && serving?.has(id) === false ? ('unknown' as const) : found,
    ]),
  );
  return tooFewHealthy(subject.operation.component, batch, counted, minimum);
}
