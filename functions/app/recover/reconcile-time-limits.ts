import type { FleetRecord } from '../../core/admission/records.ts';
import { formatDuration } from '../../core/configuration/duration.ts';
import { isolationsIn } from '../../core/operation/isolations.ts';
import { isolatedBy } from '../../core/operation/kept-limits.ts';
import { MAXIMUM_BATCH } from '../../core/operation/layout.ts';
import { LIFT_STRATEGY, LIMIT_METRIC, type TimeLimit } from '../../core/operation/time-limit.ts';
import type { EventPublisher, Notifier } from '../../ports/announcers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ec2Instances } from '../../ports/ec2-instances.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { Round } from './round.ts';

export interface ReconcileTimeLimitsDeps {
  readonly store: Pick<OperationStore, 'getOperation' | 'getPlan' | 'listSteps' | 'setTimeLimit'>;
  readonly instances: Pick<Ec2Instances, 'interfaces'>;
  readonly events: Pick<EventPublisher, 'signal'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/** How long after a lift was asked for it is asked for again: it was refused, or has failed. */
const ASK_AGAIN_MS = 300_000;

/**
 * Isolations that have reached their time limit: people are reminded, once for each time that is due, or triage is asked
 * to lift it. A lift is an operation like any other: what holds repairs back holds it back, and it is asked for again. An
 * isolation by security groups that someone else has lifted is only reported.
 */
export async function reconcileTimeLimits(
  deps: ReconcileTimeLimitsDeps,
  { timeLimits = {}, inFlight }: FleetRecord,
  attempt: Round['attempt'],
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  for (const [id, limit] of Object.entries(timeLimits)) {
    if (limit.dueAtMs > nowMs || inFlight.includes(limit.component)) continue;
    await attempt(`time limit of ${id}`, async () => await reachLimit(deps, id, limit));
  }
}

async function reachLimit(
  deps: ReconcileTimeLimitsDeps,
  id: string,
  limit: TimeLimit,
): Promise<readonly string[]> {
  const operationId = isolatedBy(id, limit);
  const { component, targets, limitSeconds, dueAtMs, afterLimit } = limit;
  const nowMs = deps.clock.nowMs();
  const hosts = targets.join(', ');
  if (await isLiftedByOthers(deps, operationId, targets)) {
    await notify(deps, operationId, limit, `Something else has lifted the isolation of ${hosts}.`);
    await deps.store.setTimeLimit(id, undefined, dueAtMs);
    return [`the isolation of ${hosts} by ${operationId} was lifted by something else`];
  }
  if (afterLimit === 'remind') {
    const since = `Operation ${operationId} has isolated ${hosts}, and nothing on record has lifted that`;
    const hint = `\`selfheal show ${operationId}\` says how it was made. The next reminder is in ${formatDuration(limitSeconds)}.`;
    await notify(deps, operationId, limit, `${since}. ${hint}`);
    // Better twice than not at all: it is moved once people have been notified.
    await deps.store.setTimeLimit(id, { ...limit, dueAtMs: nowMs + limitSeconds * 1_000 }, dueAtMs);
    return [`reminded of the isolation of ${hosts} by ${operationId}`];
  }
  await deps.events.signal({
    component,
    metric: LIMIT_METRIC,
    severity: 'WARNING',
    origin: 'reconciler',
    signalId: `${LIMIT_METRIC}:${id}:${dueAtMs}`,
    strategy: LIFT_STRATEGY,
    lifts: operationId,
    reason: `the isolation of ${hosts} by ${operationId} has reached its limit of ${formatDuration(limitSeconds)}`,
    targets: targets.slice(0, MAXIMUM_BATCH),
  });
  await deps.store.setTimeLimit(id, { ...limit, dueAtMs: nowMs + ASK_AGAIN_MS }, dueAtMs);
  return [`asked to lift the isolation of ${hosts} by ${operationId}`];
}

async function notify(
  { notifier }: ReconcileTimeLimitsDeps,
  operationId: string,
  { component, targets, dueAtMs }: TimeLimit,
  message: string,
): Promise<void> {
  await notifier.notify({
    topic: 'architect',
    subject: `Selfheal: ${component} is isolated: time limit of ${operationId}`,
    body: {
      kind: 'isolation-limit',
      component,
      operationId,
      hosts: targets,
      dueAt: new Date(dueAtMs).toISOString(),
      message,
    },
  });
}

/** Whether no interface has the isolation group any more. Of an isolation by agents, only the hosts know. */
async function isLiftedByOthers(
  { store, instances }: ReconcileTimeLimitsDeps,
  operationId: string,
  targets: readonly string[],
): Promise<boolean> {
  const operation = await store.getOperation(operationId);
  const plan = operation && (await store.getPlan(operation.planId));
  if (!plan) return false;
  const steps = await store.listSteps(operationId);
  if (isolationsIn(plan.strategy, operation, steps).some(({ byGroups }) => !byGroups)) return false;
  const groups: Readonly<Record<string, string>> = Object.assign(
    {},
    ...steps.map(({ change }): unknown => JSON.parse(change?.intended ?? '{}')),
  );
  if (Object.keys(groups).length === 0) return false;
  const found = await instances.interfaces(targets);
  return !found.some(({ id, groups: present }) => groups[id] === present.join());
}
