import { describe, expect, it } from 'vitest';
import { embeddedMetricsIn } from '../../../../local/cloud/embedded-metrics.ts';

/** As Powertools writes it. */
const LINE = JSON.stringify({
  _aws: {
    Timestamp: 1_795_360_677_714,
    CloudWatchMetrics: [
      {
        Namespace: 'Selfheal',
        Dimensions: [['service', 'shard']],
        Metrics: [
          { Name: 'WatchdogRoundDuration', Unit: 'Milliseconds' },
          { Name: 'HeartbeatMisses', Unit: 'Count' },
        ],
      },
    ],
  },
  service: 'selfheal',
  shard: '0',
  WatchdogRoundDuration: 12,
  HeartbeatMisses: [1, 2],
  peers: '3',
});

const metricValue = (name: string, unit: string, value: number) => ({
  metric: { namespace: 'Selfheal', name, dimensions: { service: 'selfheal', shard: '0' } },
  timestampMs: 1_795_360_677_714,
  unit,
  value,
});

describe('a line of a function’s log', () => {
  it('has the metrics that it embeds, each with its own time', () => {
    expect(embeddedMetricsIn(LINE)).toEqual([
      metricValue('WatchdogRoundDuration', 'Milliseconds', 12),
      metricValue('HeartbeatMisses', 'Count', 1),
      metricValue('HeartbeatMisses', 'Count', 2),
    ]);
  });

  it('has them behind what a runtime puts before it', () => {
    expect(embeddedMetricsIn(`2026-11-22T12:00:00Z\tINFO\t${LINE}`)).toHaveLength(3);
  });

  it.each([
    ['text', 'START RequestId: 1'],
    ['another document', '{"level":"INFO","message":"done"}'],
    ['half a line', LINE.slice(0, 200)],
    ['metrics that are no metrics', '{"_aws":{"Timestamp":1}}'],
  ])('has none if it is %s', (_what, line) => {
    expect(embeddedMetricsIn(line)).toEqual([]);
  });
});
