import type { AlarmState } from '../core/verification/alarm-observation.ts';
import type { Observation } from '../core/verification/verification.ts';

/** Probes a health endpoint. */
export interface EndpointProber {
  readonly probe: (url: string, timeoutSeconds: number) => Promise<Observation>;
}

/** Reads alarms as they are. */
export interface AlarmReader {
  /**
   * All alarms in ALARM whose names begin with `prefix`: everyone's, if it is empty. By name, since when, epoch
   * milliseconds; 0 if that is not known.
   */
  readonly inAlarm: (prefix: string) => Promise<ReadonlyMap<string, number>>;
  /** Of the alarms named, those in ALARM, and since when, epoch milliseconds. */
  readonly redSince: (alarmNames: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Of the alarms named, those in INSUFFICIENT_DATA, and since when, epoch milliseconds. */
  readonly silentSince: (alarmNames: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** By alarm name; alarms that don't exist are missing. */
  readonly states: (alarmNames: readonly string[]) => Promise<ReadonlyMap<string, AlarmState>>;
  /**
   * The instance ids that an alarm's metrics are about, as its events would name them; none, if it is about no single
   * one. Of an alarm with contributors, those that are red. `undefined` for an alarm that doesn't exist, for one that
   * watches another account, and for one whose contributors are all healthy again.
   */
  readonly targetsOf: (alarmName: string) => Promise<readonly string[] | undefined>;
  /** The instances among an alarm's contributors that are red; `undefined` if its contributors are no instances. */
  readonly redInstances: (alarmName: string) => Promise<readonly string[] | undefined>;
  /** What keeps an alarm's actions back now, such as an active mute rule; `undefined` if nothing does. */
  readonly silencedBy: (alarmName: string) => Promise<string | undefined>;
}
