import type { Component } from '../configuration/schema/schema.ts';
import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { replaces } from './action-effects.ts';
import { minimumHealthy } from './gate.ts';
import { maximumBatches } from './heal-steps.ts';
import { type Candidate, type Layout, layOutBatches, type TargetHealth } from './layout.ts';
import { availability, isFit, type ManagedNode, repairsWithoutAgent } from './target-availability.ts';
import { shortened } from './target-report.ts';

export interface LayoutOf {
  /** The component's name. */
  readonly name: string;
  readonly component: Component;
  readonly strategy: Strategy;
  /** Instance ids that the alert names: these are the only targets then. */
  readonly named: readonly string[];
  /** The nodes that the component's selector resolves to. */
  readonly nodes: readonly ManagedNode[];
}

/** Instance ids to look at before the batches are laid out: where the alert names none, and there is a choice. */
export function targetsToLookAt(of: LayoutOf): readonly string[] {
  const available = availableIn(candidatesOf(of, true));
  const isLookedAt = of.named.length === 0 && available.length > 1 && of.component.service !== undefined;
  return isLookedAt ? available : [];
}

/** The batches of an operation. @param found what the look found, if there was one */
export function planLayout(of: LayoutOf, found: ReadonlyMap<string, TargetHealth>): Layout {
  const { name, component, strategy, nodes } = of;
  const health = withSilent(of, found);
  const candidates = candidatesOf(of);
  const isOwn = ({ instanceId }: Candidate) => allTargets(of).includes(instanceId);
  if (!candidates.some(isOwn)) {
    const detail =
      of.named.length > 0
        ? `${shortened(of.named)}: no managed node that the targets of ${name} select`
        : `${name}: its targets select no managed node`;
    return impossible({ code: 'TargetsUnavailable', detail });
  }
  const available = availableIn(candidates);
  const isChosen = of.named.length > 0 || [...health.values()].includes('unhealthy');
  if (!isChosen && replaces(strategy.actions)) {
    const detail = `${name}: the alert names no target, and none was found unhealthy: none is replaced`;
    return impossible({ code: 'TargetsUnavailable', detail });
  }
  const isUnhealthy = (id: string) => health.get(id) === 'unhealthy';
  // Where all targets may serve, no more at a time than leaves enough others.
  const spare =
    nodes.filter(({ online }) => online).length - minimumHealthy(component, allTargets(of).length);
  const batchSize = available.some(isUnhealthy)
    ? component.maxConcurrentTargets
    : Math.max(1, Math.min(component.maxConcurrentTargets, spare));
  // If none is available, one may be back by the time of its first action, which says what is wrong otherwise. A host that
  // the component's targets do not select is never acted on, whatever the alert names.
  const hoped =
    available.length > 0
      ? candidates
      : candidates.map((candidate) => (isOwn(candidate) ? { instanceId: candidate.instanceId } : candidate));
  const layout = layOutBatches(hoped, health, batchSize);
  const most = maximumBatches(strategy);
  if (layout.batches.length <= most) return layout;
  const count = layout.batches.flat().length;
  return impossible({
    code: 'TooManyTargets',
    detail:
      `${count} targets of ${name} in batches of ${batchSize}: ${layout.batches.length} batches, and one ` +
      `operation of ${strategy.actions.length} actions has ${most} at most; raise maxConcurrentTargets`,
  });
}

function allTargets({ component, nodes }: LayoutOf): readonly string[] {
  const configured = 'instanceIds' in component.targets ? component.targets.instanceIds : [];
  return [...new Set([...configured, ...nodes.map(({ instanceId }) => instanceId)])];
}

function candidatesOf(
  of: LayoutOf,
  byAgent = !repairsWithoutAgent(of.strategy.actions),
): readonly Candidate[] {
  const wanted = of.named.length > 0 ? of.named : allTargets(of);
  return availability(wanted, of.nodes, 'not-managed', byAgent);
}

/** Where the look found nothing wrong, a host that did not answer is what is wrong, if it can be repaired. */
function withSilent(
  of: LayoutOf,
  found: ReadonlyMap<string, TargetHealth>,
): ReadonlyMap<string, TargetHealth> {
  if (of.named.length > 0 || !repairsWithoutAgent(of.strategy.actions)) return found;
  if ([...found.values()].includes('unhealthy')) return found;
  const silent = of.nodes.filter((node) => !isFit(node)).map(({ instanceId }) => instanceId);
  return new Map([...found, ...silent.map((id) => [id, 'unhealthy'] as const)]);
}

function availableIn(candidates: readonly Candidate[]): readonly string[] {
  return candidates.flatMap(({ instanceId, unavailable }) => (unavailable ? [] : [instanceId]));
}

function impossible(problem: NonNullable<Layout['problem']>): Layout {
  return { batches: [[]], skipped: {}, problem };
}
