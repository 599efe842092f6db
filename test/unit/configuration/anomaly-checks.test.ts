import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../functions/core/analysis/component-series.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { componentText, expectProblem, problemsOf } from './configuration-text.ts';

const HOST = [
  'targets: { instanceIds: [i-0123456789abcdef0, i-0123456789abcdef1] }',
  'service: nginx.service',
];
const MEMORY = 'alarms: { memory: { metric: memory, threshold: 90 } }';
const PLACE = 'namespace: Shop, metricName: Latency, dimensions: { Service: shop }';

/** A component with one anomaly, whose tier CRITICAL only notifies. */
const anomalyText = (text: string, key = 'latency') =>
  componentText(...HOST, MEMORY, 'anomalies:', `  ${key}:`, `    ${text}`, '    tiers: { critical: notify }');

const seriesIn = (...lines: readonly string[]) => {
  const loaded = loadConfiguration(componentText(...lines), 'selfheal.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return seriesOf('web', loaded.compiled.components['web'] as Parameters<typeof seriesOf>[1]);
};

describe('the series that are watched for anomalies', () => {
  it('cover each instance for a host metric', () => {
    const series = seriesIn(...HOST, 'anomalies: { memory: {} }');
    expect(series.map(({ name, target }) => [name, target])).toEqual([
      ['memory/i-0123456789abcdef0', 'i-0123456789abcdef0'],
      ['memory/i-0123456789abcdef1', 'i-0123456789abcdef1'],
    ]);
    expect(series[0]).toMatchObject({
      metric: 'memory',
      errorType: 'MEMORY_LEAK',
      source: {
        kind: 'metric',
        metric: {
          namespace: 'CWAgent',
          metricName: 'mem_used_percent',
          dimensions: { InstanceId: 'i-0123456789abcdef0' },
          statistic: 'Average',
        },
      },
      series: { direction: 'above', periodSeconds: 300, counter: false, learningHours: 24 },
    });
  });

  it('follow one metric with its own dimensions, and the usual statistic and direction of its name', () => {
    const [series] = seriesIn(...HOST, MEMORY, `anomalies: { latency_p99: { ${PLACE} } }`);
    expect(series).toMatchObject({
      name: 'latency_p99',
      source: { metric: { namespace: 'Shop', metricName: 'Latency', statistic: 'p99' } },
      series: { direction: 'above' },
    });
    const [lower] = seriesIn(...HOST, MEMORY, `anomalies: { hit_rate: { ${PLACE} } }`);
    expect(lower?.series.direction).toBe('below');
  });

  it('combine several series, on each instance if one of them is measured there', () => {
    const together = 'together: { detector: joint, of: [memory, latency] }';
    const series = seriesIn(
      ...HOST,
      MEMORY,
      `anomalies: { ${together}, memory: {}, latency: { ${PLACE}, unit: ms } }`,
    );
    const joint = series.filter(({ source }) => source.kind === 'joint');
    expect(joint).toMatchObject([
      {
        name: 'together/i-0123456789abcdef0',
        target: 'i-0123456789abcdef0',
        series: { detector: 'joint', direction: 'both', options: { dimensions: 2 } },
        source: { parts: [{ series: 'memory/i-0123456789abcdef0' }, { series: 'latency', unit: 'ms' }] },
      },
      { name: 'together/i-0123456789abcdef1' },
    ]);
  });

  it('may combine a monitor with what a profile watches on each host', () => {
    const series = seriesIn(
      ...HOST,
      MEMORY,
      'monitors: { queue: { events: true, unit: jobs } }',
      'profile: { detectors: [trend, z_score] }',
      `anomalies: { all: { detector: joint, of: [latency, monitor/queue, profile/descriptors] }, latency: { ${PLACE} } }`,
    );
    const joint = series.filter(({ source }) => source.kind === 'joint');
    expect(joint).toMatchObject([
      {
        name: 'all/i-0123456789abcdef0',
        series: { options: { dimensions: 3 } },
        source: {
          parts: [
            { series: 'latency' },
            { series: 'monitor/queue', unit: 'jobs' },
            { series: 'profile/descriptors/i-0123456789abcdef0' },
          ],
        },
        waits: { settleSeconds: 0, latenessSeconds: 0 },
      },
      { name: 'all/i-0123456789abcdef1' },
    ]);
  });

  it('may be watched together as counters, and with columns of a profile that no detector watches', () => {
    const joint = (...more: readonly string[]) =>
      seriesIn(
        ...HOST,
        MEMORY,
        'monitors: { served: { events: true, counter: true } }',
        'profile: { runtime: go, endpoint: "http://127.0.0.1:6060/metrics" }',
        'anomalies: { all: { detector: joint, of: [profile/cpu_percent, monitor/served, profile/restarts] } }',
        ...more,
      ).filter(({ source }) => source.kind === 'joint');
    expect(joint()).toMatchObject([
      {
        name: 'all/i-0123456789abcdef0',
        series: { counters: [1, 2], options: { dimensions: 3, leastDeviations: [1, 0, 1 / 300] } },
        source: {
          parts: [
            {
              series: 'profile/cpu_percent/i-0123456789abcdef0',
              unit: '%',
              readWith: 'profile/goroutines/i-0123456789abcdef0',
            },
            { series: 'monitor/served' },
            { series: 'profile/restarts/i-0123456789abcdef0', unit: 'a second' },
          ],
        },
      },
      { name: 'all/i-0123456789abcdef1' },
    ]);
  });

  it('start over with entries that become counters', () => {
    const fingerprint = (more: string) =>
      seriesIn(
        ...HOST,
        MEMORY,
        `anomalies: { both: { detector: joint, of: [latency, memory] }, latency: { ${PLACE}${more} }, memory: {} }`,
      )[0]?.fingerprint;
    expect(fingerprint(', counter: true')).not.toBe(fingerprint(''));
  });

  it('start over with whatever makes their baseline meaningless, and with nothing else', () => {
    const fingerprint = (more: string) =>
      seriesIn(...HOST, MEMORY, `anomalies: { latency: { ${PLACE}, ${more} } }`)[0]?.fingerprint;
    const usual = fingerprint('unit: ms');
    expect(fingerprint('tiers: { high: signal }, learningSeconds: 2d, direction: both, unit: s')).toBe(usual);
    for (const more of ['statistic: p90', 'periodSeconds: 1m', 'counter: true', 'detector: z_score'])
      expect(fingerprint(more), more).not.toBe(usual);
  });
});

describe('the check of a watched series', () => {
  const path = 'components.web.anomalies.latency';

  it('refuses a metric whose place nobody knows', () => {
    const problem = expectProblem(anomalyText('periodSeconds: 5m').replace('  latency:', '  ▼latency:'), {
      code: 'metric-source-needed',
      path,
    });
    expect(problem.message).toContain('missing: namespace, metricName, dimensions');
    expect(problem.remedy).toContain('`expression` with `metrics`');
  });

  it('refuses a host metric without dimensions if the hosts are not named', () => {
    const problem = expectProblem(
      componentText(
        'targets: { tags: { role: web } }',
        'service: nginx.service',
        'anomalies:',
        '  ▼memory: { tiers: { critical: notify } }',
        'alarms: { all: { metric: memory, threshold: 90, dimensions: {} } }',
      ),
      { code: 'metric-source-needed', path: 'components.web.anomalies.memory' },
    );
    expect(problem.remedy).toContain('`dimensions:`');
  });

  it('refuses an expression without its metrics', () => {
    expectProblem(anomalyText('▼expression: errors / requests'), {
      code: 'metric-source-needed',
      path: `${path}.expression`,
    });
  });

  it('refuses an expression that names a metric that is not there', () => {
    const metrics = 'metrics: { errors: { namespace: Shop, metricName: E } }';
    const problem = expectProblem(
      anomalyText(`{ expression: ▼100 * error / 5, ${metrics} }`).replace(
        '\n        tiers: { critical: notify }',
        '',
      ),
      {
        code: 'invalid-value',
        path: `${path}.expression`,
        nearest: 'errors',
        others: ['anomaly-without-strategy'],
      },
    );
    expect(problem.remedy).toBe('Did you mean `errors`?');
  });

  it.each(["SEARCH('{Shop} Errors', 'Sum')", 'SUM(METRICS())', 'SELECT AVG(x) FROM "Shop" GROUP BY y'])(
    'refuses %s, which may return several series',
    (expression) => {
      const text = `{ expression: ▼${JSON.stringify(expression)}, metrics: { x: { namespace: N, metricName: M } } }`;
      const problem = expectProblem(anomalyText(text).replace('\n        tiers: { critical: notify }', ''), {
        code: 'invalid-value',
        path: `${path}.expression`,
        others: ['anomaly-without-strategy'],
      });
      expect(problem.message).toContain('may return several series');
    },
  );

  it.each(['RATE(x)', 'DIFF(x)', 'x / DIFF_TIME(x)', 'RUNNING_SUM(x)'])(
    'refuses %s, which depends on data points that a run does not read',
    (expression) => {
      const text = `{ expression: ▼${JSON.stringify(expression)}, metrics: { x: { namespace: N, metricName: M } } }`;
      const problem = expectProblem(anomalyText(text).replace('\n        tiers: { critical: notify }', ''), {
        code: 'invalid-value',
        path: `${path}.expression`,
        others: ['anomaly-without-strategy'],
      });
      expect(problem.message).toContain('depends on values before');
    },
  );

  it('refuses both a metric and an expression', () => {
    const text = `{ ▼namespace: Shop, expression: 'x + 1', metrics: { x: { namespace: N, metricName: M } } }`;
    expectProblem(anomalyText(text).replace('\n        tiers: { critical: notify }', ''), {
      code: 'conflicting-keys',
      path: `${path}.namespace`,
      others: ['anomaly-without-strategy'],
    });
  });

  it.each(['7m', '2h', '5s', '90'])('refuses a period that no series has: %s', (period) => {
    const problem = expectProblem(anomalyText(`periodSeconds: ▼${period}`), {
      code: period === '5s' || period === '2h' ? 'out-of-range' : 'invalid-value',
      path: `${path}.periodSeconds`,
    });
    expect(`${problem.message} ${problem.remedy}`).toMatch(/divide an hour|10s to 1h/);
  });

  it('refuses an option that the detector does not have', () => {
    const problem = expectProblem(
      anomalyText(`{ ${PLACE}, options: { ▼sensitivty: 0.5 }, tiers: { critical: notify } }`).replace(
        '\n        tiers: { critical: notify }',
        '',
      ),
      { code: 'unknown-key', path: `${path}.options.sensitivty`, nearest: 'sensitivity' },
    );
    expect(problem.remedy).toBe('Did you mean `sensitivity`?');
  });

  it('refuses a sensitivity that is not a share', () => {
    expectProblem(
      anomalyText(`{ ${PLACE}, options: { sensitivity: ▼1.5 }, tiers: { critical: notify } }`).replace(
        '\n        tiers: { critical: notify }',
        '',
      ),
      { code: 'out-of-range', path: `${path}.options.sensitivity` },
    );
  });

  it('refuses more baselines in a component than a record holds', () => {
    const ids = Array.from({ length: 400 }, (_, index) => `i-${index.toString(16).padStart(17, '0')}`);
    const problem = expectProblem(
      componentText(
        `targets: { instanceIds: [${ids.join(', ')}] }`,
        'service: nginx.service',
        '▼anomalies: { memory: {} }',
      ),
      { code: 'too-many-series', path: 'components.web.anomalies', others: ['rolling-repair-too-slow'] },
    );
    expect(problem.message).toMatch(/400 series do not fit into their record; \d{2,3} of them would/);
  });
});

describe('a tier that signals', () => {
  it('reaches a strategy that nothing else reaches', () => {
    expect(problemsOf(componentText(...HOST, 'anomalies: { memory: {} }'))).toEqual([]);
  });

  it('causes a warning if no strategy answers it', () => {
    const problem = expectProblem(componentText(...HOST, MEMORY, 'anomalies:', `  ▼latency: { ${PLACE} }`), {
      code: 'anomaly-without-strategy',
      severity: 'warning',
      path: 'components.web.anomalies.latency',
    });
    expect(problem.message).toContain('of severity CRITICAL');
  });

  it('cannot be replaced by one that only notifies, for a strategy to be reachable', () => {
    const codes = problemsOf(
      componentText(...HOST, 'anomalies: { memory: { tiers: { critical: notify } } }'),
    ).map(({ code }) => code);
    expect(codes).toEqual(['unreachable-strategy']);
  });
});

describe('series that cannot be watched together', () => {
  const NOTIFY = 'tiers: { critical: notify }';
  const entry = (text: string) => `{ ${text}, ${NOTIFY} }`;
  const jointText = (text: string) =>
    componentText(
      ...HOST,
      MEMORY,
      'anomalies:',
      `  latency: ${entry(PLACE)}`,
      `  errors: ${entry(PLACE)}`,
      `  served: ${entry(`${PLACE}, counter: true`)}`,
      `  cpu: ${entry('periodSeconds: 1m')}`,
      `  both: ${entry(text)}`,
    );

  it.each([
    ['detector: joint', 'missing-key', 'detector', /`of` is missing/],
    ['of: [latency, errors]', 'missing-key', 'of', /`detector: joint` is missing/],
    ['detector: joint, of: [latency]', 'wrong-length', 'of', /2/],
    ['detector: joint, of: [latency, eror]', 'invalid-value', 'of[1]', /`eror` is no single series/],
    ['detector: joint, of: [latency, both]', 'invalid-value', 'of[1]', /latency, errors, served, cpu$/],
    ['detector: joint, of: [latency, latency]', 'repeated-value', 'of[0]', /named twice/],
    ['detector: joint, of: [latency, served], counter: true', 'conflicting-keys', 'counter', /exclude each/],
    ['detector: joint, of: [latency, cpu]', 'invalid-value', 'of[1]', /every 60 s, and `both` every 300 s/],
    ['detector: joint, of: [latency, errors], unit: s', 'conflicting-keys', 'unit', /exclude each other/],
    [
      'detector: joint, of: [latency, errors], options: { dimensions: 3 }',
      'unknown-key',
      'options.dimensions',
      /it has sensitivity$/,
    ],
  ])('are refused: %s', (text, code, key, message) => {
    const [problem] = problemsOf(jointText(text));
    expect(problem).toMatchObject({ severity: 'error', code, path: `components.web.anomalies.both.${key}` });
    expect(problem?.message).toMatch(message);
  });

  it('are refused with the entry that may have been meant', () => {
    const [problem] = problemsOf(jointText('detector: joint, of: [latency, eror]'));
    expect(problem?.nearest).toBe('errors');
  });

  const others = (text: string) =>
    componentText(
      ...HOST,
      MEMORY,
      'monitors:',
      '  queue: { events: true }',
      '  served: { events: true, counter: true }',
      '  age: { events: true, periodSeconds: 1m }',
      'profile: {}',
      'anomalies:',
      `  latency: ${entry(PLACE)}`,
      `  all: ${entry(`detector: joint, of: [latency, ${text}]`)}`,
    );

  it.each([
    [
      'queue',
      /`queue` is no single series of the component; there are latency, monitor\/queue, /,
      'monitor/queue',
    ],
    ['profile/descriptor', /profile\/descriptors, /, 'profile/descriptors'],
    ['cpu_percent', /there are latency, /, 'profile/cpu_percent'],
    ['profile/goroutines', /`profile\/goroutines` is measured only with `runtime: go`$/, undefined],
    ['profile/gc_percent', /only with `runtime: go` or `node` or `jvm`$/, undefined],
    ['profile/queue', /`profile\/queue` is no single series/, undefined],
    ['monitor/age', /every 60 s, and `all` every 300 s/, undefined],
  ])('are refused if they come from a monitor or a profile: %s', (name, message, nearest) => {
    const [problem] = problemsOf(others(name)).filter(({ severity }) => severity === 'error');
    expect(problem).toMatchObject({ code: 'invalid-value', path: 'components.web.anomalies.all.of[1]' });
    expect(problem?.message).toMatch(message);
    expect(problem?.nearest).toBe(nearest);
  });

  it.each([
    'monitor/queue, profile/descriptors',
    'monitor/served, profile/restarts',
    'profile/cpu_percent, profile/throttled_percent, profile/pressure_io_percent, profile/sockets_close_wait',
  ])('do not include %s', (names) => {
    const problems = problemsOf(others(names));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('include columns of a profile that the component does not have', () => {
    const [problem] = problemsOf(jointText('detector: joint, of: [latency, profile/cpu_percent]'));
    expect(problem?.message).toMatch(/`profile\/cpu_percent` is no single series/);
  });
});
