import { FINAL_STATES, type StepPhase } from '../../functions/core/operation/operation.ts';
import type { DemoComponent } from './components.ts';

/** What an entry means for the component. */
export type Tone = 'good' | 'bad' | 'plain';

/** Something that has happened, from a record or an event. */
export interface TimelineEntry {
  readonly atMs: number;
  readonly component: DemoComponent;
  /**
   * `fault`: what the demo breaks. `alarm`: CloudWatch. `anomaly`: the analysis of metrics. `heartbeat`: the watchdog. `state`: an operation. `step`: an
   * action that has ended. `refusal`: a decision not to heal. `notice`: a notification of the architect.
   */
  readonly kind: 'fault' | 'alarm' | 'anomaly' | 'heartbeat' | 'state' | 'step' | 'refusal' | 'notice';
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

/** An alarm has gone off. */
export function isAlarm({ kind, state }: TimelineEntry): boolean {
  return kind === 'alarm' && state === 'ALARM';
}

/** The analysis of metrics asks for a repair. */
export function isAnomaly({ kind, state }: TimelineEntry): boolean {
  return kind === 'anomaly' && state === 'CRITICAL';
}

/** The watchdog reports on a peer. */
export function isHeartbeat({ kind }: TimelineEntry): boolean {
  return kind === 'heartbeat';
}

/** An operation has ended. */
export function isEnd({ kind, state }: TimelineEntry): boolean {
  return kind === 'state' && FINAL_STATES.some((final) => final === state);
}
