import type { FleetRecord } from '../../core/admission/records.ts';
import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import { formatDuration } from '../../core/configuration/duration.ts';
import type { Isolation } from '../../core/operation/isolations.ts';
import { isolatedBy } from '../../core/operation/kept-limits.ts';
import { MAXIMUM_BATCH } from '../../core/operation/layout.ts';
import { liftProblem } from '../../core/operation/lift-problem.ts';
import { heldBack, othersThatIsolated } from '../../core/operation/stacked-limits.ts';
import {
  LIFT_STRATEGY,
  LIMIT_METRIC,
  REMINDERS,
  reminderSeconds,
  type TimeLimit,
} from '../../core/operation/time-limit.ts';
import type { EventPublisher } from '../../ports/announcers.ts';
import { endForOthers, notifyOfLimit } from './end-limit.ts';
import { type IsolatedHosts, isolatedHosts } from './isolated-hosts.ts';
import { type LookAtIsolationDeps, lookAtIsolation } from './look-at-isolation.ts';
import type { Round } from './round.ts';

export interface ReconcileTimeLimitsDeps extends LookAtIsolationDeps {
  readonly configuration: Pick<CompiledConfiguration, 'components' | 'strategies'>;
  readonly events: Pick<EventPublisher, 'signal'>;
}

/** How long after a lift was asked for it is asked for again: it was refused, or has failed. */
const ASK_AGAIN_MS = 300_000;
/** After how many vain asks people are notified, once: an hour after the limit. */
const VAIN_ASKS = 12;

/**
 * Isolations that stand. At their time limit, people are reminded, or triage is asked to lift it. A lift is an operation
 * like any other: what holds repairs back holds it back, and it is asked for again. What cannot be lifted, people are
 * reminded of instead. Of two isolations of a host, the later is lifted first. Hosts that are gone, and isolations by security
 * groups that someone else has lifted, are only reported. Until the limit, the hosts are looked at.
 */
export async function reconcileTimeLimits(
  deps: ReconcileTimeLimitsDeps,
  { timeLimits = {}, inFlight }: FleetRecord,
  round: Pick<Round, 'attempt' | 'denials'>,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  for (const [id, limit] of Object.entries(timeLimits)) {
    if (inFlight.includes(limit.component)) continue;
    const others = othersThatIsolated(timeLimits, id, limit);
    if (limit.dueAtMs > nowMs) {
      await round.attempt(`look at what ${id} has isolated`, () =>
        lookAtIsolation(deps, id, limit, others, round),
      );
      continue;
    }
    await round.attempt(`time limit of ${id}`, async () => {
      const hosts = await isolatedHosts(deps, isolatedBy(id, limit), limit.targets, others);
      if (hosts.denial) round.denials.push(hosts.denial);
      return await reachLimit(deps, id, limit, hosts, heldBack(timeLimits, id, limit));
    });
  }
}

async function reachLimit(
  deps: ReconcileTimeLimitsDeps,
  id: string,
  limit: TimeLimit,
  { gone, letIn, liftable, isolations }: IsolatedHosts,
  held: readonly string[],
): Promise<readonly string[]> {
  const isOver = (target: string) => gone.includes(target) || letIn.includes(target);
  const left = { ...limit, targets: limit.targets.filter((target) => !isOver(target)) };
  const ended = await endForOthers(deps, id, left, { gone, letIn });
  if (left.targets.length === 0) return ended;
  const lifted = left.targets.filter((target) => liftable.includes(target));
  const problem = problemOf(deps, id, left, { isolations, liftable: lifted });
  const isLift = limit.afterLimit === 'lift' && problem === undefined;
  const how = limit.afterLimit === 'lift' ? problem : undefined;
  if (!isLift) return [...ended, await remind(deps, id, left, isolations, how)];
  const free = lifted.filter((target) => !held.includes(target));
  return free.length === 0 ? ended : [...ended, await askToLift(deps, id, left, free)];
}

