import { actionDefinition } from '../../actions/action-table.ts';
import { maximumBatches } from '../../operation/heal-steps.ts';
import { actionsOn } from '../../operation/strategy-actions.ts';
import type { Finding } from '../problem.ts';
import type { IndexedStrategy, ReadableParts } from '../readable-parts.ts';
import type { Component, Settings } from '../schema/schema.ts';
import { componentsOf } from './strategy-checks.ts';

/**
 * Rolling repairs that cannot go through all targets of a component. They still repair the targets that an alert names
 * or a look finds unhealthy, so these are warnings. Selectors other than instance ids are left out: how many nodes they
 * choose is not known here.
 */
export function checkRollingRepairs({ components, strategies, settings }: ReadableParts): readonly Finding[] {
  return [
    ...[...components].flatMap(([name, component]) => unreachableMinimum(name, component)),
    ...strategies.flatMap((indexed) =>
      componentsOf(indexed.strategy, components).flatMap(([name, component]) => [
        ...tooManyBatches(indexed, name, component),
        ...tooSlow(indexed, name, component, settings),
      ]),
    ),
  ];
}

function targetCount({ targets }: Component): number {
  return 'instanceIds' in targets ? new Set(targets.instanceIds).size : 0;
}

function unreachableMinimum(name: string, component: Component): readonly Finding[] {
  const count = targetCount(component);
  const { minHealthyTargets = 0 } = component;
  if (count === 0 || minHealthyTargets < count) return [];
  return [
    {
      severity: 'warning',
      code: 'min-healthy-targets-unreachable',
      path: ['components', name, 'minHealthyTargets'],
      value: minHealthyTargets,
      message: `a target being repaired does not count, so of ${count} targets never more than ${count - 1} others are healthy: only targets found unhealthy are ever repaired`,
      remedy: `Lower it to ${count - 1} or less.`,
    },
  ];
}

function tooManyBatches(
  { index, strategy }: IndexedStrategy,
  name: string,
  component: Component,
): readonly Finding[] {
  const count = targetCount(component);
  const actions = actionsOn(strategy.actions, component);
  const most = maximumBatches({ actions });
  const batches = Math.ceil(count / component.maxConcurrentTargets);
  if (batches <= most) return [];
  return [
    {
      severity: 'warning',
      code: 'too-many-batches',
      path: ['strategies', index, 'actions'],
      at: 'key',
      value: batches,
      message: `repairs the ${count} targets of \`${name}\` in ${batches} batches, and one operation of ${actions.length} actions has ${most} at most: a repair of all targets fails before its first action`,
      remedy: `Raise \`maxConcurrentTargets\` of \`${name}\` to ${Math.ceil(count / most)} or more, or list fewer actions.`,
    },
  ];
}

/** Based on the least time that the actions take; how long a host takes to restart its service is not known here. */
function tooSlow(
  { index, strategy }: IndexedStrategy,
  name: string,
  component: Component,
  settings: Settings | undefined,
): readonly Finding[] {
  if (!settings) return [];
  const batches = Math.ceil(targetCount(component) / component.maxConcurrentTargets);
  const actionSeconds = strategy.actions.map(({ type, params }) => {
    return actionDefinition(type).duration?.(params).leastSeconds ?? 0;
  });
  const batchSeconds = actionSeconds.reduce((sum, seconds) => sum + seconds, strategy.verify.stableSeconds);
  const leastSeconds = batches * batchSeconds;
  if (batches < 2 || leastSeconds < settings.repairTimeoutSeconds) return [];
  return [
    {
      severity: 'warning',
      code: 'rolling-repair-too-slow',
      path: ['strategies', index, 'actions'],
      at: 'key',
      value: batches,
      message: `a repair of all ${targetCount(component)} targets of \`${name}\` takes ${batches} batches of ${batchSeconds} s or more, and \`settings.repairTimeoutSeconds\` ends it after ${settings.repairTimeoutSeconds} s`,
      remedy: `Raise \`settings.repairTimeoutSeconds\` above ${leastSeconds}, raise \`maxConcurrentTargets\` of \`${name}\`, or shorten \`verify.stableSeconds\`.`,
    },
  ];
}
