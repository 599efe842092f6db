import type { Detector } from './detector.ts';
import { seasonal } from './seasonal.ts';
import { zScore } from './z-score.ts';

/** Every detector of a single series. A new one is a row here. */
export const DETECTORS = {
  seasonal,
  z_score: zScore,
} as const satisfies Record<string, Detector>;

export type DetectorName = keyof typeof DETECTORS;

export const DETECTOR_NAMES = Object.keys(DETECTORS) as readonly DetectorName[];

export type DetectorOptions<N extends DetectorName> = (typeof DETECTORS)[N]['defaults'];
