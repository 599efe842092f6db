import { median, robustly } from './robust-statistics.ts';

/** `latency`: values are mean response times. `failures`: values are the fraction of requests that failed, 0 to 1. */
export type Symptom = 'latency' | 'failures';

/** What a component did within one period. */
export interface Sample {
  /** Requests that it answered. */
  readonly requests: number;
  /** Absent if it was not measured, for example because there was no request. */
  readonly value?: number;
}

/** What is usual for a component. */
export interface Baseline {
  readonly level: number;
  readonly deviation: number;
}

/** One component around an onset. */
export interface ComponentSeries {
  /** From a history of normal operation. Absent if there is too little of it: the component is then not judged. */
  readonly usual?: Baseline;
  /** Just before the onset. */
  readonly before: readonly Sample[];
  /** Since the onset; the periods are the same for all components. */
  readonly during: readonly (Sample | undefined)[];
}

export interface ExcessSettings {
  /** How many standard deviations of the usual values are noise. */
  readonly deviations: number;
  /** The least share of a usual latency that counts as noise. */
  readonly latencyFloor: number;
  /** The least number of failed requests that counts as noise. */
  readonly failureFloor: number;
}

/** Chosen on public incidents; accuracy hardly depends on them (see docs/diagnosis.md). */
export const EXCESS_SETTINGS: ExcessSettings = {
  deviations: 1,
  latencyFloor: 0.05,
  failureFloor: 0.3,
};

/** Fewer measured samples than this are no history. */
const MINIMUM_HISTORY = 5;

/** What a history says is usual. `undefined` if it is too short. */
export function usualOf(history: readonly Sample[]): Baseline | undefined {
  const values = measured(history);
  if (values.length < MINIMUM_HISTORY) return undefined;
  const { median: level, deviation } = robustly(values);
  return { level, deviation };
}

/**
 * The worse of what was usual for long and of what was usual just before the onset, so that a component that has always
 * been slow, or has been since yesterday, is not blamed for what began now.
 */
export function baselineAt(usual: Baseline, before: readonly Sample[]): Baseline {
  const recent = measured(before);
  return recent.length > 0 ? { ...usual, level: Math.max(usual.level, median(recent)) } : usual;
}

/** By how much a period was worse than usual beyond noise: seconds of waiting, or failed requests. 0 if it was not. */
export function excessOf(
  symptom: Symptom,
  { requests, value }: Sample,
  { level, deviation }: Baseline,
  settings: ExcessSettings = EXCESS_SETTINGS,
): number {
  if (value === undefined) return 0;
  const spread = requests * settings.deviations * deviation;
  const noise =
    symptom === 'latency'
      ? Math.max(spread, requests * settings.latencyFloor * level)
      : Math.hypot(Math.sqrt(Math.max(0, requests * level * (1 - level))), spread, settings.failureFloor);
  return Math.max(0, requests * (value - level) - noise);
}

function measured(samples: readonly Sample[]): readonly number[] {
  const values: number[] = [];
  for (const { value } of samples) if (value !== undefined) values.push(value);
  return values;
}
