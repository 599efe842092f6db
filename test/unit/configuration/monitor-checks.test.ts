import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../functions/core/analysis/component-series.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { formatProblem } from '../../../functions/core/configuration/problem.ts';
import { componentText, MEMORY_ALARM, ONE_HOST, problemsOf } from './configuration-text.ts';

const HOST = [ONE_HOST, 'service: nginx.service'];
const monitorText = (text: string) =>
  componentText(
    ...HOST,
    MEMORY_ALARM,
    'monitors:',
    '  queue_age:',
    `    { ${text}, tiers: { critical: notify } }`,
  );

const said = (text: string) => problemsOf(text).map(formatProblem).join('\n');

describe('a monitor', () => {
  it.each([
    ['unit: s', /is missing; expected one of `function`, `endpoint`, `events`/],
    ['function: figures, events: true', /`function` and `events` exclude each other/],
    ['events: true, sample: orders', /`sample` chooses among the samples of an `endpoint`/],
    ['function: figures, labels: { a: b }', /`labels` chooses among the samples of an `endpoint`/],
    ['function: selfheal-analyze', /a function of your own/],
    ['function: "arn:aws:lambda:us-east-1:1:function:a"', /the name of a Lambda function/],
    ['function: figures, timeoutSeconds: 1m', /20/],
    ['endpoint: "http://127.0.0.1:9100/metrics"', /is the function itself, or is never routed/],
    ['endpoint: "http://169.254.169.254/latest"', /is the function itself, or is never routed/],
    ['endpoint: "http://10.0.1.2/metrics", periodSeconds: 1m', /is read every 300 s/],
    ['events: true, options: { sensitvity: 1 }', /has no option `sensitvity`/],
    ['events: false', /true/],
  ])('is refused as { %s }, with what to do instead', (text, expected) => {
    expect(said(monitorText(text))).toMatch(expected);
  });

  it.each([
    ['function: "figures:live"', { kind: 'function', function: 'figures:live' }],
    ['endpoint: "http://10.0.1.2:9100/metrics"', { kind: 'endpoint', function: 'selfheal-scrape' }],
    ['events: true, statistic: p99', { kind: 'events', statistic: 'p99' }],
  ])('is watched as { %s }', (text, source) => {
    const loaded = loadConfiguration(monitorText(text), 'selfheal.yaml');
    const web = loaded.ok ? loaded.compiled.components['web'] : undefined;
    expect(web && seriesOf('web', web)).toMatchObject([
      { name: 'monitor/queue_age', metric: 'queue_age', source },
    ]);
  });

  it('is refused if nobody may send its events', () => {
    const text = monitorText('events: true').replace(
      'components:',
      'settings: { sources: { metrics: [] } }\ncomponents:',
    );
    expect(said(text)).toMatch(/`settings\.sources\.metrics` is empty/);
  });

  it('causes a warning if it signals and no strategy answers', () => {
    const text = componentText(...HOST, MEMORY_ALARM, 'monitors: { queue_age: { events: true } }');
    expect(said(text)).toMatch(/no strategy of component `web` answers `queue_age`/);
  });
});
