import type { Strategy } from '../configuration/schema/strategy-schema.ts';
import { withMember } from './budgets.ts';
import type { Grant } from './grant.ts';
import type { ComponentRecord, FleetRecord, Limits } from './records.ts';

type Times = Readonly<Record<string, number>>;

/** The limits that decisions in observe mode are made on: observed operations count as if they were carried out. */
export function ifObservedWereReal({ component, fleet }: Limits, nowMs: number): Limits {
  return { component: componentIfReal(component, nowMs), fleet: fleetIfReal(fleet, nowMs) };
}

function componentIfReal(record: ComponentRecord, nowMs: number): ComponentRecord {
  const { observed, fence } = record;
  if (!observed) return record;
  const { operationId, strategyId, untilMs, attemptsMs, cooldownUntilMs } = observed;
  const claim =
    record.claim ?? (untilMs > nowMs && { operationId, strategyId, fence, leaseUntilMs: untilMs });
  return {
    ...record,
    ...(claim && { claim }),
    attemptsMs: Object.fromEntries(
      namesIn(record.attemptsMs, attemptsMs).map((name) => [
        name,
        [...(record.attemptsMs[name] ?? []), ...(attemptsMs[name] ?? [])].sort((a, b) => a - b),
      ]),
    ),
    cooldownUntilMs: latest(record.cooldownUntilMs, cooldownUntilMs),
  };
}

function fleetIfReal(fleet: FleetRecord, nowMs: number): FleetRecord {
  const { observed } = fleet;
  if (!observed) return fleet;
  return {
    ...fleet,
    inFlight: Object.keys(stillTrue(observed.untilMs, nowMs)).reduce(withMember, fleet.inFlight),
    strategyCooldownUntilMs: latest(fleet.strategyCooldownUntilMs, observed.strategyCooldownUntilMs),
  };
}

/**
 * When an observed operation would have ended, had its actions taken no time and had no effect: at the end of its
 * verification. A recovery ends it earlier.
 */
export function observedUntilMs({
  strategy,
  grant,
}: {
  readonly strategy: Strategy;
  readonly grant: Grant;
}): number {
  const { settleSeconds, timeoutSeconds } = strategy.verify;
  return Math.min(grant.startedAtMs + (settleSeconds + timeoutSeconds) * 1_000, grant.deadlineMs);
}

/** Of how many observed operations a recovery is noted, the newest ones: the component's item stays small. */
const MOST_UNRECOVERED = 20;

/** The limits after an operation was observed. What it would hold ends by itself; nothing that is over is kept. */
export function withObserved(
  { component, fleet }: Limits,
  { strategy, grant }: { readonly strategy: Strategy; readonly grant: Grant },
): Limits {
  const { operationId, startedAtMs } = grant;
  const untilMs = observedUntilMs({ strategy, grant });
  const cooldown = { [strategy.id]: untilMs + strategy.cooldownSeconds * 1_000 };
  const ofStrategy = strategy.cooldownScope === 'strategy';
  const { observed: before } = component;
  const since = startedAtMs - strategy.attemptWindowSeconds * 1_000;
  const attempts = (before?.attemptsMs[strategy.id] ?? []).filter((time) => time > since);
  return {
    component: {
      ...component,
      revision: component.revision + 1,
      observed: {
        operationId,
        strategyId: strategy.id,
        untilMs,
        attemptsMs: { ...before?.attemptsMs, [strategy.id]: [...attempts, startedAtMs] },
        cooldownUntilMs: {
          ...stillTrue(before?.cooldownUntilMs ?? {}, startedAtMs),
          ...(!ofStrategy && cooldown),
        },
        unrecovered: [...(before?.unrecovered ?? []), operationId].slice(-MOST_UNRECOVERED),
      },
    },
    fleet: {
      ...fleet,
      revision: fleet.revision + 1,
      unhealthy: withMember(fleet.unhealthy, component.component),
      observed: {
        untilMs: {
          ...stillTrue(fleet.observed?.untilMs ?? {}, startedAtMs),
          [component.component]: untilMs,
        },
        strategyCooldownUntilMs: {
          ...stillTrue(fleet.observed?.strategyCooldownUntilMs ?? {}, startedAtMs),
          ...(ofStrategy && cooldown),
        },
      },
    },
  };
}

/** Whether something was held back that waits for the component's recovery. */
export function isHeldBack({ observed, proposal }: ComponentRecord): boolean {
  return proposal !== undefined || (observed !== undefined && observed.unrecovered.length > 0);
}

/** A signal is delivered again for this long at most. */
const DELIVERED_WITHIN_MS = 86_400_000;

/**
 * Whether this operation may have been held back, by what the limits still know. Of what has ended, that is a denial, or a
 * mode that a person had set within a day.
 *
 * @param group of the component
 */
export function mayBeHeldBackAs(
  operationId: string,
  { component, fleet }: Limits,
  group: string | undefined,
  nowMs: number,
): boolean {
  const { observed, proposal, deniedUntilMs, modeOverride } = component;
  const ofGroup = group === undefined ? undefined : fleet.groupModes?.[group];
  const endsMs = [modeOverride, ofGroup, fleet.modeOverride].map((override) =>
    Math.max(override?.givenAtMs ?? 0, override?.setting?.untilMs ?? 0),
  );
  return (
    proposal?.proposalId === operationId ||
    observed?.unrecovered.includes(operationId) === true ||
    deniedUntilMs !== undefined ||
    Math.max(...endsMs) > nowMs - DELIVERED_WITHIN_MS
  );
}

function stillTrue(times: Times, nowMs: number): Times {
  return Object.fromEntries(Object.entries(times).filter(([, time]) => time > nowMs));
}

function latest(one: Times, other: Times): Times {
  return Object.fromEntries(
    namesIn(one, other).map((name) => [name, Math.max(one[name] ?? 0, other[name] ?? 0)]),
  );
}

function namesIn(...records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
