import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { configured } from '../../factories/configuration.ts';
import { sampleEvent } from '../../factories/events/sample-event.ts';

export const AT_SAMPLE = Date.parse('2019-10-02T17:04:40Z');

export const SAMPLE_NODE = 'i-12345678901234567';

const configuration = configured({
  components: {
    web: {
      targets: { instanceIds: [SAMPLE_NODE] },
      alarms: {
        cpu: { adopt: 'ServerCpuTooHigh', metric: 'cpu', severity: 'WARNING' },
        network: { adopt: 'TotalNetworkTrafficTooHigh', metric: 'network' },
        band: { adopt: 'EC2 CPU Utilization Anomaly', metric: 'cpu' },
        aggregate: { adopt: 'ServiceAggregatedAlarm', metric: 'aggregate' },
        capacity: { adopt: 'DynamoDBInsightsAlarm', metric: 'capacity' },
      },
    },
  },
});

/** Parsed as of the event's own time: AWS's samples are years old. */
export const parse = (event: unknown, nowMs = Date.parse((event as { time?: string } | null)?.time ?? '')) =>
  parseSignal(event, configuration, nowMs);

export const sample = (name: string) => parse(sampleEvent(name));
