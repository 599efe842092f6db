import { mayShareTarget } from '../may-share-target.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Component } from '../schema/schema.ts';

/**
 * Components that name one host and one service: each would restart the other's. Selectors by tags are left out, since
 * which nodes carry them is not known here, and so are components that are never healed.
 */
export function checkSharedTargets({ components }: ReadableParts): readonly Finding[] {
  const earlier: (readonly [string, Component])[] = [];
  return [...components].flatMap(([name, component]): readonly Finding[] => {
    if (component.excluded) return [];
    const ids = idsOf(component);
    const twin = earlier.find(
      ([, other]) => idsOf(other).length > 0 && ids.length > 0 && mayShareTarget(component, other),
    );
    earlier.push([name, component]);
    if (!twin) return [];
    const [twinName, twinComponent] = twin;
    const shared = ids.filter((id) => idsOf(twinComponent).includes(id));
    return [
      {
        severity: 'warning',
        code: 'shared-host-and-service',
        path: ['components', name, 'targets', 'instanceIds'],
        value: shared,
        message: `component \`${twinName}\` also has \`${component.service}\` on ${shared.join(', ')}, so only one of the two is repaired at a time`,
        remedy: 'Make them one component, or correct the host or the service of one.',
      },
    ];
  });
}

function idsOf({ targets }: Component): readonly string[] {
  return 'instanceIds' in targets ? targets.instanceIds : [];
}
