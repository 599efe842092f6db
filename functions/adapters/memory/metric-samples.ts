import {
  type MetricSample,
  type MetricSamples,
  MOST_SAMPLES,
  type SampledMonitor,
} from '../../ports/metric-samples.ts';

/** Samples in this process. */
export function createMemoryMetricSamples(): MetricSamples {
  const byMonitor = new Map<string, Map<string, MetricSample>>();
  const samplesOf = ({ component, monitor }: SampledMonitor) => {
    const key = `${component}\n${monitor}`;
    const samples = byMonitor.get(key) ?? new Map<string, MetricSample>();
    byMonitor.set(key, samples);
    return samples;
  };
  return {
    add: async (added) => {
      for (const sample of added) samplesOf(sample).set(`${sample.atMs} ${sample.eventId}`, sample);
    },

    list: async (monitor, { startMs, endMs }) => {
      const found = [...samplesOf(monitor).values()]
        .filter(({ atMs }) => atMs >= startMs && atMs < endMs)
        .sort((a, b) => a.atMs - b.atMs);
      const samples = found.slice(0, MOST_SAMPLES).map(({ atMs, value }) => ({ atMs, value }));
      return { samples, completeUntilMs: found[MOST_SAMPLES]?.atMs ?? endMs };
    },
  };
}
