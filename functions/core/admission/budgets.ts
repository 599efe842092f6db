import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

/** `undefined` if the fleet's budget has room for one more operation. */
export function fleetRefusal(configuration: CompiledConfiguration, fleet: FleetRecord): Refusal | undefined {
  const { maxConcurrentRepairs } = configuration.settings;
  if (fleet.inFlight.length < maxConcurrentRepairs) return undefined;
  return {
    reason: 'FLEET_BUSY',
    detail: `${fleet.inFlight.length} of ${maxConcurrentRepairs} operations in flight`,
  };
}

/**
 * `undefined` if the component is in no group, or its group's budgets have room. What lifts an isolation takes nothing
 * down: the isolation itself must not keep it back by leaving too few healthy.
 */
export function groupRefusal(
  { component, lifts }: Pick<HealthAlert, 'component' | 'lifts'>,
  configuration: CompiledConfiguration,
  fleet: FleetRecord,
): Refusal | undefined {
  const name = configuration.components[component]?.group;
  const group = name === undefined ? undefined : configuration.groups[name];
  if (name === undefined || group === undefined) return undefined;

  const { members, maxInFlight, minHealthy } = group;
  const busy = members.filter((member) => fleet.inFlight.includes(member)).length;
  if (busy >= maxInFlight) {
    return { reason: 'GROUP_BUSY', detail: `group ${name}: ${busy} of ${maxInFlight} in flight` };
  }
  const unhealthy = new Set([...fleet.inFlight, ...fleet.unhealthy, component]);
  const healthy = members.filter((member) => !unhealthy.has(member)).length;
  if (lifts === undefined && members.length > 1 && healthy < minHealthy) {
    const detail = `group ${name}: ${healthy} of ${members.length} healthy, ${minHealthy} required`;
    return { reason: 'GROUP_UNHEALTHY', detail };
  }
  return undefined;
}

/** The fleet with one more operation in flight, whose component is unhealthy until it is known to have recovered. */
export function withInFlight(fleet: FleetRecord, component: string): FleetRecord {
  return {
    ...fleet,
    inFlight: withMember(fleet.inFlight, component),
    unhealthy: withMember(fleet.unhealthy, component),
  };
}

/** A set of names as a sorted list. */
export function withMember(members: readonly string[], member: string): readonly string[] {
  return [...new Set([...members, member])].sort();
}

export function withoutMember(members: readonly string[], member: string): readonly string[] {
  return members.filter((each) => each !== member);
}
