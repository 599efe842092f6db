/** What metrics measure, by the words in the names that strategies use: `queue_throttles`, `disk.root`, `heap_used`. */
export const METRIC_WORDS = {
  traffic: ['requests', 'request', 'traffic', 'rps', 'throughput', 'invocations'],
  throttling: ['throttles', 'throttled', 'throttling', '429', 'quota', 'rate_limit'],
  memory: ['memory', 'mem', 'heap', 'rss', 'oom', 'gc', 'object_leak'],
  descriptors: ['descriptors', 'descriptor', 'fds', 'handles', 'sockets', 'pool', 'connections'],
  disk: ['disk', 'storage', 'inodes', 'filesystem'],
  cpu: ['cpu'],
  certificate: ['certificate', 'cert', 'tls'],
} as const;

export type MetricClass = keyof typeof METRIC_WORDS;

/** Parts of names in which a word for traffic stands for something else. */
export const NOT_TRAFFIC = ['error', 'fail', 'latency', 'duration', 'time', 'throttl', 'age'] as const;

export function isOfClass(metric: string, wanted: MetricClass): boolean {
  if (wanted === 'traffic' && NOT_TRAFFIC.some((part) => metric.includes(part))) return false;
  const words = metric.split(/[_.-]/);
  return METRIC_WORDS[wanted].some((word) =>
    word.includes('_') ? metric.includes(word) : words.includes(word),
  );
}
