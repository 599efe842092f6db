import type { Point } from '../../functions/core/detection/detector.ts';
import type { Noise } from './noise.ts';

export interface LeakingService {
  readonly days: number;
  readonly periodSeconds: number;
  /** @default 0 */
  readonly megabytesAnHour?: number;
  /** @default never */
  readonly leakAfterDays?: number;
}

const START_MS = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/**
 * Megabytes of a service of some 400: 30 more at its busiest hour, noise of 4, a slowly wandering cache of 2, and a spike of
 * 60 in one row of 500.
 */
export function leakingService({ gaussian, uniform }: Noise, service: LeakingService) {
  const { days, periodSeconds, megabytesAnHour = 0, leakAfterDays = Number.POSITIVE_INFINITY } = service;
  const periodMs = periodSeconds * 1_000;
  const leakAtMs = START_MS + leakAfterDays * DAY_MS;
  const keep = 0.9 ** (periodSeconds / 300);
  let cache = 0;
  const points = Array.from({ length: (days * DAY_MS) / periodMs }, (_, row): Point => {
    const atMs = START_MS + row * periodMs;
    cache = keep * cache + Math.sqrt(1 - keep * keep) * gaussian();
    const busy = 30 * Math.sin((2 * Math.PI * (atMs - START_MS)) / DAY_MS);
    const spike = uniform() < 0.002 ? 60 : 0;
    const leaked = (megabytesAnHour * Math.max(0, atMs - leakAtMs)) / 3_600_000;
    return { atMs, value: 400 + busy + 4 * gaussian() + 2 * cache + spike + leaked };
  });
  return { points, leakAtMs };
}
