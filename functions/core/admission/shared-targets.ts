import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { mayShareTarget } from '../configuration/may-share-target.ts';
import { selectsHosts } from '../configuration/target-selector.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

type Components = Pick<CompiledConfiguration, 'components'>;

/**
 * The component in flight whose operation may be acting on the same service of the same host, or on the
 * same resource of AWS. All admissions meet on the
 * fleet's record, so that of two siblings only one can be admitted.
 *
 * A component in flight that is no longer configured, such as one that was renamed, may be anywhere: every component
 * waits until it has ended, but for hosts without a service.
 */
export function busySibling(
  component: string,
  { components }: Components,
  { inFlight }: Pick<FleetRecord, 'inFlight'>,
): string | undefined {
  const located = components[component];
  if (!located || (selectsHosts(located.targets) && located.service === undefined)) return undefined;
  return inFlight.find((name) => {
    const other = components[name];
    return name !== component && (other === undefined || mayShareTarget(located, other));
  });
}

/** `undefined` unless a sibling is in flight. */
export function sharedTargetRefusal(
  component: string,
  configuration: Components,
  fleet: Pick<FleetRecord, 'inFlight'>,
): Refusal | undefined {
  const sibling = busySibling(component, configuration, fleet);
  if (sibling === undefined) return undefined;
  return { reason: 'TARGET_BUSY', detail: `${whichOf(component, sibling, configuration)}, is in flight` };
}

function whichOf(component: string, sibling: string, { components }: Components): string {
  const located = components[component];
  const what = located && selectsHosts(located.targets) ? 'a host' : 'a target';
  if (!components[sibling]) return `${sibling}, which is no longer configured and may share ${what}`;
  return `${sibling}, which may share ${what}${located?.service === undefined ? '' : ` and ${located.service}`}`;
}
