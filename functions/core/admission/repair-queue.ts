import type { CompiledConfiguration } from '../configuration/compiled.ts';
import { priorityOfCause, severityScore } from '../correlation/priority.ts';
import { shortReason } from '../signal/event-values.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { FleetRecord, QueuedRepair, RepairQueue } from './records.ts';
import type { Refusal, RefusalReason } from './refusal.ts';

/**
 * What a repair of priority 1 is ahead of one of priority 0. After this long, the least urgent comes before anything that
 * has only begun to wait: nobody starves.
 */
const HEAD_START_MS = 30 * 60_000;
/** The fleet's record stays small. */
const KEPT_AT_MOST = 20;
/** Two rounds of the reconciler: one may fail. */
const VALID_MS = 130_000;
const NAMED_AT_MOST = 3;

type Waiting = Pick<QueuedRepair, 'component' | 'priority' | 'sinceMs'>;

/** When a repair that is not urgent would have had to begin to wait, to have its turn at the same time. */
function countsSinceMs({ priority, sinceMs }: Omit<Waiting, 'component'>): number {
  return sinceMs - priority * HEAD_START_MS;
}

/** The most urgent first, but no one behind those that came half an hour later. The order never depends on the time. */
export function byTurn(one: Waiting, other: Waiting): number {
  return (
    countsSinceMs(one) - countsSinceMs(other) ||
    other.priority - one.priority ||
    (one.component < other.component ? -1 : 1)
  );
}

const BUDGETS: Partial<Record<RefusalReason, QueuedRepair['budget']>> = {
  FLEET_BUSY: 'fleet',
  GROUP_BUSY: 'group',
};

/** The budget for which one of the refusals waits; `undefined` if none does. */
export function budgetAwaited(reasons: readonly RefusalReason[]): QueuedRepair['budget'] | undefined {
  return reasons.flatMap((reason) => BUDGETS[reason] ?? []).at(0);
}

/** The queue to be kept; `undefined` if nobody waits. */
export function queueOf(waiting: readonly QueuedRepair[], nowMs: number): RepairQueue | undefined {
  if (waiting.length === 0) return undefined;
  const next = waiting.toSorted(byTurn).slice(0, KEPT_AT_MOST);
  return { next, length: waiting.length, validUntilMs: nowMs + VALID_MS };
}

function inForce({ queue }: Pick<FleetRecord, 'queue'>, nowMs: number): RepairQueue | undefined {
  return queue && queue.validUntilMs > nowMs ? queue : undefined;
}

/** The repairs for which room in a budget is kept, ahead of a newcomer. */
function aheadOf(
  newcomer: Waiting,
  budget: QueuedRepair['budget'],
  fleet: Pick<FleetRecord, 'queue' | 'inFlight'>,
  nowMs: number,
): readonly QueuedRepair[] {
  const { next = [] } = inForce(fleet, nowMs) ?? {};
  const own = next.find(({ component }) => component === newcomer.component);
  return next.filter(
    (queued) =>
      queued.budget === budget &&
      queued.component !== newcomer.component &&
      !fleet.inFlight.includes(queued.component) &&
      byTurn(queued, own && byTurn(own, newcomer) < 0 ? own : newcomer) < 0,
  );
}

/** A refusal for a budget, with the component's place in the queue for it, where that is known. */
export function withPlace(
  refusal: Refusal,
  component: string,
  fleet: Pick<FleetRecord, 'queue'>,
  nowMs: number,
): Refusal {
  const queue = inForce(fleet, nowMs);
  const index = queue?.next.findIndex((queued) => queued.component === component) ?? -1;
  const own = queue?.next[index];
  if (!queue || !own || BUDGETS[refusal.reason] === undefined) return refusal;
  const since = new Date(own.sinceMs).toISOString();
  const place = `${index + 1} of ${queue.length} in the queue, priority ${own.priority.toFixed(2)}, since ${since}`;
  return { ...refusal, detail: shortReason(`${refusal.detail}; ${place}`) };
}

/**
 * Whether the room that is left in a budget is kept for repairs that come before this one. An alarm alone waits: while it
 * is red, the reconciler hands it back in its turn. Nobody would raise another alert again.
 */
export function queueRefusal(
  alert: Pick<HealthAlert, 'component' | 'origin' | 'metric' | 'severity' | 'occurredAtMs' | 'causes'>,
  { components, groups, settings }: Pick<CompiledConfiguration, 'components' | 'groups' | 'settings'>,
  fleet: Pick<FleetRecord, 'queue' | 'inFlight'>,
  nowMs: number,
): Refusal | undefined {
  if (alert.origin !== 'alarm' || !fleet.queue) return undefined;
  const { component, occurredAtMs, causes: [likeliest] = [] } = alert;
  const priority = priorityOfCause(severityScore([alert]), 1, likeliest?.confidence ?? 0);
  const ahead = (budget: QueuedRepair['budget']) =>
    aheadOf({ component, priority, sinceMs: occurredAtMs }, budget, fleet, nowMs);

  const roomInFleet = settings.maxConcurrentRepairs - fleet.inFlight.length;
  const before = ahead('fleet');
  if (before.length >= roomInFleet) return keptFor('FLEET_BUSY', before, priority);

  const name = components[component]?.group;
  const group = name === undefined ? undefined : groups[name];
  if (!group) return undefined;
  const roomInGroup =
    group.maxInFlight - group.members.filter((each) => fleet.inFlight.includes(each)).length;
  const members = ahead('group').filter((queued) => components[queued.component]?.group === name);
  return members.length >= roomInGroup ? keptFor('GROUP_BUSY', members, priority) : undefined;
}

function keptFor(
  reason: 'FLEET_BUSY' | 'GROUP_BUSY',
  ahead: readonly QueuedRepair[],
  priority: number,
): Refusal {
  const names = ahead
    .slice(0, NAMED_AT_MOST)
    .map((each) => `${each.component} (${each.priority.toFixed(2)})`);
  const more = ahead.length > NAMED_AT_MOST ? ` and ${ahead.length - NAMED_AT_MOST} more` : '';
  return {
    reason,
    detail: shortReason(
      `its priority is ${priority.toFixed(2)}, and what room there is goes to ${names.join(', ')}${more} first`,
    ),
  };
}
