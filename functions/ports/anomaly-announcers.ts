import type { SignalDetail } from './announcers.ts';

/** A signal that analysis sends to triage. */
export interface TimedSignal {
  readonly detail: SignalDetail;
  /** When it was decided: the event's time, by which a repeated event is recognised. */
  readonly atMs: number;
}

/** Puts the signals of anomalies on the bus. */
export interface AnomalySignals {
  /**
   * All of them, or it rejects; saying them again does no harm.
   *
   * @throws ServiceError
   */
  readonly publish: (signals: readonly TimedSignal[]) => Promise<void>;
}
