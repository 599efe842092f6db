import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as EmbeddedMetrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '../ports/announcers.ts';
import type { WatchdogMetrics } from '../ports/watchdog-announcers.ts';

const NAMESPACE = 'Selfheal';

export const logger = new Logger({ serviceName: 'selfheal' });

/** CloudWatch embedded metrics: figures that cost a log line. */
const embeddedMetrics = new EmbeddedMetrics({ namespace: NAMESPACE, serviceName: 'selfheal' });

/** Metrics as CloudWatch embedded metrics, each with the dimensions that dashboards ask for. */
export function createMetrics(): Metrics {
  const single = (dimensions: Record<string, string>) => {
    const metric = embeddedMetrics.singleMetric();
    for (const [name, value] of Object.entries(dimensions)) metric.addDimension(name, value);
    return metric;
  };
  return {
    operationConcluded: ({ component, strategyId, state, warnings = [] }, durationMs) => {
      const dimensions = { component, strategy: strategyId, state };
      single(dimensions).addMetric('Operations', MetricUnit.Count, 1);
      single(dimensions).addMetric('OperationDuration', MetricUnit.Milliseconds, durationMs);
      if (warnings.length > 0) single({}).addMetric('OperationWarnings', MetricUnit.Count, warnings.length);
    },
    stepEnded: ({ action, outcome = 'UNKNOWN' }) => {
      single({ action, outcome }).addMetric('Actions', MetricUnit.Count, 1);
    },
    refused: (reason) => {
      single({ reason }).addMetric('Refusals', MetricUnit.Count, 1);
    },
    level: ({ name, unit, value, dimensions }) => {
      single(dimensions).addMetric(name, MetricUnit[unit], value);
    },
  };
}

/** A state change that subscribers to the bus do not see. */
export function countLostEvent(): void {
  embeddedMetrics.singleMetric().addMetric('EventsLost', MetricUnit.Count, 1);
}

/**
 * One log line per round and shard. Metrics cost money, so the rest is in the line alone. The sample count of the
 * duration is the number of rounds: the dead-man alarm rings when there is none.
 */
export function createWatchdogMetrics(): WatchdogMetrics {
  return {
    roundEnded: ({ shard, durationMs, held, down, misses, unchecked, ...figures }) => {
      embeddedMetrics.addDimension('shard', String(shard));
      embeddedMetrics.addMetric('WatchdogRoundDuration', MetricUnit.Milliseconds, durationMs);
      embeddedMetrics.addMetric('WatchdogRoundsHeld', MetricUnit.Count, held ? 1 : 0);
      embeddedMetrics.addMetric('WatchdogPeersDown', MetricUnit.Count, down);
      embeddedMetrics.addMetric('HeartbeatMisses', MetricUnit.Count, misses);
      embeddedMetrics.addMetric('WatchdogPeersUnchecked', MetricUnit.Count, unchecked);
      for (const [name, value] of Object.entries(figures)) embeddedMetrics.addMetadata(name, String(value));
      embeddedMetrics.publishStoredMetrics();
    },
  };
}
