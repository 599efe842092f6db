import { change } from './change.ts';
import type { Detector } from './detector.ts';
import { isolationForest } from './isolation-forest.ts';
import { joint } from './joint.ts';
import { missing } from './missing.ts';
import { movingAverage } from './moving-average.ts';
import { seasonal } from './seasonal.ts';
import { threshold } from './threshold.ts';
import { trend } from './trend.ts';
import { zScore } from './z-score.ts';

/** Every detector. A new one is a row here, at the end: states are packed with its place. */
export const DETECTORS = {
  seasonal,
  z_score: zScore,
  moving_average: movingAverage,
  isolation_forest: isolationForest,
  trend,
  change,
  missing,
  threshold,
  joint,
} as const satisfies Record<string, Detector>;

export type DetectorName = keyof typeof DETECTORS;

export const DETECTOR_NAMES = Object.keys(DETECTORS) as readonly DetectorName[];

export type DetectorOptions<N extends DetectorName> = (typeof DETECTORS)[N]['defaults'];
