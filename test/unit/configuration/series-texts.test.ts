import { describe, expect, it } from 'vitest';
import { HOST, PLACE } from './anomaly-text.ts';
import { componentText, MEMORY_ALARM, verdictsOf } from './configuration-text.ts';

const NOTIFY = 'tiers: { critical: notify }';

/** A component with one entry under `anomalies`, which only notifies. */
const anomaly = (entry: string, key = 'latency') =>
  componentText(...HOST, MEMORY_ALARM, 'anomalies:', `  ${key}: { ${[entry, NOTIFY].join(', ')} }`);
const onTarget = (targets: string, entry: string, key = 'latency') =>
  componentText(
    `targets: { ${targets} }`,
    'health: { url: "https://web.example.com/" }',
    'signals: [memory]',
    'anomalies:',
    `  ${key}: { ${entry}${NOTIFY} }`,
  ).replace('start_component', 'notify_soc');
const METRICS = 'metrics: { e: { namespace: Shop, metricName: E } }';

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a metric that nobody knows',
    anomaly('periodSeconds: 5m'),
    [
      'error metric-source-needed components.web.anomalies.latency: Selfheal does not know the CloudWatch metric of `latency`; it knows cpu, memory, disk, status_check; missing: namespace, metricName, dimensions → Add `namespace:`, `metricName:`, `dimensions:` (`dimensions: {}` for a metric without any), or an `expression` with `metrics`.',
    ],
  ],
  [
    'a metric without its name',
    anomaly('namespace: Shop, dimensions: {}'),
    [
      'error metric-source-needed components.web.anomalies.latency: Selfheal does not know the CloudWatch metric of `latency`; it knows cpu, memory, disk, status_check; missing: metricName → Add `metricName:` (`dimensions: {}` for a metric without any), or an `expression` with `metrics`.',
    ],
  ],
  [
    'a metric without dimensions',
    anomaly('namespace: Shop, metricName: Latency'),
    [
      'error metric-source-needed components.web.anomalies.latency: Selfheal does not know the CloudWatch metric of `latency`; it knows cpu, memory, disk, status_check; missing: dimensions → Add `dimensions:` (`dimensions: {}` for a metric without any), or an `expression` with `metrics`.',
    ],
  ],
  [
    'a metric of a function',
    onTarget('lambdaAlias: orders:live', '', 'queue'),
    [
      'error metric-source-needed components.web.anomalies.queue: Selfheal does not know the CloudWatch metric of `queue`; it knows cpu, memory, disk, status_check, errors, throttles, duration, throughput; missing: namespace, metricName, dimensions → Add `namespace:`, `metricName:`, `dimensions:` (`dimensions: {}` for a metric without any), or an `expression` with `metrics`.',
    ],
  ],
  [
    'a host metric of a group',
    onTarget('autoScalingGroup: web', '', 'memory'),
    [
      'error metric-source-needed components.web.anomalies.memory: `memory` is watched per instance only for `instanceIds`; missing: dimensions → Add `dimensions:` (`dimensions: {}` for a metric without any), or an `expression` with `metrics`.',
    ],
  ],
  [
    'metrics without an expression',
    anomaly(METRICS),
    [
      'error metric-source-needed components.web.anomalies.latency.metrics: `expression` is missing: an expression over `metrics` → Add `expression`.',
    ],
  ],
  [
    'an expression without metrics',
    anomaly('expression: e + 1'),
    [
      'error metric-source-needed components.web.anomalies.latency.expression: `metrics` is missing: the metrics that it names → Add `metrics`.',
    ],
  ],
  [
    'an expression with no metric at all',
    anomaly('expression: e + 1, metrics: {}'),
    [
      'error metric-source-needed components.web.anomalies.latency.expression: `metrics` is missing: the metrics that it names → Add `metrics`.',
    ],
  ],
  [
    'an expression and a metric',
    anomaly(`expression: e + 1, ${METRICS}, statistic: Sum`),
    [
      'error conflicting-keys components.web.anomalies.latency.statistic: `statistic` and `expression` exclude each other: the metrics of an expression belong under `metrics` → Move `statistic` to a metric under `metrics`, or remove `expression`.',
    ],
  ],
  [
    'an expression over several series',
    anomaly(`expression: "SEARCH('x') + e", ${METRICS}`),
    [
      'error invalid-value components.web.anomalies.latency.expression: `SEARCH` may return several series, and each entry watches one → Write an expression over the names under `metrics`, and one entry for each series.',
    ],
  ],
  [
    'an expression over earlier values',
    anomaly(`expression: RATE(e), ${METRICS}`),
    [
      'error invalid-value components.web.anomalies.latency.expression: `RATE` depends on values before those that a run reads → Write an expression whose values follow from the data points of their own period.',
    ],
  ],
  [
    'an expression with a slip',
    anomaly(`expression: 2 * ee, ${METRICS}`),
    [
      'error invalid-value components.web.anomalies.latency.expression: `ee` is not among `metrics`: e → Did you mean `e`?',
    ],
  ],
  [
    'an expression with another name',
    anomaly(`expression: e / requests, ${METRICS}`),
    [
      'error invalid-value components.web.anomalies.latency.expression: `requests` is not among `metrics`: e → Add it to `metrics`, or correct the name.',
    ],
  ],
  ['words in quotes', anomaly(`expression: "IF(e > 1, 'DIFF of requests', e)", ${METRICS}`), []],
  [
    'an option with a slip',
    anomaly(`${PLACE}, options: { sensitvity: 1 }`),
    [
      'error unknown-key components.web.anomalies.latency.options.sensitvity: `seasonal` has no option `sensitvity`; it has sensitivity → Did you mean `sensitivity`?',
    ],
  ],
  [
    'an unknown option',
    anomaly(`${PLACE}, options: { zeal: 1 }`),
    [
      'error unknown-key components.web.anomalies.latency.options.zeal: `seasonal` has no option `zeal`; it has sensitivity → Remove it, or use one of these.',
    ],
  ],
  [
    'an option of a detector without any',
    anomaly(`${PLACE}, detector: threshold, threshold: { critical: 9 }, options: { level: 1 }`),
    [
      'error unknown-key components.web.anomalies.latency.options.level: `threshold` has no option `level`; it has none → Remove it, or use one of these.',
    ],
  ],
  [
    'a share above 1',
    anomaly(`${PLACE}, options: { sensitivity: 1.01 }`),
    [
      'error out-of-range components.web.anomalies.latency.options.sensitivity: 1.01 is not from 0 to 1 → Write a number from 0 to 1.',
    ],
  ],
  [
    'a share below 0',
    anomaly(`${PLACE}, options: { sensitivity: -0.01 }`),
    [
      'error out-of-range components.web.anomalies.latency.options.sensitivity: -0.01 is not from 0 to 1 → Write a number from 0 to 1.',
    ],
  ],
  ['the whole share', anomaly(`${PLACE}, options: { sensitivity: 1 }`), []],
  ['no share', anomaly(`${PLACE}, options: { sensitivity: 0 }`), []],
  [
    'too large an option',
    anomaly(`${PLACE}, detector: z_score, options: { window: 20001 }`),
    [
      'error out-of-range components.web.anomalies.latency.options.window: 20001 is not from 0 to 20000 → Write a number from 0 to 20000.',
    ],
  ],
  ['the largest option', anomaly(`${PLACE}, detector: z_score, options: { window: 20000 }`), []],
];

describe('the entry of a series', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
