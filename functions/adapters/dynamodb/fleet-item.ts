import * as z from 'zod/mini';
import type { FleetRecord } from '../../core/admission/records.ts';
import { COOLDOWN_PREFIX } from './component-item.ts';
import { decodeFamily, decodeItem, epochMs, type Item, stringSet } from './item.ts';

/** `inFlight` and `unhealthy` are string sets, so that adding and removing a component needs no read. */
const fleetItem = z.object({
  revision: z.int().check(z.positive()),
  pause: z.exactOptional(
    z.object({ reason: z.string(), sinceMs: epochMs, untilMs: z.exactOptional(epochMs) }),
  ),
  controlledAtMs: z.exactOptional(epochMs),
  inFlight: z.optional(stringSet),
  unhealthy: z.optional(stringSet),
});

/** @throws ItemNotDecodable */
export function decodeFleet(item: Item): FleetRecord {
  const { inFlight = [], unhealthy = [], ...facts } = decodeItem(item, fleetItem);
  return {
    ...facts,
    inFlight,
    unhealthy,
    strategyCooldownUntilMs: decodeFamily(item, COOLDOWN_PREFIX, epochMs),
  };
}
