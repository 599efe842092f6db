import { type Bars, TIERS, type Tier } from './detector.ts';

/** What turns scores into alarms: an episode at a time, and fewer of them the more there were. */
export type AlarmMemory = {
  /** Rows since each tier last alarmed. */
  sinceAlarm: Float32Array;
  /** How many recent alarms raise the bar of each tier. */
  recentAlarms: Float32Array;
  /** How many rows in a row passed the bar of each tier. */
  passed: Float32Array;
  /** Tier of the open anomaly, counted from 1; 0 if none is open. */
  open: number;
  /** Rows in a row that were ordinary while an anomaly is open. */
  calm: number;
};

/**
 * `BEGAN`: an anomaly. `ROSE`: the open one reached a higher tier, or alarms again after its refractory time. `ENDED`: as
 * many rows in a row as end one were below half the lowest bar.
 */
export type AnomalyEvent = 'BEGAN' | 'ROSE' | 'ENDED';

/** Ordinary rows in a row that end an anomaly. */
const CALM_ROWS = 6;
const NEVER = 1e9;

export function noAlarms(): AlarmMemory {
  const { length } = TIERS;
  return {
    sinceAlarm: new Float32Array(length).fill(NEVER),
    recentAlarms: new Float32Array(length),
    passed: new Float32Array(length),
    open: 0,
    calm: 0,
  };
}

interface Verdict {
  /** The tier that alarms by this row, or else that of the open anomaly. */
  readonly tier: Tier | undefined;
  readonly event: AnomalyEvent | undefined;
}

const ORDINARY: Verdict = { tier: undefined, event: undefined };

/** What a row's score means. A row of a muted series counts, but alarms nobody. */
export function judge(memory: AlarmMemory, score: number, bars: Bars, muted: boolean): Verdict {
  const { refractoryRows = 0, risePerAlarm = 0, forgetRows = 1, rowsInARow = 1, tiers } = bars;
  let alarmed = 0;
  for (let tier = 0; tier < tiers.length; tier++) {
    const since = (memory.sinceAlarm[tier] ?? NEVER) + 1;
    memory.sinceAlarm[tier] = Math.min(since, NEVER);
    const recent = (memory.recentAlarms[tier] ?? 0) * Math.exp(-since / forgetRows);
    const bar = (tiers[tier] ?? Number.POSITIVE_INFINITY) * (1 + risePerAlarm * recent);
    const passed = score >= bar ? (memory.passed[tier] ?? 0) + 1 : 0;
    memory.passed[tier] = passed;
    if (passed < rowsInARow || since <= refractoryRows || muted) continue;
    memory.sinceAlarm[tier] = 0;
    memory.recentAlarms[tier] = recent + 1;
    alarmed = tier + 1;
  }
  const { open } = memory;
  const repeats = refractoryRows > 0 && alarmed === open;
  if (alarmed > open || (alarmed > 0 && repeats)) {
    memory.open = alarmed;
    memory.calm = 0;
    return { tier: TIERS[alarmed - 1], event: open === 0 ? 'BEGAN' : 'ROSE' };
  }
  if (open === 0) return ORDINARY;
  memory.calm = score < tiers[0] / 2 ? memory.calm + 1 : 0;
  const tier = TIERS[open - 1];
  if (memory.calm < CALM_ROWS) return { tier, event: undefined };
  memory.open = 0;
  memory.calm = 0;
  return { tier, event: 'ENDED' };
}
