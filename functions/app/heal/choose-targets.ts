import type { Component } from '../../core/configuration/schema/schema.ts';
import { resourceId, selectsHosts, targetKindOf } from '../../core/configuration/target-selector.ts';
import {
  type ChosenTargets,
  chooseTargets,
  type ManagedNode,
} from '../../core/operation/target-availability.ts';
import type { TargetRef } from '../../core/target/target.ts';
import type { RunbookRunner } from '../../ports/runbook-runner.ts';
import type { ActionSubject } from '../executors/action-call.ts';

/** The targets can't be acted on: none found, too many, or not all of them reachable. */
export class TargetsUnavailable extends Error {
  override readonly name = 'TargetsUnavailable';
  readonly code = 'TARGETS_UNAVAILABLE';
}

type NodesOf = (instanceIds: readonly string[]) => Promise<readonly ManagedNode[]>;

export interface ChooseTargetsDeps {
  readonly runbooks: Pick<RunbookRunner, 'resolveTargets'>;
}

/**
 * The targets that one action goes to.
 *
 * @param given ids; without them those that the alert names, or else all of the component's
 * @param acceptsPartial whether some are enough, if not all can be acted on
 * @param byAgent whether it goes through the agents on hosts
 * @param nodesOf the nodes with certain ids that it may go to; without it those that Systems Manager lists
 * @returns those to act on, at least one, and the ids of those that can't be reached
 * @throws TargetsUnavailable, ServiceError
 */
export async function targetsOf(
  { runbooks }: ChooseTargetsDeps,
  { operation, component }: ActionSubject,
  given: readonly string[] | undefined,
  acceptsPartial = false,
  byAgent = true,
  nodesOf: NodesOf = (instanceIds) => runbooks.resolveTargets({ instanceIds }),
): Promise<Pick<ChosenTargets, 'fit' | 'unfit'>> {
  const { targets } = component;
  if (!selectsHosts(targets)) return { fit: [resourceId(targets)], unfit: [] };
  const configured = 'instanceIds' in targets ? targets.instanceIds : [];
  const ids = given ?? ('instanceIds' in targets ? configured : undefined);
  const nodes = ids ? await nodesOf(ids) : await runbooks.resolveTargets(targets);
  const chosen = chooseTargets(
    operation.component,
    nodes,
    given ?? operation.alert.targets,
    configured,
    byAgent,
  );
  if (chosen.problem && (!acceptsPartial || chosen.fit.length === 0))
    throw new TargetsUnavailable(chosen.problem);
  return chosen;
}

/** Targets of a component, by their ids. */
export function targetRefs({ targets }: Component, ids: readonly string[]): readonly TargetRef[] {
  const kind = targetKindOf(targets);
  return ids.map((id) => ({ kind, id }));
}
