import type { Severity } from './severity.ts';

export const SIGNAL_ORIGINS = ['alarm', 'manual', 'reconciler', 'watchdog', 'monitor'] as const;
export type SignalOrigin = (typeof SIGNAL_ORIGINS)[number];

/** A signal normalised: somebody claims that a component is unhealthy. */
export interface HealthAlert {
  /** The claim's identity: the same event delivered twice has the same one. */
  readonly signalId: string;
  readonly origin: SignalOrigin;
  readonly component: string;
  /** As strategies call it: `memory`, `error_rate`, … */
  readonly metric: string;
  readonly severity: Severity;
  readonly occurredAtMs: number;
  /** One sentence for people, 300 characters at most. */
  readonly reason: string;
  /** The observed value and the limits it was held against, in the metric's unit. */
  readonly current?: number;
  readonly threshold?: number;
  readonly baseline?: number;
  readonly errorType?: string;
  readonly suggestedAction?: string;
  readonly alarmName?: string;
  /** A manual heal may name its strategy; the limits hold all the same. */
  readonly strategyId?: string;
  /** Instance ids that the alert names; empty means all of the component's. */
  readonly targets: readonly string[];
}

/** The component is said to be well again. */
export interface Recovery {
  readonly component: string;
  readonly metric: string;
  readonly occurredAtMs: number;
  /** The alarm that says so, if it is one. */
  readonly alarmName?: string;
}
