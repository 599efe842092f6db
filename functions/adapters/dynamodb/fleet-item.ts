import * as z from 'zod';
import type { FleetRecord, GroupRecord } from '../../core/admission/records.ts';
import { COOLDOWN_PREFIX } from './component-item.ts';
import { decodeFamily, decodeItem, epochMs, type Item, stringSet } from './item.ts';

/** Members are string sets, one attribute for each group, so that adding and removing one needs no read. */
const IN_FLIGHT_PREFIX = 'inFlight#';
const UNHEALTHY_PREFIX = 'unhealthy#';

export const groupInFlight = (group: string): string => `${IN_FLIGHT_PREFIX}${group}`;
export const groupUnhealthy = (group: string): string => `${UNHEALTHY_PREFIX}${group}`;

const fleetItem = z.object({
  revision: z.int().positive(),
  pause: z.object({ reason: z.string(), sinceMs: epochMs }).exactOptional(),
  controlledAtMs: epochMs.exactOptional(),
  inFlight: stringSet.optional(),
});

/**
 * Groups without members in flight or unwell are left out; members are sorted.
 *
 * @throws ItemNotDecodable
 */
export function decodeFleet(item: Item): FleetRecord {
  const { revision, pause, controlledAtMs, inFlight } = decodeItem(item, fleetItem);
  const groupsInFlight = decodeFamily(item, IN_FLIGHT_PREFIX, stringSet);
  const groupsUnhealthy = decodeFamily(item, UNHEALTHY_PREFIX, stringSet);
  const names = [...new Set([...Object.keys(groupsInFlight), ...Object.keys(groupsUnhealthy)])].sort();
  const groups = names.map((name): [string, GroupRecord] => [
    name,
    { inFlight: groupsInFlight[name] ?? [], unhealthy: groupsUnhealthy[name] ?? [] },
  ]);
  return {
    revision,
    ...(pause && { pause }),
    ...(controlledAtMs !== undefined && { controlledAtMs }),
    inFlight: inFlight ?? [],
    groups: Object.fromEntries(groups),
    strategyCooldownUntilMs: decodeFamily(item, COOLDOWN_PREFIX, epochMs),
  };
}
