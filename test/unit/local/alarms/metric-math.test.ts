import { describe, expect, it } from 'vitest';
import { MetricMathError, parseExpression } from '../../../../local/alarms/metric-math.ts';

const VALUES: Readonly<Record<string, number>> = { errors: 5, requests: 20, zero: 0 };
const evaluate = (source: string) => parseExpression(source).evaluate((id) => VALUES[id]);

describe('metric math', () => {
  it.each([
    ['errors / requests * 100', 25],
    ['100*(errors/requests)', 25],
    ['1 - errors - 2', -6],
    ['-errors + 2', -3],
    ['IF(requests > 10, errors, 0)', 5],
    ['IF(requests > 10 AND errors >= 6, 1, 0)', 0],
    ['IF(requests == 20 OR gone > 1, 1, 0)', undefined],
    ['FILL(gone, 0) + errors', 5],
    ['errors / zero', undefined],
    ['gone + 1', undefined],
    ['IF(zero, gone, 7)', 7],
  ])('%s is %s', (source, expected) => {
    expect(evaluate(source)).toBe(expected);
  });

  it.each([
    '',
    'SUM(METRICS())',
    'FILL(errors, REPEAT)',
    'errors +',
    'errors requests',
    'ANOMALY_DETECTION_BAND(m1, 2)',
    'a ^ 2',
  ])('refuses %j and says what is supported', (source) => {
    expect(() => parseExpression(source)).toThrow(MetricMathError);
    expect(() => parseExpression(source)).toThrow(/Supported here/);
  });
});
