import type { MissReason } from './miss-reason.ts';

export const UNHEALTHY_STATUSES = ['DEGRADED', 'OFFLINE', 'ISOLATED'] as const;
export const PEER_STATUSES = ['HEALTHY', ...UNHEALTHY_STATUSES] as const;
export type PeerStatus = (typeof PEER_STATUSES)[number];

export const ESCALATION_ACTIONS = ['alert', 'restart', 'isolate', 'alert_architect'] as const;
export type EscalationAction = (typeof ESCALATION_ACTIONS)[number];

export const ESCALATION_SEVERITIES = ['MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type EscalationSeverity = (typeof ESCALATION_SEVERITIES)[number];

/** When the ladder goes up a rung, and when it forgets. */
export interface LadderLimits {
  /** Misses in a row after which a restart is requested. */
  readonly missesBeforeRestart: number;
  /** Restarts after which it is isolated instead. */
  readonly restartsBeforeIsolation: number;
  /** How long misses do not count after a restart was requested. */
  readonly restartGraceMs: number;
  /** How long a peer must answer before its restarts are forgotten. */
  readonly forgetRestartsAfterMs: number;
}

/** Where a peer stands. Times are epoch milliseconds. */
export interface PeerState {
  readonly status: PeerStatus;
  /** Misses in a row since the last answer, or the last requested restart. */
  readonly missedCount: number;
  /** Restarts requested and not forgotten. */
  readonly restartCount: number;
  readonly lastSeenMs: number;
  readonly lastRestartMs?: number;
  /** Since when it has answered without a miss; only while there are restarts to forget. */
  readonly healthySinceMs?: number;
  /** Why it missed its last heartbeat. @default it answered, or for no known reason */
  readonly missedFor?: MissReason;
}

/** Whether a peer answered its heartbeat. */
export type Heartbeat = 'answered' | 'missed';

/** Something that the ladder decided. */
export type LadderStep =
  | {
      readonly kind: 'escalation';
      readonly action: EscalationAction;
      readonly severity: EscalationSeverity;
      readonly missedCount: number;
      readonly restartCount: number;
      /** Why the last of them was missed. @default for no known reason */
      readonly missedFor?: MissReason;
    }
  /**
   * It still does not answer, and the request of this rung is repeated, with `missedCount` misses since. For triage
   * alone: people were notified when the rung was reached.
   */
  | {
      readonly kind: 'reminder';
      readonly action: 'isolate';
      readonly missedCount: number;
      readonly restartCount: number;
      readonly missedFor?: MissReason;
    }
  /** It answers again. */
  | { readonly kind: 'recovery'; readonly from: Exclude<PeerStatus, 'HEALTHY'> };

export interface Climb {
  readonly state: PeerState;
  /** At most one action, and `alert_architect` with an isolation. */
  readonly steps: readonly LadderStep[];
}

/** The fewest misses between two reminders, however few a rung takes: that is at least 30 s. */
const FEWEST_MISSES_BETWEEN_REMINDERS = 3;

/** A peer that has always answered. */
export function steadyState(lastSeenMs: number): PeerState {
  return { status: 'HEALTHY', missedCount: 0, restartCount: 0, lastSeenMs };
}

/** Whether there is nothing to remember about a peer except that it was seen. */
export function isSteady({ status, missedCount, restartCount }: PeerState): boolean {
  return status === 'HEALTHY' && missedCount === 0 && restartCount === 0;
}

/**
 * One heartbeat's step on the ladder: a miss → DEGRADED, alert MEDIUM; the maximum of misses in a row → OFFLINE,
 * restart HIGH, misses reset; the same after the maximum of restarts → ISOLATED, isolate CRITICAL and the architect.
 * Only an answer leads down. While an isolated peer does not answer, the ladder repeats its request after every rung's
 * worth of misses: it may have been refused, or have failed with attempts left.
 */
export function climb(state: PeerState, heartbeat: Heartbeat, limits: LadderLimits, nowMs: number): Climb {
  return heartbeat === 'answered' ? answered(state, limits, nowMs) : missed(state, limits, nowMs);
}

function answered(state: PeerState, limits: LadderLimits, nowMs: number): Climb {
  const { status, restartCount, lastRestartMs } = state;
  const steps: LadderStep[] = status === 'HEALTHY' ? [] : [{ kind: 'recovery', from: status }];
  const healthySinceMs = status === 'HEALTHY' ? (state.healthySinceMs ?? nowMs) : nowMs;
  if (restartCount === 0 || nowMs - healthySinceMs >= limits.forgetRestartsAfterMs) {
    return { state: steadyState(nowMs), steps };
  }
  const since = { healthySinceMs, ...(lastRestartMs !== undefined && { lastRestartMs }) };
  return { state: { ...steadyState(nowMs), restartCount, ...since }, steps };
}

function missed(state: PeerState, limits: LadderLimits, nowMs: number): Climb {
  const { healthySinceMs: _forgotten, ...kept } = state;
  if (state.status === 'ISOLATED') return stillAway(state, limits);
  if (isInGrace(state, limits, nowMs)) return { state, steps: [] };

  const missedCount = state.missedCount + 1;
  const { restartCount } = state;
  if (missedCount < limits.missesBeforeRestart) {
    // After a restart, misses count from one again, but the peer has not come back: it stays OFFLINE.
    const status = state.status === 'OFFLINE' ? 'OFFLINE' : 'DEGRADED';
    const alert = {
      kind: 'escalation',
      action: 'alert',
      severity: 'MEDIUM',
      missedCount,
      restartCount,
    } as const;
    return { state: { ...kept, status, missedCount }, steps: [alert] };
  }
  if (restartCount < limits.restartsBeforeIsolation) {
    const restarts = restartCount + 1;
    return {
      state: { ...kept, status: 'OFFLINE', missedCount: 0, restartCount: restarts, lastRestartMs: nowMs },
      steps: [
        { kind: 'escalation', action: 'restart', severity: 'HIGH', missedCount, restartCount: restarts },
      ],
    };
  }
  const step = { kind: 'escalation', severity: 'CRITICAL', missedCount, restartCount } as const;
  return {
    state: { ...kept, status: 'ISOLATED', missedCount },
    steps: [
      { ...step, action: 'isolate' },
      { ...step, action: 'alert_architect' },
    ],
  };
}

function stillAway(state: PeerState, { missesBeforeRestart }: LadderLimits): Climb {
  const missedCount = state.missedCount + 1;
  const { restartCount } = state;
  const since = missedCount - missesBeforeRestart;
  const isDue = since > 0 && since % Math.max(missesBeforeRestart, FEWEST_MISSES_BETWEEN_REMINDERS) === 0;
  return {
    state: { ...state, missedCount },
    steps: isDue ? [{ kind: 'reminder', action: 'isolate', missedCount, restartCount }] : [],
  };
}

function isInGrace({ status, lastRestartMs }: PeerState, limits: LadderLimits, nowMs: number): boolean {
  return status === 'OFFLINE' && lastRestartMs !== undefined && nowMs - lastRestartMs < limits.restartGraceMs;
}
