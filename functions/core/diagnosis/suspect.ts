import type { RedAlarm } from './evidence.ts';

/** A dependency that accounts for what is seen at the alarmed component. */
export interface Suspect {
  readonly component: string;
  /** 0 to 0.95. */
  readonly confidence: number;
  /** What speaks for it, one sentence each. */
  readonly supports: readonly string[];
  /** When it began there, epoch milliseconds. */
  readonly sinceMs: number;
  /** The component is being healed, or has just been: it needs no signal, but time. */
  readonly isBeingHealed: boolean;
  /** Its own alarm that is red, if there is one: the most severe. That alarm brings it to triage. */
  readonly ownAlarm?: RedAlarm;
  /** Whether its heartbeats are missed. */
  readonly isSilent: boolean;
  /** Whether only discovered dependencies lead to it: it heals by its own signals alone. @default false */
  readonly isDiscovered?: true;
  /** Whether nothing of it is measured: nothing would tell whether a repair helped. @default false */
  readonly isUnknown?: true;
  /** Whether an alarm shows what no other component makes: a full disk, say. */
  readonly hasOwnTrouble: boolean;
  /** Whether all that speaks for it are failures and latency, which what it calls may be behind. */
  readonly isSuffering: boolean;
}
