import { PRICES } from '../../../functions/core/cost/prices.ts';
import { section, textTable } from '../text-table.ts';
import type { AnalysisResults } from './analysis-bench.ts';

/** Three alarm metrics: the metric and the two edges of its band. */
const BAND_ALARM_METRICS = 3;

export function analysisSection({ series, runs, maxRssMiB, month }: AnalysisResults): string {
  const usd = (value: number) => value.toFixed(4);
  return [
    section(
      `Analysis of ${series} series, with CloudWatch and DynamoDB on this machine`,
      textTable([
        ['run', 'data points', 'seconds', 'calls', 'metrics', 'read units', 'write units'],
        ...runs.map((run, index) => [
          index === 0 ? 'history' : 'steady',
          String(run.counted),
          run.seconds.toFixed(1),
          String(run.calls),
          String(run.metrics),
          run.readUnits.toFixed(1),
          run.writeUnits.toFixed(1),
        ]),
      ]),
      '',
      `Most memory: ${maxRssMiB.toFixed(0)} MiB`,
    ),
    section(
      'Price of a series-month, read every 5 minutes, US dollars',
      textTable([
        ['item', 'US dollars'],
        ['GetMetricData', usd(month.metrics)],
        ['table', usd(month.table)],
        ['function', usd(month.lambda)],
        ['total', usd(month.total)],
        ['a threshold alarm', usd(PRICES.alarm.usd)],
        ['an anomaly-band alarm', usd(BAND_ALARM_METRICS * PRICES.alarm.usd)],
      ]),
    ),
  ].join('\n');
}
