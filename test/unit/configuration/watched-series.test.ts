import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../functions/core/analysis/component-series.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { HOST, PLACE } from './anomaly-text.ts';
import { componentText, MEMORY_ALARM } from './configuration-text.ts';

const seriesIn = (...lines: readonly string[]) => {
  const loaded = loadConfiguration(componentText(...lines), 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return seriesOf('web', loaded.compiled.components['web'] as Parameters<typeof seriesOf>[1]);
};

describe('the series that are watched for anomalies', () => {
  it('cover each instance for a host metric', () => {
    const series = seriesIn(...HOST, 'anomalies: { memory: {} }');
    expect(series.map(({ name, target }) => [name, target])).toEqual([
      ['memory/i-0123456789abcdef0', 'i-0123456789abcdef0'],
      ['memory/i-0123456789abcdef1', 'i-0123456789abcdef1'],
    ]);
    expect(series[0]).toMatchObject({
      metric: 'memory',
      errorType: 'MEMORY_LEAK',
      source: {
        kind: 'metric',
        metric: {
          namespace: 'CWAgent',
          metricName: 'mem_used_percent',
          dimensions: { InstanceId: 'i-0123456789abcdef0' },
          statistic: 'Average',
        },
      },
      series: { direction: 'above', periodSeconds: 300, counter: false, learningHours: 24 },
    });
  });

  it('follow one metric with its own dimensions, and the usual statistic and direction of its name', () => {
    const [series] = seriesIn(...HOST, MEMORY_ALARM, `anomalies: { latency_p99: { ${PLACE} } }`);
    expect(series).toMatchObject({
      name: 'latency_p99',
      source: { metric: { namespace: 'Shop', metricName: 'Latency', statistic: 'p99' } },
      series: { direction: 'above' },
    });
    const [lower] = seriesIn(...HOST, MEMORY_ALARM, `anomalies: { hit_rate: { ${PLACE} } }`);
    expect(lower?.series.direction).toBe('below');
  });

  it('combine several series, on each instance if one of them is measured there', () => {
    const together = 'together: { detector: joint, of: [memory, latency] }';
    const series = seriesIn(
      ...HOST,
      MEMORY_ALARM,
      `anomalies: { ${together}, memory: {}, latency: { ${PLACE}, unit: ms } }`,
    );
    const joint = series.filter(({ source }) => source.kind === 'joint');
    expect(joint).toMatchObject([
      {
        name: 'together/i-0123456789abcdef0',
        target: 'i-0123456789abcdef0',
        series: { detector: 'joint', direction: 'both', options: { dimensions: 2 } },
        source: { parts: [{ series: 'memory/i-0123456789abcdef0' }, { series: 'latency', unit: 'ms' }] },
      },
      { name: 'together/i-0123456789abcdef1' },
    ]);
  });

  it('may combine a monitor with what a profile watches on each host', () => {
    const series = seriesIn(
      ...HOST,
      MEMORY_ALARM,
      'monitors: { queue: { events: true, unit: jobs } }',
      'profile: { detectors: [trend, z_score] }',
      `anomalies: { all: { detector: joint, of: [latency, monitor/queue, profile/descriptors] }, latency: { ${PLACE} } }`,
    );
    const joint = series.filter(({ source }) => source.kind === 'joint');
    expect(joint).toMatchObject([
      {
        name: 'all/i-0123456789abcdef0',
        series: { options: { dimensions: 3 } },
        source: {
          parts: [
            { series: 'latency' },
            { series: 'monitor/queue', unit: 'jobs' },
            { series: 'profile/descriptors/i-0123456789abcdef0' },
          ],
        },
        waits: { settleSeconds: 0, latenessSeconds: 0 },
      },
      { name: 'all/i-0123456789abcdef1' },
    ]);
  });

  it('may be watched together as counters, and with columns of a profile that no detector watches', () => {
    const joint = (...more: readonly string[]) =>
      seriesIn(
        ...HOST,
        MEMORY_ALARM,
        'monitors: { served: { events: true, counter: true } }',
        'profile: { runtime: go, endpoint: "http://127.0.0.1:6060/metrics" }',
        'anomalies: { all: { detector: joint, of: [profile/cpu_percent, monitor/served, profile/restarts] } }',
        ...more,
      ).filter(({ source }) => source.kind === 'joint');
    expect(joint()).toMatchObject([
      {
        name: 'all/i-0123456789abcdef0',
        series: { counters: [1, 2], options: { dimensions: 3, leastDeviations: [1, 0, 1 / 300] } },
        source: {
          parts: [
            {
              series: 'profile/cpu_percent/i-0123456789abcdef0',
              unit: '%',
              readWith: 'profile/goroutines/i-0123456789abcdef0',
            },
            { series: 'monitor/served' },
            { series: 'profile/restarts/i-0123456789abcdef0', unit: 'a second' },
          ],
        },
      },
      { name: 'all/i-0123456789abcdef1' },
    ]);
  });

  it('start over with entries that become counters', () => {
    const fingerprint = (more: string) =>
      seriesIn(
        ...HOST,
        MEMORY_ALARM,
        `anomalies: { both: { detector: joint, of: [latency, memory] }, latency: { ${PLACE}${more} }, memory: {} }`,
      )[0]?.fingerprint;
    expect(fingerprint(', counter: true')).not.toBe(fingerprint(''));
  });

  it('start over with whatever makes their baseline meaningless, and with nothing else', () => {
    const fingerprint = (more: string) =>
      seriesIn(...HOST, MEMORY_ALARM, `anomalies: { latency: { ${PLACE}, ${more} } }`)[0]?.fingerprint;
    const usual = fingerprint('unit: ms');
    expect(fingerprint('tiers: { high: signal }, learningSeconds: 2d, direction: both, unit: s')).toBe(usual);
    for (const more of ['statistic: p90', 'periodSeconds: 1m', 'counter: true', 'detector: z_score'])
      expect(fingerprint(more), more).not.toBe(usual);
  });
});
