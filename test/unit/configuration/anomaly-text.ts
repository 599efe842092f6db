import { componentText, MEMORY_ALARM } from './configuration-text.ts';

export const HOST = [
  'targets: { instanceIds: [i-0123456789abcdef0, i-0123456789abcdef1] }',
  'service: nginx.service',
];

export const PLACE = 'namespace: Shop, metricName: Latency, dimensions: { Service: shop }';

/** A component with one anomaly, `latency`. @param lines its keys, or all of it in braces */
export const entryText = (...lines: readonly string[]) =>
  componentText(...HOST, MEMORY_ALARM, 'anomalies:', '  latency:', ...lines.map((line) => `    ${line}`));

/** The same, with a tier CRITICAL that only notifies. */
export const anomalyText = (line: string) => entryText(line, 'tiers: { critical: notify }');
