import type { Evidence } from './evidence.ts';

/** What metrics measure, by the words in the names that strategies use: `queue_throttles`, `disk.root`, `heap_used`. */
const WORDS = {
  traffic: ['requests', 'request', 'traffic', 'rps', 'throughput', 'invocations'],
  throttling: ['throttles', 'throttled', 'throttling', '429', 'quota', 'rate_limit'],
  memory: ['memory', 'mem', 'heap', 'rss', 'oom'],
  descriptors: ['descriptors', 'fds', 'handles', 'sockets', 'pool', 'connections'],
  disk: ['disk', 'storage', 'inodes', 'filesystem'],
  cpu: ['cpu'],
  certificate: ['certificate', 'cert', 'tls'],
} as const;

export type MetricClass = keyof typeof WORDS;

/** Names in which a word of a class stands for something else. */
const NOT_TRAFFIC = /error|fail|latency|duration|time|throttl|age/;

export function isOfClass(metric: string, wanted: MetricClass): boolean {
  if (wanted === 'traffic' && NOT_TRAFFIC.test(metric)) return false;
  const words = metric.split(/[_.-]/);
  return WORDS[wanted].some((word) => (word.includes('_') ? metric.includes(word) : words.includes(word)));
}

/** Trouble this much later than the alert may still be what is behind it: alarms have periods of minutes. */
const ABOUT_THE_SAME_TIME_MS = 5 * 60_000;

/** What shows trouble of a class at the alarmed component, one sentence each: the alert first, then other red alarms. */
export function signsOf(
  { alert, components: [own] }: Evidence,
  wanted: MetricClass,
): { readonly isAlert: boolean; readonly signs: readonly string[] } {
  const isAlert = isOfClass(alert.metric, wanted);
  const others = (own?.redAlarms ?? []).filter(
    ({ metric, alarmName, sinceMs }) =>
      alarmName !== alert.alarmName &&
      isOfClass(metric, wanted) &&
      sinceMs <= alert.occurredAtMs + ABOUT_THE_SAME_TIME_MS,
  );
  return {
    isAlert,
    signs: [
      ...(isAlert ? [`the alert is on ${alert.metric}`] : []),
      ...others.map(
        ({ alarmName, sinceMs }) =>
          `alarm ${alarmName} has been red since ${new Date(sinceMs).toISOString()}`,
      ),
    ],
  };
}