/** Why no lift would let any of the hosts back in. */
function problemOf(
  { configuration }: ReconcileTimeLimitsDeps,
  id: string,
  limit: TimeLimit,
  { isolations, liftable }: Pick<IsolatedHosts, 'isolations' | 'liftable'>,
): string | undefined {
  const operationId = isolatedBy(id, limit);
  if (isolations.length === 0) return `the records of ${operationId} are no longer kept`;
  const hosts = limit.targets.join(', ');
  return (
    liftProblem(configuration, limit, isolations) ??
    (liftable.length > 0
      ? undefined
      : `${hosts}: isolated already before ${operationId}, which changed nothing`)
  );
}

/**
 * @param isolations how the hosts were isolated, if that is still on record
 * @param problem why it is not lifted, though it should be
 */
async function remind(
  deps: ReconcileTimeLimitsDeps,
  id: string,
  limit: TimeLimit,
  isolations: readonly Isolation[],
  problem: string | undefined,
): Promise<string> {
  const { targets, dueAtMs, reminders = 0 } = limit;
  const operationId = isolatedBy(id, limit);
  const hosts = targets.join(', ');
  const isLast = reminders + 1 >= REMINDERS;
  const seconds = reminderSeconds(limit);
  const sentences = [
    `Operation ${operationId} ${isInDoubt(limit, isolations) ? 'may have' : 'has'} isolated ${hosts}, and nothing on record has lifted that`,
    ...(problem === undefined ? [] : [`It cannot be lifted at its limit: ${problem}`]),
    `\`selfheal show ${operationId}\` says how it was made`,
    isLast
      ? `This is the last of ${REMINDERS} reminders: from now on, nobody is reminded`
      : `The next reminder is in ${formatDuration(seconds)}`,
  ];
  await notifyOfLimit(deps, id, limit, `${sentences.join('. ')}.`);
  // Better twice than not at all: it is moved once people have been notified.
  const next = { ...limit, dueAtMs: deps.clock.nowMs() + seconds * 1_000, reminders: reminders + 1 };
  await deps.store.setTimeLimit(id, isLast ? undefined : next, dueAtMs);
  return `reminded of the isolation of ${hosts} by ${operationId}`;
}

/** Whether it is not known of some of the hosts that they were isolated. */
function isInDoubt({ targets }: TimeLimit, isolations: readonly Isolation[]): boolean {
  const made = isolations.filter(({ record }) => record.outcome === 'SUCCEEDED');
  const isKnown = (id: string) => made.some(({ record }) => record.targets.includes(id));
  return isolations.length > 0 && !targets.every(isKnown);
}

/** @param targets those of the hosts that can be let back in */
async function askToLift(
  deps: ReconcileTimeLimitsDeps,
  id: string,
  limit: TimeLimit,
  targets: readonly string[],
): Promise<string> {
  const { component, limitSeconds, dueAtMs, asks = 0 } = limit;
  const operationId = isolatedBy(id, limit);
  const hosts = targets.join(', ');
  const nowMs = deps.clock.nowMs();
  await deps.events.signal({
    component,
    metric: LIMIT_METRIC,
    severity: 'WARNING',
    origin: 'reconciler',
    // Where the next ask could not be noted, this one may already have been carried out: each has a name of its own.
    signalId: `${LIMIT_METRIC}:${id}:${nowMs}`,
    strategy: LIFT_STRATEGY,
    lifts: operationId,
    reason: `the isolation of ${hosts} by ${operationId} has reached its limit of ${formatDuration(limitSeconds)}`,
    targets: targets.slice(0, MAXIMUM_BATCH),
  });
  if (asks === VAIN_ASKS) {
    const why = `\`selfheal why ${component}\` says what holds it back. It is asked for again until it succeeds.`;
    await notifyOfLimit(
      deps,
      id,
      limit,
      `The isolation of ${hosts} by ${operationId} is not lifted yet. ${why}`,
    );
  }
  const next = { ...limit, dueAtMs: nowMs + ASK_AGAIN_MS, asks: asks + 1 };
  await deps.store.setTimeLimit(id, next, dueAtMs);
  return `asked to lift the isolation of ${hosts} by ${operationId}`;
}
