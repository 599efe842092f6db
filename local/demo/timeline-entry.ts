import { FINAL_STATES, type StepPhase } from '../../functions/core/operation/operation.ts';
import type { DemoComponent } from './components.ts';

/** How an entry bears on the component. */
export type Tone = 'good' | 'bad' | 'plain';

/** Something that has happened, as a record or an event says it. */
export interface TimelineEntry {
  readonly atMs: number;
  readonly component: DemoComponent;
  /**
   * `fault`: what the demo breaks. `alarm`: CloudWatch. `heartbeat`: the watchdog. `state`: an operation.
   * `step`: an action that has ended. `refusal`: a decision not to heal. `notice`: what the architect was told.
   */
  readonly kind: 'fault' | 'alarm' | 'heartbeat' | 'state' | 'step' | 'refusal' | 'notice';
  /** An operation's, an alarm's or a peer's state, a step's outcome, a refusal's reason. */
  readonly state: string;
  readonly tone: Tone;
  readonly why: string;
  readonly action?: string;
  /** Which part of its operation a step belongs to. */
  readonly phase?: StepPhase;
  readonly host?: string;
  readonly tookMs?: number;
  readonly operationId?: string;
  readonly strategyId?: string;
  readonly attempt?: number;
  readonly eligibleAtMs?: number;
}

/** CloudWatch says that something is wrong. */
export function isAlarm({ kind, state }: TimelineEntry): boolean {
  return kind === 'alarm' && state === 'ALARM';
}

/** The watchdog says how a peer is. */
export function isHeartbeat({ kind }: TimelineEntry): boolean {
  return kind === 'heartbeat';
}

/** An operation has ended. */
export function isEnd({ kind, state }: TimelineEntry): boolean {
  return kind === 'state' && FINAL_STATES.some((final) => final === state);
}
