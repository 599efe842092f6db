/** Why a signal did not lead to an operation. */
export const REFUSAL_REASONS = [
  'NOT_UNDERSTOOD',
  'FOREIGN_EVENT',
  'UNKNOWN_SOURCE',
  'EXPIRED',
  'OVERTAKEN',
  'UNKNOWN_COMPONENT',
  'UNKNOWN_TARGET',
  'MUTED',
  'SUPPRESSED',
  'SEVERITY_TOO_LOW',
  'NO_STRATEGY',
  'AUTO_HEAL_DISABLED',
  'PAUSED',
  'EXCLUDED',
  'OUTSIDE_WINDOW',
  'CAUSE_ELSEWHERE',
  'CHANGE_IN_PROGRESS',
  'TRIGGER_PENDING',
  'IN_PROGRESS',
  'COOLDOWN',
  'ATTEMPTS_SPENT',
  'INEFFECTIVE',
  'TARGET_BUSY',
  'GROUP_BUSY',
  'GROUP_UNHEALTHY',
  'CAPACITY_SHORT',
  'FLEET_BUSY',
  'LIMITS_UNKNOWN',
  'AWAITING_APPROVAL',
  'DENIED',
  'UNKNOWN_PROPOSAL',
  'PROPOSAL_CLOSED',
  'PLAN_CHANGED',
  'SAME_PERSON',
  'NOT_AUTHENTIC',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Whether it calls people: nothing more is tried until then. */
export function isExhausted(reason: RefusalReason): boolean {
  return reason === 'ATTEMPTS_SPENT' || reason === 'INEFFECTIVE';
}

/** A recorded decision not to heal. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** Figures and names behind the reason, 300 characters at most. */
  readonly detail: string;
  /** When asking again may help; absent where only people or events can change it. */
  readonly eligibleAtMs?: number;
}

/** A refusal as it is kept. */
export interface RefusalRecord extends Refusal {
  readonly signalId: string;
  /** The component, or the name that the event gave, if it is not a component's. */
  readonly component: string;
  readonly metric?: string;
  readonly strategyId?: string;
  /** When the signal was raised; with the signal's id it identifies the record. */
  readonly occurredAtMs: number;
  readonly refusedAtMs: number;
}
