import type { Level } from '../core/admission/levels.ts';
import type { Operation, OperationState, StepRecord } from '../core/operation/operation.ts';

export interface Notification {
  readonly topic: 'soc' | 'architect';
  readonly subject: string;
  /** Structured, for people and for whatever subscribes. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Tells people. */
export interface Notifier {
  readonly notify: (notification: Notification) => Promise<void>;
}

export interface StateChange {
  readonly operation: Operation;
  readonly state: OperationState;
  readonly atMs: number;
}

/** A signal that goes back to triage, as its event's detail. */
export type SignalDetail = Readonly<Record<string, unknown>>;

/** Puts events on the bus. */
export interface EventPublisher {
  /** Never rejects: the change is on record, and healing goes on even if nobody can be notified. */
  readonly stateChanged: (change: StateChange) => Promise<void>;
  readonly signal: (detail: SignalDetail) => Promise<void>;
}

/** Figures for dashboards and alarms. */
export interface Metrics {
  readonly operationConcluded: (operation: Operation, durationMs: number) => void;
  readonly stepEnded: (step: StepRecord) => void;
  readonly refused: (reason: string) => void;
  readonly level: (level: Level) => void;
}
