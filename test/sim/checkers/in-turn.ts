import type { QueuedRepair } from '../../../functions/core/admission/records.ts';
import type { Of } from '../trace/trace.ts';
import type { Evidence } from './evidence.ts';
import { inForce, SKEW_MS } from './in-force.ts';

/** What a repair of priority 1 is ahead of one of priority 0. */
const HEAD_START_MS = 30 * 60_000;
/** Of an alert whose cause is not known. */
const UNKNOWN_CAUSE = 0.5;

/**
 * 22. Nobody starves: room in the fleet's budget goes first to those that have waited for it.
 *
 * A newcomer is admitted only if room is left for every repair in the queue that began to wait earlier, or is so much more
 * urgent that it comes before it. All alarms of a simulated fleet are equally severe, so that only what diagnosis says
 * makes one more urgent.
 */
export function inTurn(evidence: Evidence): readonly string[] {
  const found: string[] = [];
  const inFlight = new Set<string>();
  let queue: Of<'queued'>['queue'];
  for (const happening of evidence.trace.all) {
    if (happening.kind === 'queued') queue = happening.queue;
    if (happening.kind === 'concluded') inFlight.delete(happening.conclusion.component);
    if (happening.kind !== 'admitted') continue;
    const { operationId, component, alert } = happening.operation;
    const isValid = queue !== undefined && queue.validUntilMs > happening.atMs + SKEW_MS;
    if (alert.origin === 'alarm' && isValid && !isApproved(evidence, operationId)) {
      const own = turnOf({
        priority: alert.causes?.[0]?.confidence ?? UNKNOWN_CAUSE,
        sinceMs: alert.occurredAtMs,
      });
      const ahead = aheadOf(queue?.next ?? [], component, own).filter((name) => !inFlight.has(name));
      const rooms = inForce(evidence, happening.atMs).map(
        ({ settings }) => settings.maxConcurrentRepairs - inFlight.size,
      );
      if (ahead.length >= Math.max(...rooms))
        found.push(
          `${operationId} was admitted on ${component} before ${ahead.join(', ')}, which waited longer`,
        );
    }
    inFlight.add(component);
  }
  return found;
}

/** What a person approves takes no turn. */
function isApproved({ trace }: Evidence, operationId: string): boolean {
  return trace.of('approved').some(({ proposalId }) => proposalId === operationId);
}

function turnOf({ priority, sinceMs }: Pick<QueuedRepair, 'priority' | 'sinceMs'>): number {
  return sinceMs - priority * HEAD_START_MS;
}

/** Those that wait for the fleet's budget and come before a newcomer; none if it is in the queue before them itself. */
function aheadOf(queue: readonly QueuedRepair[], newcomer: string, turn: number): readonly string[] {
  const place = queue.find(({ component }) => component === newcomer);
  const own = place ? Math.min(turn, turnOf(place)) : turn;
  return queue
    .filter((each) => each.budget === 'fleet' && each.component !== newcomer && turnOf(each) < own - SKEW_MS)
    .map(({ component }) => component);
}
