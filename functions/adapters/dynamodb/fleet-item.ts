import * as z from 'zod/mini';
import type { FleetRecord } from '../../core/admission/records.ts';
import { lazily } from '../../core/lazily.ts';
import { COOLDOWN_PREFIX } from './component-item.ts';
import { decodeFamily, decodeItem, epochMs, type Item, stringSet } from './item.ts';

/** `inFlight` and `unhealthy` are string sets, so that adding and removing a component needs no read. */
const fleetItem = lazily(() =>
  z.object({
    revision: z.int().check(z.positive()),
    pause: z.exactOptional(
      z.object({ reason: z.string(), sinceMs: epochMs, untilMs: z.exactOptional(epochMs) }),
    ),
    controlledAtMs: z.exactOptional(epochMs),
    inFlight: z.optional(stringSet()),
    unhealthy: z.optional(stringSet()),
  }),
);

/** Attributes of their own, so that what is over can be removed and the rest stays. */
export const OBSERVED_PREFIX = 'observedUntilMs#';
export const OBSERVED_COOLDOWN_PREFIX = 'observedCooldownUntilMs#';

/** @throws ItemNotDecodable */
export function decodeFleet(item: Item): FleetRecord {
  const { inFlight = [], unhealthy = [], ...facts } = decodeItem(item, fleetItem);
  const untilMs = decodeFamily(item, OBSERVED_PREFIX, epochMs);
  const strategyCooldownUntilMs = decodeFamily(item, OBSERVED_COOLDOWN_PREFIX, epochMs);
  const isObserved = Object.keys({ ...untilMs, ...strategyCooldownUntilMs }).length > 0;
  return {
    ...facts,
    inFlight,
    unhealthy,
    strategyCooldownUntilMs: decodeFamily(item, COOLDOWN_PREFIX, epochMs),
    ...(isObserved && { observed: { untilMs, strategyCooldownUntilMs } }),
  };
}
