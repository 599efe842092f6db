import { describe, expect, it } from 'vitest';
import {
  levelsOf,
  thresholdOptions,
  withLevels,
} from '../../../functions/core/configuration/threshold-levels.ts';
import { configured } from '../../factories/configuration.ts';

type Watched = Parameters<typeof thresholdOptions>[1];

const levels = (warning?: number, critical?: number) => ({
  ...(warning !== undefined && { warning }),
  ...(critical !== undefined && { critical }),
});
const watched = (threshold: object, more: object = {}) =>
  ({ detector: 'threshold', threshold, ...more }) as unknown as Watched;
const signOf = (metric: string, threshold: object, direction?: string) =>
  thresholdOptions(metric, watched(threshold, direction === undefined ? {} : { direction })).sign;

describe('a series with a threshold', () => {
  it('has three points and never escalates, unless it says otherwise', () => {
    expect(thresholdOptions('errors', watched(levels(5, 9)))).toEqual({
      ...{ warning: 5, critical: 9, dataPoints: 3, sign: 1 },
      escalateSeconds: Number.POSITIVE_INFINITY,
    });
    expect(
      thresholdOptions('errors', watched({ ...levels(5, 9), dataPoints: 2, escalateSeconds: 600 })),
    ).toEqual({ warning: 5, critical: 9, dataPoints: 2, sign: 1, escalateSeconds: 600 });
    expect(thresholdOptions('errors', watched({ warning: 5, escalateSeconds: 0 }))).toEqual({
      ...{ warning: 5, critical: Number.NaN, dataPoints: 3, sign: 1, escalateSeconds: 0 },
    });
  });

  it.each([
    ['its direction says so', 'errors', levels(5, 9), 'below', -1],
    ['its direction says otherwise', 'free_disk', levels(9, 5), 'above', 1],
    ['both directions count and its levels fall', 'errors', levels(9, 5), 'both', -1],
    ['its levels fall', 'errors', levels(9, 5), undefined, -1],
    ['its levels rise', 'throughput', levels(5, 9), undefined, 1],
    ['its levels are equal, as is usual for its metric', 'errors', levels(5, 5), undefined, 1],
    ['it has one level, as is usual for its metric', 'errors', levels(5), undefined, 1],
    [
      'it has only a critical level, as is usual for its metric',
      'errors',
      levels(undefined, 5),
      undefined,
      1,
    ],
    ['its metric is usually bad below, with a warning', 'throughput', levels(99), undefined, -1],
    [
      'its metric is usually bad below, with a critical level',
      'throughput',
      levels(undefined, 9),
      undefined,
      -1,
    ],
    ['its metric is usually bad below, with equal levels', 'throughput', levels(9, 9), undefined, -1],
  ] as const)('is bad below its levels, or above them: %s', (_, metric, threshold, direction, sign) => {
    expect(signOf(metric, threshold, direction)).toBe(sign);
  });
});

describe('the levels of the settings', () => {
  const OF_SETTINGS = { latency: { critical: 500 } } as never;

  it('hold for a series of the metric that has none of its own', () => {
    const of = (key: string, more: object = {}) =>
      levelsOf(
        key,
        { metric: undefined, ...watched({}), threshold: undefined, ...more } as never,
        OF_SETTINGS,
      );
    expect(of('latency')).toEqual({ critical: 500 });
    expect(of('slow', { metric: 'latency' })).toEqual({ critical: 500 });
    expect(of('latency', { threshold: { critical: 9 } })).toEqual({ critical: 9 });
    expect(of('latency', { detector: 'z_score' })).toBeUndefined();
    expect(of('errors')).toBeUndefined();
    expect(of('toString')).toBeUndefined();
  });

  it('are filled in for the series of a component', () => {
    const source = { namespace: 'Shop', metricName: 'Latency', tiers: { critical: 'notify' } };
    const anomalies = {
      latency: { ...source, detector: 'threshold' },
      own: { ...source, detector: 'threshold', threshold: { critical: 9 } },
      other: { ...source, detector: 'z_score' },
    };
    const { web } = configured({
      components: { web: { anomalies } },
    }).components;
    const filled = web && withLevels(web, OF_SETTINGS);
    expect(filled?.anomalies['latency']).toEqual({
      ...web?.anomalies['latency'],
      threshold: { critical: 500 },
    });
    expect(filled?.anomalies['own']).toEqual(web?.anomalies['own']);
    expect(filled?.anomalies['other']).toEqual(web?.anomalies['other']);
  });
});
