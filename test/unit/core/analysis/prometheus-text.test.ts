import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { sampleIn } from '../../../../functions/core/analysis/prometheus-text.ts';

/** The example of the format's specification, https://prometheus.io/docs/instrumenting/exposition_formats */
const SPECIFIED = String.raw`# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045
rpc_duration_seconds{quantile="0.01"} NaN
# TYPE announced_only counter
`;

const from = (page: string, sample: string, labels = {}) => sampleIn(page, { sample, labels });

describe('the reader of Prometheus’ text format', () => {
  it.each([
    ['http_requests_total', {}, 1030],
    ['http_requests_total', { code: '400' }, 3],
    ['http_requests_total', { code: '500' }, 'no-value'],
    ['metric_without_timestamp_and_labels', {}, 12.47],
    [
      'msdos_file_access_time_seconds',
      { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
      1.458255915e9,
    ],
    ['something_weird', {}, 'no-value'],
    ['rpc_duration_seconds', {}, 'no-value'],
    ['announced_only', {}, 'no-value'],
    ['http_requests', {}, 'unknown'],
  ])('reads %s with labels %j as %s', (sample, labels, expected) => {
    expect(from(SPECIFIED, sample, labels)).toBe(expected);
  });

  it('reads what the Node.js client writes', async () => {
    const registers = [new Registry()];
    const [registry] = registers as [Registry];
    const requests = new Counter({
      name: 'requests_total',
      help: 'R',
      labelNames: ['path', 'code'],
      registers,
    });
    requests.inc({ path: '/a "quoted" \\ path\n', code: '200' }, 4);
    requests.inc({ path: '/', code: '500' }, 2);
    new Gauge({ name: 'temperature', help: 'T', registers }).set(-1.5e-7);
    new Histogram({ name: 'latency_seconds', help: 'L', registers }).observe(0.25);
    const page = await registry.metrics();
    expect(from(page, 'requests_total')).toBe(6);
    expect(from(page, 'requests_total', { path: '/a "quoted" \\ path\n' })).toBe(4);
    expect(from(page, 'temperature')).toBe(-1.5e-7);
    expect(from(page, 'latency_seconds_sum')).toBe(0.25);
    expect(from(page, 'latency_seconds_bucket', { le: '0.25' })).toBe(1);
  });
});
