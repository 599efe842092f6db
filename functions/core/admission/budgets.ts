import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { EMPTY_GROUP, type FleetRecord } from './records.ts';
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

/** `undefined` if the component is in no group, or its group's budgets have room. */
export function groupRefusal(
  component: string,
  configuration: CompiledConfiguration,
  fleet: FleetRecord,
): Refusal | undefined {
  const name = configuration.components[component]?.group;
  const group = name === undefined ? undefined : configuration.groups[name];
  if (name === undefined || group === undefined) return undefined;

  const { inFlight, unhealthy } = fleet.groups[name] ?? EMPTY_GROUP;
  if (inFlight.length >= group.maxInFlight) {
    return {
      reason: 'GROUP_BUSY',
      detail: `group ${name}: ${inFlight.length} of ${group.maxInFlight} in flight`,
    };
  }
  const members = new Set(group.members);
  const unwell = new Set([...inFlight, ...unhealthy, component]);
  const healthy = [...members].filter((member) => !unwell.has(member)).length;
  if (members.size > 1 && healthy < group.minHealthy) {
    const detail = `group ${name}: ${healthy} of ${members.size} healthy, ${group.minHealthy} must be`;
    return { reason: 'GROUP_UNHEALTHY', detail };
  }
  return undefined;
}

/** The fleet with one more operation in flight, which counts as unwell in its group. */
export function withInFlight(fleet: FleetRecord, component: string, group: string | undefined): FleetRecord {
  const inFlight = withMember(fleet.inFlight, component);
  if (group === undefined) return { ...fleet, inFlight };
  const before = fleet.groups[group] ?? EMPTY_GROUP;
  const after = {
    inFlight: withMember(before.inFlight, component),
    unhealthy: withMember(before.unhealthy, component),
  };
  return { ...fleet, inFlight, groups: { ...fleet.groups, [group]: after } };
}

/** A set of names as a sorted list. */
export function withMember(members: readonly string[], member: string): readonly string[] {
  return [...new Set([...members, member])].sort();
}
