import { type Bars, TIERS, type Tier } from './detector.ts';

/** What turns scores into alarms: an episode at a time, and fewer of them the more there were. */
export type AlarmMemory = {
  /** Rows since each tier last alarmed. */
  sinceAlarm: Float32Array;
  /** How many recent alarms raise the bar of each tier. */
  recentAlarms: Float32Array;
  /** Running average of the score. */
  sustained: number;
  /** Tier of the open anomaly, counted from 1; 0 if none is open. */
  open: number;
  /** Rows in a row that were ordinary while an anomaly is open. */
  calm: number;
};

/**
 * `BEGAN`: an anomaly. `ROSE`: the open one reached a higher tier. `AGAIN`: it alarms once more, after its refractory time.
 * `FELL`: it is at a lower tier. `ENDED`: some rows in a row were below half the lowest bar.
 */
export type AnomalyEvent = 'BEGAN' | 'ROSE' | 'AGAIN' | 'FELL' | 'ENDED';

const CALM_ROWS = 6;
const NEVER = 1e9;
const HIGHEST = TIERS.length - 1;

export function noAlarms(): AlarmMemory {
  const { length } = TIERS;
  return {
    sinceAlarm: new Float32Array(length).fill(NEVER),
    recentAlarms: new Float32Array(length),
    sustained: 0,
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
  const {
    refractoryRows = 0,
    risePerAlarm = 0,
    forgetRows = 1,
    sustainRate = 1,
    calmRows = CALM_ROWS,
    falls = false,
    tiers,
  } = bars;
  // States of earlier versions may hold what is not a number, which no average would ever get rid of.
  const sustained = Number.isFinite(memory.sustained) ? memory.sustained : 0;
  memory.sustained = sustained + sustainRate * (score - sustained);
  let alarmed = 0;
  let lowestAlarmed = false;
  for (let tier = 0; tier < tiers.length; tier++) {
    const since = Math.min((memory.sinceAlarm[tier] ?? NEVER) + 1, NEVER);
    memory.sinceAlarm[tier] = since;
    const recent = (memory.recentAlarms[tier] ?? 0) * Math.exp(-since / forgetRows);
    const bar = (tiers[tier] ?? Number.POSITIVE_INFINITY) * (1 + risePerAlarm * recent);
    const judged = tier === HIGHEST ? memory.sustained : score;
    if (judged < bar || since <= refractoryRows || muted) continue;
    memory.sinceAlarm[tier] = 0;
    memory.recentAlarms[tier] = recent + 1;
    alarmed = tier + 1;
    if (tier === 0) lowestAlarmed = true;
  }
  const { open } = memory;
  const isAgain = refractoryRows > 0 && lowestAlarmed;
  if (alarmed > open || (open > 0 && isAgain)) {
    memory.open = Math.max(open, alarmed);
    memory.calm = 0;
    const event = open === 0 ? 'BEGAN' : isAgain ? 'AGAIN' : 'ROSE';
    return { tier: TIERS[memory.open - 1], event };
  }
  if (open === 0) return ORDINARY;
  const reached = tiers.findLastIndex((bar) => score >= bar) + 1;
  memory.calm = (falls ? reached < open : score < tiers[0] / 2) ? memory.calm + 1 : 0;
  const tier = TIERS[open - 1];
  if (memory.calm < calmRows) return { tier, event: undefined };
  memory.calm = 0;
  memory.open = falls ? reached : 0;
  return memory.open > 0 ? { tier: TIERS[memory.open - 1], event: 'FELL' } : { tier, event: 'ENDED' };
}
