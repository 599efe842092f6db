import * as z from 'zod/mini';
import { EMPTY_FLEET, type FleetRecord } from '../../core/admission/records.ts';
import { CHANGE_SOURCES } from '../../core/change/change-event.ts';
import { lazily } from '../../core/lazily.ts';
import { COOLDOWN_PREFIX } from './component-item.ts';
import { decodeFamily, decodeItem, epochMs, type Item, stringSet } from './item.ts';
import { override, pause } from './override-item.ts';

const repairQueue = lazily(() =>
  z.object({
    next: z.array(
      z.object({
        component: z.string(),
        priority: z.number(),
        sinceMs: epochMs,
        budget: z.enum(['fleet', 'group']),
      }),
    ),
    length: z.int().check(z.positive()),
    validUntilMs: epochMs,
  }),
);

/** `inFlight` and `unhealthy` are string sets, so that adding and removing a component needs no read. */
const fleetItem = lazily(() =>
  z.object({
    revision: z.int().check(z.positive()),
    pause: z.exactOptional(pause()),
    controlledAtMs: z.exactOptional(epochMs),
    inFlight: z.optional(stringSet()),
    unhealthy: z.optional(stringSet()),
    queue: z.exactOptional(repairQueue()),
    modeOverride: z.exactOptional(override()),
  }),
);

/** Attributes of their own, so that what is over can be removed and the rest stays. */
export const OBSERVED_PREFIX = 'observedUntilMs#';
export const OBSERVED_COOLDOWN_PREFIX = 'observedCooldownUntilMs#';

/** Each is an attribute of its own, so that one can be set without knowing the others. */
export const GROUP_PAUSE_PREFIX = 'groupPause#';
export const WINDOW_OPENING_PREFIX = 'windowOpening#';
export const GROUP_MODE_PREFIX = 'groupMode#';

/** The attribute with the mode that a person set for all components. */
export const FLEET_MODE = 'modeOverride' satisfies keyof FleetRecord;

/** By the operation that has made the isolation. */
export const TIME_LIMIT_PREFIX = 'timeLimit#';

const timeLimit = lazily(() =>
  z.object({
    component: z.string(),
    targets: z.readonly(z.array(z.string())),
    dueAtMs: epochMs,
    limitSeconds: z.int().check(z.positive()),
    afterLimit: z.enum(['remind', 'lift']),
    isolatedBy: z.exactOptional(z.string()),
    isolatedAgainBy: z.exactOptional(z.readonly(z.array(z.string()))),
    reminders: z.exactOptional(z.int().check(z.positive())),
    asks: z.exactOptional(z.int().check(z.positive())),
    look: z.exactOptional(
      z.object({
        atMs: epochMs,
        commandIds: z.exactOptional(z.readonly(z.array(z.string()))),
        putBack: z.exactOptional(z.record(z.string(), z.int().check(z.positive()))),
        changed: z.exactOptional(z.readonly(z.array(z.string()))),
      }),
    ),
  }),
);
export const ROLLING_BACK_PREFIX = 'rollingBack#';

const changeIdentity = lazily(() => z.object({ source: z.enum(CHANGE_SOURCES), changeId: z.string() }));

/** @throws ItemNotDecodable */
export function decodeFleet(item: Item): FleetRecord {
  const { inFlight = [], unhealthy = [], ...facts } = decodeItem(item, fleetItem);
  const untilMs = decodeFamily(item, OBSERVED_PREFIX, epochMs);
  const strategyCooldownUntilMs = decodeFamily(item, OBSERVED_COOLDOWN_PREFIX, epochMs);
  const groupPauses = decodeFamily(item, GROUP_PAUSE_PREFIX, override());
  const windowOpenings = decodeFamily(item, WINDOW_OPENING_PREFIX, override());
  const groupModes = decodeFamily(item, GROUP_MODE_PREFIX, override());
  const timeLimits = decodeFamily(item, TIME_LIMIT_PREFIX, timeLimit());
  const rollingBack = decodeFamily(item, ROLLING_BACK_PREFIX, changeIdentity());
  const isObserved = Object.keys({ ...untilMs, ...strategyCooldownUntilMs }).length > 0;
  return {
    ...facts,
    inFlight,
    unhealthy,
    strategyCooldownUntilMs: decodeFamily(item, COOLDOWN_PREFIX, epochMs),
    ...(Object.keys(groupPauses).length > 0 && { groupPauses }),
    ...(Object.keys(windowOpenings).length > 0 && { windowOpenings }),
    ...(Object.keys(groupModes).length > 0 && { groupModes }),
    ...(Object.keys(timeLimits).length > 0 && { timeLimits }),
    ...(Object.keys(rollingBack).length > 0 && { rollingBack }),
    ...(isObserved && { observed: { untilMs, strategyCooldownUntilMs } }),
  };
}

/** The record of the fleet; an empty one where the table has no item. */
export function fleetFrom(item: Item | undefined): FleetRecord {
  return item ? decodeFleet(item) : EMPTY_FLEET;
}
