import type { Of } from '../trace/trace.ts';
import { dependenciesAt, isTriageStruck, redSinceMs } from './dependencies.ts';
import type { Evidence } from './evidence.ts';
import { SKEW_MS } from './in-force.ts';
import { healthChanges, sicknessBefore } from './sickness.ts';

/** Trouble that began longer ago is not taken for the cause. */
const CAUSE_WITHIN_MS = 60 * 60_000;
/** How long what suffered has to recover once what it depends on is being healed. */
const RECOVERY_MS = 10 * 60_000;

/**
 * 19. No healthy component is healed for a fault elsewhere when the evidence was there.
 *
 * The evidence: since before the alert and until the admission, a critical alarm of something that the component depends on
 * was red, or that was being healed. Exempt are alerts during whose triage something kept the engine from its evidence.
 */
export function healsTheCause(evidence: Evidence): readonly string[] {
  const { trace } = evidence;
  return trace.of('admitted').flatMap((begun) => {
    const { operationId, component, alert } = begun.operation;
    if (alert.origin === 'diagnosis') return [];
    const changes = healthChanges(trace, { component, targets: [] });
    if (sicknessBefore(changes, begun.index) !== undefined) return [];
    const dependencies = dependenciesAt(evidence, component, begun.atMs);
    const atFault = dependencies.find((name) => isEvident(evidence, begun, name));
    if (atFault === undefined || isTriageStruck(evidence, alert.occurredAtMs - SKEW_MS, begun.atMs))
      return [];
    return [`${operationId} was admitted on ${component}, which was healthy, while ${atFault} was at fault`];
  });
}

function isEvident({ trace }: Evidence, begun: Of<'admitted'>, component: string): boolean {
  const beforeMs = begun.operation.alert.occurredAtMs - SKEW_MS;
  const redMs = redSinceMs(trace, component, begun.index);
  if (redMs !== undefined && redMs <= beforeMs && redMs > beforeMs - CAUSE_WITHIN_MS / 2) return true;
  return trace
    .of('admitted')
    .some(
      ({ operation, atMs }) =>
        operation.component === component && atMs <= beforeMs && atMs > begun.atMs - RECOVERY_MS + SKEW_MS,
    );
}
