import { mayShareTarget } from '../may-share-target.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';
import { resourceId, selectsHosts } from '../target-selector.ts';

/**
 * Components that name one host and one service, or one resource of AWS: each would undo what is done to the other.
 * Selectors by tags are left out, since which nodes carry them is not known here, and so are components that are never
 * healed.
 */
export function checkSharedTargets({ components }: ReadableParts): readonly Finding[] {
  const earlier: (readonly [string, Component])[] = [];
  return [...components].flatMap(([name, component]): readonly Finding[] => {
    if (component.excluded) return [];
    const twin = earlier.find(([, other]) => sharedNames(component, other).length > 0);
    earlier.push([name, component]);
    return twin ? [warning(name, component, twin)] : [];
  });
}

function warning(
  name: string,
  component: Component,
  [twinName, twin]: readonly [string, Component],
): Finding {
  const shared = sharedNames(component, twin);
  const { targets, service } = component;
  const isHost = selectsHosts(targets);
  return {
    severity: 'warning',
    code: isHost ? 'shared-host-and-service' : 'shared-resource',
    path: ['components', name, 'targets', ...Object.keys(targets)],
    value: isHost ? shared : shared[0],
    message: isHost
      ? `component \`${twinName}\` also has \`${service}\` on ${shared.join(', ')}, so only one of the two is repaired at a time`
      : `component \`${twinName}\` also has \`${shared[0]}\`, so only one of the two is repaired at a time`,
    remedy: `Make them one component, or correct the ${isHost ? 'host or the service' : 'target'} of one.`,
  };
}

function sharedNames(one: Component, other: Component): readonly string[] {
  return mayShareTarget(one, other) ? namesOf(one).filter((name) => namesOf(other).includes(name)) : [];
}

function namesOf({ targets }: Component): readonly string[] {
  if (!selectsHosts(targets)) return [resourceId(targets)];
  return 'instanceIds' in targets ? targets.instanceIds : [];
}
