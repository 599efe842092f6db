import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { contestedResource } from '../configuration/contested-resource.ts';
import { mayShareTarget } from '../configuration/may-share-target.ts';
import type { Component } from '../configuration/schema/schema.ts';
import { selectsHosts } from '../configuration/target-selector.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

type Configuration = Pick<CompiledConfiguration, 'components' | 'strategies'>;

/**
 * The component in flight whose operation may be acting on the same service of the same host, on the same resource of
 * AWS, or on something of which both are part. All admissions meet on the fleet's record, so that of two siblings only one
 * can be admitted.
 */
export function busySibling(
  component: string,
  configuration: Configuration,
  { inFlight }: Pick<FleetRecord, 'inFlight'>,
): string | undefined {
  return inFlight.find((name) => whatIsShared(component, name, configuration) !== undefined);
}

/** `undefined` unless a sibling is in flight. */
export function sharedTargetRefusal(
  component: string,
  configuration: Configuration,
  fleet: Pick<FleetRecord, 'inFlight'>,
): Refusal | undefined {
  const sibling = busySibling(component, configuration, fleet);
  if (sibling === undefined) return undefined;
  const shared = whatIsShared(component, sibling, configuration);
  return { reason: 'TARGET_BUSY', detail: `${sibling}, which ${shared}, is in flight` };
}

/**
 * A component in flight that is no longer configured, such as one that was renamed, may be anywhere: every component waits
 * until it has ended, but for hosts without a service.
 */
function whatIsShared(component: string, sibling: string, configuration: Configuration): string | undefined {
  const { [component]: located, [sibling]: other } = configuration.components;
  if (!located || sibling === component) return undefined;
  if (other === undefined)
    return selectsHosts(located.targets) && located.service === undefined
      ? undefined
      : `is no longer configured and may share ${targetOf(located)}`;
  if (mayShareTarget(located, other))
    return `may share ${targetOf(located)}${located.service === undefined ? '' : ` and ${located.service}`}`;
  const contested = contestedResource(component, sibling, configuration);
  return contested && `shares ${contested}`;
}

const targetOf = ({ targets }: Component) => (selectsHosts(targets) ? 'a host' : 'a target');
