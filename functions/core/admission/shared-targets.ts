import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { mayShareTarget } from '../configuration/may-share-target.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

type Components = Pick<CompiledConfiguration, 'components'>;

/**
 * The component in flight whose operation may be acting on the same service of the same host. All admissions meet on the
 * fleet's record, so that of two siblings only one can be admitted.
 *
 * A component in flight that is no longer configured, such as one that was renamed, may be anywhere: every component
 * with a service waits until it has ended.
 */
export function busySibling(
  component: string,
  { components }: Components,
  { inFlight }: Pick<FleetRecord, 'inFlight'>,
): string | undefined {
  const located = components[component];
  if (located?.service === undefined) return undefined;
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
  const service = configuration.components[component]?.service;
  const which = configuration.components[sibling]
    ? `${sibling}, which may share a host and ${service}`
    : `${sibling}, which is no longer configured and may share a host`;
  return { reason: 'TARGET_BUSY', detail: `${which}, is in flight` };
}
