import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { plannedAlarms } from '../../../functions/core/configuration/planned-alarms.ts';
import { configurationText, expectProblem } from './configuration-text.ts';

const rds = ({
  targets = '{ dbInstance: orders }',
  alarm = 'busy: { metric: cpu, threshold: 90 }',
  step = '{ type: restart_service, timeoutSeconds: 300 }',
} = {}) =>
  configurationText({
    components: `components:\n  orders:\n    targets: ${targets}\n    alarms: { ${alarm} }\n`,
    strategies: `strategies:\n  - { id: heal, trigger: { statuses: [CRITICAL] }, actions: [${step}] }`,
  });

const alarmOf = (yaml: string) => {
  const loaded = loadConfiguration(yaml, 'selfheal.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return plannedAlarms(loaded.configuration)[0];
};

describe('a component that is a database of RDS', () => {
  it.each([
    ['dbInstance', 'cpu', 'CPUUtilization'],
    ['dbInstance', 'connections', 'DatabaseConnections'],
    ['dbInstance', 'disk_queue', 'DiskQueueDepth'],
    ['dbInstance', 'replica_lag', 'ReplicaLag'],
    ['dbInstance', 'read_latency', 'ReadLatency'],
    ['dbInstance', 'write_latency', 'WriteLatency'],
    ['dbCluster', 'cpu', 'CPUUtilization'],
    ['dbCluster', 'connections', 'DatabaseConnections'],
    ['dbCluster', 'replica_lag', 'AuroraReplicaLagMaximum'],
    ['dbCluster', 'read_latency', 'ReadLatency'],
    ['dbCluster', 'write_latency', 'WriteLatency'],
  ])('has, as %s, alarms on its %s by their names alone', (kind, metric, metricName) => {
    const alarm = `a: { metric: ${metric}, threshold: 90 }`;
    const step = '{ type: health_check }';
    const dimension = kind === 'dbInstance' ? 'DBInstanceIdentifier' : 'DBClusterIdentifier';
    expect(alarmOf(rds({ targets: `{ ${kind}: orders }`, alarm, step }))).toMatchObject({
      namespace: 'AWS/RDS',
      metricName,
      statistic: kind === 'dbInstance' ? 'Average' : 'Maximum',
      dimensions: { [dimension]: 'orders' },
    });
  });

  it.each([
    ['dbInstance', 'free_storage', 'FreeStorageSpace'],
    ['dbInstance', 'free_memory', 'FreeableMemory'],
    ['dbCluster', 'free_local_storage', 'FreeLocalStorage'],
    ['dbCluster', 'hit_rate', 'BufferCacheHitRatio'],
  ])('has, as %s, an alarm on %s that rings when little is left', (kind, metric, metricName) => {
    const more = { targets: `{ ${kind}: orders }`, step: '{ type: health_check }' };
    const alarm = `a: { metric: ${metric}, threshold: 1000, comparison: '<' }`;
    expect(alarmOf(rds({ ...more, alarm }))).toMatchObject({
      metricName,
      statistic: kind === 'dbInstance' ? 'Average' : 'Minimum',
      comparison: 'LessThanThreshold',
    });
    expect(alarmOf(rds({ ...more, alarm: alarm.replace('<', '<=') }))).toMatchObject({
      comparison: 'LessThanOrEqualToThreshold',
    });
    expectProblem(rds({ ...more, alarm: `▼a: { metric: ${metric}, threshold: 1000 }` }), {
      code: 'inverted-alarm',
      path: 'components.orders.alarms.a',
    });
  });

  it.each(['Orders', '1orders', 'orders-', 'or--ders', 'o'.repeat(64), 'arn:aws:rds:eu-west-1:1:db:orders'])(
    'cannot be named %s',
    (name) => {
      expectProblem(rds({ targets: `{ dbInstance: ▼"${name}" }`, step: '{ type: health_check }' }), {
        code: name.length > 63 ? 'wrong-length' : 'invalid-format',
        path: 'components.orders.targets.dbInstance',
      });
    },
  );

  it('needs more time than an action on other targets', () => {
    expectProblem(rds({ step: '▼{ type: restart_service, timeoutSeconds: 60 }' }), {
      code: 'action-timeout-too-short',
      path: 'strategies[0].actions[0]',
      severity: 'warning',
    });
  });

  it('cannot be rebooted as a whole where it is a cluster', () => {
    expectProblem(
      rds({ targets: '{ dbCluster: orders }', step: '{ type: ▼restart_service, timeoutSeconds: 30 }' }),
      { code: 'other-target-needed', path: 'strategies[0].actions[0].type' },
    );
  });
});
