import { describe, expect, it } from 'vitest';
import { anomalyText, entryText, HOST, PLACE } from './anomaly-text.ts';
import { componentText, expectProblem, MEMORY_ALARM, problemsOf } from './configuration-text.ts';

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

  it('warns of a mount whose metric the agent publishes under more dimensions', () => {
    const mount = 'namespace: CWAgent, metricName: disk_used_percent';
    const tiers = 'tiers: { critical: notify }';
    expectProblem(entryText(`{ ${mount}, dimensions: ▼{ path: / }, ${tiers} }`), {
      code: 'partial-dimensions',
      severity: 'warning',
      path: `${path}.dimensions`,
    });
    expectProblem(
      entryText(
        `{ expression: 100 - used, metrics: { used: { ${mount}, dimensions: ▼{ path: / } } }, ${tiers} }`,
      ),
      { code: 'partial-dimensions', severity: 'warning', path: `${path}.metrics.used.dimensions` },
    );
  });

  it('refuses an expression without its metrics', () => {
    expectProblem(anomalyText('▼expression: errors / requests'), {
      code: 'metric-source-needed',
      path: `${path}.expression`,
    });
  });

  it('refuses an expression that names a metric that is not there', () => {
    const metrics = 'metrics: { errors: { namespace: Shop, metricName: E } }';
    const problem = expectProblem(entryText(`{ expression: ▼100 * error / 5, ${metrics} }`), {
      code: 'invalid-value',
      path: `${path}.expression`,
      nearest: 'errors',
      others: ['anomaly-without-strategy'],
    });
    expect(problem.remedy).toBe('Did you mean `errors`?');
  });

  it.each(["SEARCH('{Shop} Errors', 'Sum')", 'SUM(METRICS())', 'SELECT AVG(x) FROM "Shop" GROUP BY y'])(
    'refuses %s, which may return several series',
    (expression) => {
      const text = `{ expression: ▼${JSON.stringify(expression)}, metrics: { x: { namespace: N, metricName: M } } }`;
      const problem = expectProblem(entryText(text), {
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
      const problem = expectProblem(entryText(text), {
        code: 'invalid-value',
        path: `${path}.expression`,
        others: ['anomaly-without-strategy'],
      });
      expect(problem.message).toContain('depends on values before');
    },
  );

  it('refuses both a metric and an expression', () => {
    const text = `{ ▼namespace: Shop, expression: 'x + 1', metrics: { x: { namespace: N, metricName: M } } }`;
    expectProblem(entryText(text), {
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
      entryText(`{ ${PLACE}, options: { ▼sensitivty: 0.5 }, tiers: { critical: notify } }`),
      { code: 'unknown-key', path: `${path}.options.sensitivty`, nearest: 'sensitivity' },
    );
    expect(problem.remedy).toBe('Did you mean `sensitivity`?');
  });

  it('refuses a sensitivity that is not a share', () => {
    expectProblem(entryText(`{ ${PLACE}, options: { sensitivity: ▼1.5 }, tiers: { critical: notify } }`), {
      code: 'out-of-range',
      path: `${path}.options.sensitivity`,
    });
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
    const problem = expectProblem(
      componentText(...HOST, MEMORY_ALARM, 'anomalies:', `  ▼latency: { ${PLACE} }`),
      {
        code: 'anomaly-without-strategy',
        severity: 'warning',
        path: 'components.web.anomalies.latency',
      },
    );
    expect(problem.message).toContain('of severity CRITICAL');
  });

  it('cannot be replaced by one that only notifies, for a strategy to be reachable', () => {
    const codes = problemsOf(
      componentText(...HOST, 'anomalies: { memory: { tiers: { critical: notify } } }'),
    ).map(({ code }) => code);
    expect(codes).toEqual(['unreachable-strategy']);
  });
});
