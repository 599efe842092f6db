import type { WatchdogMetrics } from '../../../functions/ports/watchdog-announcers.ts';
import type { MetricStore } from '../../alarms/metric-store.ts';

const STANDARD_RESOLUTION_SECONDS = 60;

/** What CloudWatch makes of the watchdog's log lines: the same metrics, with the same dimensions. */
export function createStoredWatchdogMetrics(metrics: MetricStore, nowMs: () => number): WatchdogMetrics {
  return {
    roundEnded: ({ shard, durationMs, held, down, misses, unchecked }) => {
      const dimensions = { service: 'selfheal', shard: String(shard) };
      const put = (name: string, unit: string, value: number) =>
        metrics.put(
          { namespace: 'Selfheal', name, dimensions },
          { timestampMs: nowMs(), unit, sample: { kind: 'value', value, count: 1 } },
          STANDARD_RESOLUTION_SECONDS,
        );
      put('WatchdogRoundDuration', 'Milliseconds', durationMs);
      put('WatchdogRoundsHeld', 'Count', held ? 1 : 0);
      put('WatchdogPeersDown', 'Count', down);
      put('HeartbeatMisses', 'Count', misses);
      put('WatchdogPeersUnchecked', 'Count', unchecked);
    },
  };
}
