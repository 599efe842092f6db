import { describe, expect, it } from 'vitest';
import { configurationText, ONE_HOST, verdictsOf } from './configuration-text.ts';

const verdicts = (alarm: string, target = ONE_HOST) =>
  verdictsOf(
    configurationText({
      settings: 'settings: { repairTimeoutSeconds: 1h }',
      components: `components:\n  web: { ${target}, service: a.service, alarms: { a: { ${alarm} } } }`,
      strategies:
        'strategies:\n  - { id: a, trigger: { statuses: [CRITICAL] }, actions: [{ type: notify_soc }] }',
    }),
  );
const PLACE = 'warning out-of-range components.web.alarms.a.threshold:';
const ALWAYS = 'the alarm is red on a healthy component, which is then healed again and again';
const BETWEEN = 'Write a threshold between 0 and 100, or another `comparison`.';

describe('a threshold beyond all values of its metric', () => {
  it.each([
    ['metric: memory, threshold: 900', 'memory', 'never `>= 900`: the alarm cannot go off', BETWEEN],
    [
      'metric: disk, threshold: 100, comparison: ">"',
      'disk',
      'never `> 100`: the alarm cannot go off',
      BETWEEN,
    ],
    ['metric: memory, threshold: 0', 'memory', `always \`>= 0\`: ${ALWAYS}`, BETWEEN],
    [
      'metric: memory, threshold: 0.9',
      'memory',
      `nearly always \`>= 0.9\`: ${ALWAYS}`,
      'Write `90`: it is in percent.',
    ],
    ['metric: memory, threshold: 101, comparison: "<"', 'memory', `always \`< 101\`: ${ALWAYS}`, BETWEEN],
    [
      'metric: memory, threshold: 0, comparison: "<"',
      'memory',
      'never `< 0`: the alarm cannot go off',
      BETWEEN,
    ],
  ])('causes a warning: %s', (alarm, metric, problem, remedy) => {
    expect(verdicts(alarm)).toEqual([
      `${PLACE} \`${metric}\` is from 0 to 100, and so ${problem} → ${remedy}`,
    ]);
  });

  it('causes a warning where the metric follows from the target', () => {
    expect(verdicts('metric: cpu, threshold: 110', 'targets: { dbInstance: orders-db }')).toContainEqual(
      expect.stringContaining('`cpu` is from 0 to 100, and so never `>= 110`'),
    );
  });

  it.each([
    'metric: memory, threshold: 100',
    'metric: status_check, threshold: 0, comparison: ">"',
    'metric: status_check, threshold: 1',
    'metric: memory, threshold: 0, comparison: "<="',
    'metric: memory, threshold: 250, statistic: Sum',
    'metric: usage, namespace: Own, metricName: usage, dimensions: {}, threshold: 0.9',
  ])('is no matter where a value can be on either side: %s', (alarm) => {
    expect(verdicts(alarm)).toEqual([]);
  });
});
