import type { AdmissionDecision } from '../core/admission/decide-admission.ts';
import type { Limits } from '../core/admission/records.ts';
import { signalHash } from '../core/operation/operation-id.ts';
import type { HealthAlert } from '../core/signal/health-alert.ts';
import type { NamedAlarm } from '../core/verification/observed-components.ts';

/** What an alarm that is still red would be handed back to triage with; its targets are asked for later. */
export function stillRedAlert({ name, component, metric, severity }: NamedAlarm, nowMs: number): HealthAlert {
  return {
    // An alarm's name may hold what a signal's id may not.
    signalId: `still-red:${signalHash(component, name)}:${nowMs}`,
    origin: 'reconciler',
    component,
    metric,
    severity,
    occurredAtMs: nowMs,
    reason: `alarm ${name} is still in ALARM`,
    alarmName: name,
    targets: [],
  };
}

/** When a component had its last turn, epoch milliseconds; 0 if it never had one. Whoever waited longest comes first. */
export function lastTurnMs({ component }: Limits): number {
  return Math.max(0, ...Object.values(component.attemptsMs).flat());
}

/** What is granted, and refusals that asking changes: the alerts in a row are counted, and people are told once that attempts are spent. */
export function worthAsking(decision: AdmissionDecision, { component }: Limits): boolean {
  if (decision.decision === 'grant') return true;
  const { reason } = decision.refusal;
  return (
    reason === 'TRIGGER_PENDING' ||
    (reason === 'ATTEMPTS_SPENT' && component.exhaustionNotifiedAtMs === undefined)
  );
}
