import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const text = ({
  targets = '{ dbCluster: orders }',
  alarm = 'busy: { metric: cpu, threshold: 90 }',
  trigger = '{ metrics: [cpu] }',
  step = '{ type: failover, timeoutSeconds: 2m }',
} = {}) =>
  configurationText({
    components: `components:\n  shop:\n    targets: ${targets}\n    alarms: { ${alarm} }\n`,
    strategies: `strategies:\n  - { id: heal, trigger: ${trigger}, actions: [${step}] }`,
  });

const codesOf = (yaml: string) => problemsOf(yaml).map(({ code }) => code);

describe('an alarm on a cluster that a failover answers', () => {
  it.each(['{ metrics: [cpu] }', '{ statuses: [CRITICAL] }', '{ causes: [CPU_SATURATED] }'])(
    'is warned of where it watches the readers, too: %s',
    (trigger) => {
      const problem = expectProblem(text({ trigger, alarm: '▼busy: { metric: cpu, threshold: 90 }' }), {
        code: 'any-member-alarm',
        severity: 'warning',
        path: 'components.shop.alarms.busy',
      });
      expect(problem).toMatchObject({
        value: 'cpu',
        message: expect.stringContaining('strategy `heal` answers it with failover'),
        remedy: 'On Aurora, watch the writer: `dimensions: { DBClusterIdentifier: orders, Role: WRITER }`.',
      });
    },
  );

  it.each([
    [
      'it watches the writer',
      {
        alarm:
          'busy: { metric: cpu, threshold: 90, dimensions: { DBClusterIdentifier: orders, Role: WRITER } }',
      },
    ],
    [
      'it is on a metric of the cluster as a whole',
      { alarm: 'late: { metric: replica_lag, threshold: 90 }', trigger: '{ metrics: [replica_lag] }' },
    ],
    ['another action answers it', { step: '{ type: health_check }' }],
    ['it is on an instance', { targets: '{ dbInstance: orders }' }],
  ])('is accepted where %s', (_, parts) => {
    expect(codesOf(text(parts))).toEqual([]);
  });

  it('is accepted where the failover answers another metric', () => {
    const alarm = 'busy: { metric: cpu, threshold: 90 }, full: { metric: connections, threshold: 90 }';
    const role = 'dimensions: { DBClusterIdentifier: orders, Role: WRITER }';
    const parts = { alarm: alarm.replace('threshold: 90 }', `threshold: 90, ${role} }`) };
    expect(codesOf(text(parts))).toEqual(['alarm-without-strategy']);
    expect(codesOf(text({ ...parts, trigger: '{ metrics: [cpu, connections] }' }))).toEqual([
      'any-member-alarm',
    ]);
  });
});
