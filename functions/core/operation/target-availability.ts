import { actionDefinition } from '../actions/action-table.ts';
import { runbookWith } from '../actions/runbook-of.ts';
import type { Action } from '../configuration/schema/action-schema.ts';
import { hasEffect, isAboutTraffic, isDoneOnce } from './action-effects.ts';
import { type Candidate, MAXIMUM_BATCH, type SkipReason } from './layout.ts';

/** A node as Systems Manager knows it. */
export interface ManagedNode {
  readonly instanceId: string;
  readonly online: boolean;
  readonly platform: 'Linux' | 'Windows' | 'MacOS' | 'unknown';
  /** When its agent last reported: an agent that died is still called online for minutes. */
  readonly lastPingAtMs?: number;
}

/** Whether a runbook can be sent to a node now. */
export function isFit({ online, platform }: ManagedNode): boolean {
  return online && platform === 'Linux';
}

/** Whether an action is carried out by the agent on a host; AWS itself does the others, even if the host is dead. */
export function needsAgent({ type, params }: Pick<Action, 'type' | 'params'>): boolean {
  const definition = actionDefinition(type);
  if (definition.executor === 'run_command') return definition.byApi?.isMeant(params) !== true;
  if (definition.executor !== 'resource') return true;
  return runbookWith(definition, 'host', params) !== undefined;
}

/** Whether targets whose agent does not answer can be repaired. What has no effect on them repairs nothing. */
export function repairsWithoutAgent(actions: readonly Pick<Action, 'type' | 'params'>[]): boolean {
  return actions.some(
    (action) =>
      actionDefinition(action.type).targetKinds.includes('host') &&
      !needsAgent(action) &&
      hasEffect(action) &&
      !isAboutTraffic(action) &&
      !isDoneOnce(action),
  );
}

/**
 * Targets, with the reason why one can't be acted on now.
 *
 * @param missing what it means that there is no managed node for a target
 * @param byAgent whether it is to be acted on through its agent
 */
export function availability(
  instanceIds: readonly string[],
  nodes: readonly ManagedNode[],
  missing: Extract<SkipReason, 'not-managed' | 'gone'>,
  byAgent = true,
): readonly Candidate[] {
  const byId = new Map(nodes.map((node) => [node.instanceId, node]));
  return instanceIds.map((instanceId) => {
    const node = byId.get(instanceId);
    if (node === undefined) return { instanceId, unavailable: missing };
    if (!byAgent || isFit(node)) return { instanceId };
    return { instanceId, unavailable: node.online ? 'not-linux' : 'offline' };
  });
}

export interface ChosenTargets {
  /** Instance ids that can be sent to, and those that should be and can't; sorted. */
  readonly fit: readonly string[];
  readonly unfit: readonly string[];
  /** What is wrong with the targets as a whole. */
  readonly problem?: string;
}

/**
 * The nodes that one action goes to.
 *
 * @param nodes those that the component's selector, or a list of ids, resolved to
 * @param named instance ids that are wanted; without any, all of `nodes`
 * @param configured instance ids that the component lists, if it lists them
 * @param byAgent whether it goes through their agents
 */
export function chooseTargets(
  component: string,
  nodes: readonly ManagedNode[],
  named: readonly string[],
  configured: readonly string[],
  byAgent = true,
): ChosenTargets {
  const isReached = (node: ManagedNode) => !byAgent || isFit(node);
  const chosen = named.length === 0 ? nodes : nodes.filter((node) => named.includes(node.instanceId));
  const wanted = named.length > 0 ? named : configured;
  const missing = wanted.filter((id) => !chosen.some((node) => node.instanceId === id));
  const unfit = chosen.filter((node) => !isReached(node));
  const problem = problemWith(component, chosen.length, missing, unfit);
  const fit = sortedIds(chosen.filter(isReached));
  return {
    fit: fit.slice(0, MAXIMUM_BATCH),
    unfit: [...missing, ...sortedIds(unfit), ...fit.slice(MAXIMUM_BATCH)].sort(),
    ...(problem !== undefined && { problem }),
  };
}

function sortedIds(nodes: readonly ManagedNode[]): readonly string[] {
  return nodes.map(({ instanceId }) => instanceId).sort();
}

function problemWith(
  component: string,
  count: number,
  missing: readonly string[],
  unfit: readonly ManagedNode[],
): string | undefined {
  if (missing.length > 0)
    return `${missing.join(', ')}: no managed node of ${component} (SSM does not know it)`;
  if (count === 0) return `${component}: its targets select no managed node`;
  if (count > MAXIMUM_BATCH) return `${component}: ${count} targets, ${MAXIMUM_BATCH} at most`;
  if (unfit.length === 0) return undefined;
  const list = unfit.map((node) => `${node.instanceId} (${node.online ? node.platform : 'offline'})`);
  return `${list.join(', ')}: not an online Linux node`;
}
