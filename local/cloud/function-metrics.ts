import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { MetricStore } from '../alarms/metric-store.ts';
import { embeddedMetricsIn } from './embedded-metrics.ts';
import type { LocalEndpoint } from './endpoint.ts';
import { callJsonService } from './json-service.ts';

const FILTER_LOG_EVENTS = { service: 'logs', target: 'Logs_20140328.FilterLogEvents' };
const LOOK_EVERY_MS = 1_000;
/** Longer than the log of an invocation may take to arrive. */
const LOOK_BACK_MS = 5 * 60_000;
const STANDARD_RESOLUTION_SECONDS = 60;

const answer = z.object({
  events: z.array(z.object({ message: z.string(), timestamp: z.number(), logStreamName: z.string() })),
});

export interface FunctionMetricsProps {
  readonly aws: LocalEndpoint;
  readonly functionNames: readonly string[];
  /** Where the metrics go. */
  readonly metrics: MetricStore;
  readonly onError: (error: unknown) => void;
}

/**
 * Extracts embedded metrics from the functions' logs for the alarms on them, as CloudWatch does; MiniStack only keeps
 * the logs. It writes the log of an invocation when it ends, where Lambda does so continuously: the metrics of a
 * function that works for a minute arrive up to a minute late, each with its own time.
 */
export function followFunctionMetrics(props: FunctionMetricsProps): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const followed = props.functionNames.map((name) => follow(props, name, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(followed);
    },
  };
}

async function follow(
  { aws, metrics, onError }: FunctionMetricsProps,
  functionName: string,
  signal: AbortSignal,
): Promise<void> {
  let seen: ReadonlySet<string> = new Set();
  while (!signal.aborted) {
    try {
      const input = { logGroupName: `/aws/lambda/${functionName}`, startTime: Date.now() - LOOK_BACK_MS };
      const { events } = answer.parse(await callJsonService(aws, FILTER_LOG_EVENTS, input));
      const now = new Map(events.map((event) => [JSON.stringify(event), event.message]));
      for (const [key, message] of now) if (!seen.has(key)) keep(message, metrics);
      seen = new Set(now.keys());
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function keep(message: string, metrics: MetricStore): void {
  for (const { metric, timestampMs, unit, value } of message.split('\n').flatMap(embeddedMetricsIn)) {
    const sample = { kind: 'value', value, count: 1 } as const;
    metrics.put(metric, { timestampMs, unit, sample }, STANDARD_RESOLUTION_SECONDS);
  }
}
