import * as z from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operations } from '../in-process-client.ts';
import { answerOfCluster, answerOfInstance, type DatabaseState, TAKES_MS } from './database-state.ts';

const instanceInput = z.object({ DBInstanceIdentifier: z.string() });
const clusterInput = z.object({ DBClusterIdentifier: z.string() });
const rebootInput = instanceInput.extend({ ForceFailover: z.boolean().optional() });
const failoverInput = clusterInput.extend({ TargetDBInstanceIdentifier: z.string().optional() });
const eventsInput = z.object({
  SourceIdentifier: z.string(),
  SourceType: z.enum(['db-instance', 'db-cluster']),
  /** Minutes. */
  Duration: z.int().min(1).max(20_160).default(60),
  EventCategories: z.array(z.string()),
});
const SOURCES = { db: 'db-instance', cluster: 'db-cluster' } as const;

/** Reboots and failovers, and reading what they did. */
export function restartOperations({
  clock,
  writerReturnsMs,
  effects,
  events,
  instanceOf,
  clusterOf,
  swapZones,
  announce,
}: DatabaseState): Operations {
  return {
    DescribeDBInstances: (input) => {
      const { DBInstanceIdentifier: id } = instanceInput.parse(input);
      return { DBInstances: [answerOfInstance(id, instanceOf(id))] };
    },
    DescribeDBClusters: (input) => {
      const { DBClusterIdentifier: id } = clusterInput.parse(input);
      return { DBClusters: [answerOfCluster(id, clusterOf(id))] };
    },
    DescribeEvents: (input) => {
      const { SourceIdentifier: id, SourceType, Duration, EventCategories } = eventsInput.parse(input);
      const found = events
        .filter((event) => event.id === id && SOURCES[event.kind] === SourceType)
        .filter(({ atMs }) => atMs >= clock.nowMs() - Duration * 60_000)
        .filter(({ categories }) => categories.some((one) => EventCategories.includes(one)));
      return {
        Events: found.map(({ message, categories, atMs }) => ({
          ...{ SourceIdentifier: id, SourceType, Message: message },
          ...{ EventCategories: [...categories], Date: new Date(atMs) },
        })),
      };
    },
    RebootDBInstance: (input) => {
      const { DBInstanceIdentifier: id, ForceFailover = false } = rebootInput.parse(input);
      const instance = instanceOf(id);
      if (instance.status !== 'available')
        throw new ApiError('InvalidDBInstanceStateFault', `Instance ${id} is not in available state.`);
      const { standbyZone } = instance;
      if (ForceFailover && standbyZone === undefined)
        throw new ApiError(
          'InvalidParameterCombination',
          'Cannot force failover since the instance is not configured for multi-az.',
        );
      instance.status = 'rebooting';
      effects.push(
        ForceFailover ? { kind: 'failed-over', id, to: String(standbyZone) } : { kind: 'rebooted', id },
      );
      if (ForceFailover)
        announce('db', id, 'RDS-EVENT-0013', 'Multi-AZ instance failover started.', 'failover');
      clock.after(TAKES_MS, () => {
        instance.status = 'available';
        if (ForceFailover) {
          swapZones(instance);
          announce('db', id, 'RDS-EVENT-0049', 'Multi-AZ instance failover completed.', 'failover');
        }
        announce('db', id, 'RDS-EVENT-0006', 'DB instance restarted.');
      });
      return { DBInstance: answerOfInstance(id, instance) };
    },
    FailoverDBCluster: (input) => {
      const { DBClusterIdentifier: id, TargetDBInstanceIdentifier: named } = failoverInput.parse(input);
      const cluster = clusterOf(id);
      if (cluster.status !== 'available')
        throw new ApiError('InvalidDBClusterStateFault', `DB cluster ${id} is not in available state.`);
      if (named !== undefined && cluster.engine === 'mysql')
        throw new ApiError(
          'InvalidParameterCombination',
          'TargetDBInstanceIdentifier is not supported for Multi-AZ DB clusters of MySQL.',
        );
      // A Multi-AZ cluster takes whichever reader has the latest changes.
      const isReady = (member: string) => instanceOf(member).status === 'available';
      const from = cluster.writer;
      const to = named ?? cluster.members.find((member) => member.id !== from && isReady(member.id))?.id;
      if (to === undefined)
        throw new ApiError(
          'InvalidDBClusterStateFault',
          `DB cluster ${id} has no available reader to fail over to.`,
        );
      const isReader = to !== from && cluster.members.some(({ id: one }) => one === to);
      if (!isReader || !isReady(to))
        throw new ApiError(
          'InvalidDBInstanceStateFault',
          `Cannot fail over to ${to}: it is not an available reader.`,
        );
      cluster.status = 'failing-over';
      effects.push({ kind: 'failed-over', id, to });
      announce(
        'cluster',
        id,
        'RDS-EVENT-0073',
        `Started cross AZ failover to DB instance: ${to}`,
        'failover',
      );
      clock.after(TAKES_MS, () => {
        cluster.writer = to;
        cluster.status = 'available';
        announce('cluster', id, 'RDS-EVENT-0071', `Completed failover to DB instance: ${to}`, 'failover');
      });
      if (cluster.multiAz) {
        const former = instanceOf(from);
        former.status = 'rebooting';
        clock.after(writerReturnsMs, () => {
          if (former.status === 'rebooting') former.status = 'available';
        });
      }
      return { DBCluster: answerOfCluster(id, cluster) };
    },
  };
}
