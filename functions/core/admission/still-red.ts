import { signalHash } from '../operation/operation-id.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import type { NamedAlarm } from '../verification/observed-components.ts';
import type { AdmissionDecision } from './decide-admission.ts';
import type { Limits } from './records.ts';
import { isExhausted } from './refusal.ts';

/** The alert by which an alarm that is still red goes back to triage; its targets are looked up later. */
export function stillRedAlert({ name, component, metric, severity }: NamedAlarm, nowMs: number): HealthAlert {
  return {
    // An alarm's name may contain characters that a signal's id may not.
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

/** When a component was last admitted, epoch milliseconds; 0 if it never was. The component that waited longest comes first. */
export function lastTurnMs({ component }: Limits): number {
  return Math.max(0, ...Object.values(component.attemptsMs).flat());
}

/**
 * Whether triage should see an alert again: if it would not be refused, and for refusals that change something. Alerts in a
 * row are counted, and people are notified once of spent attempts.
 */
export function isWorthAsking(decision: AdmissionDecision, { component }: Limits): boolean {
  if (decision.decision !== 'refuse') return true;
  const { reason } = decision.refusal;
  const isNotified = component.exhaustionNotifiedAtMs !== undefined;
  return reason === 'TRIGGER_PENDING' || (isExhausted(reason) && !isNotified);
}
