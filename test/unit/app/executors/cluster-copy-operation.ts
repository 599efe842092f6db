import { expect } from 'vitest';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import type { Cluster } from '../../../../local/embedded/rds/database-state.ts';
import { resourceConfiguration, runningOperation } from '../../../factories/operations/running-operation.ts';
import { createWorld } from '../../../factories/ports/world.ts';

export const NIGHTLY = 'rds:shop-2026-11-22-03-00';

export const COPY = /^selfheal-shop-[0-9]{8}t[0-9]{6}z-[0-9a-f]{12}$/;

/** An operation that restores the nightly snapshot of a cluster of two beside it. */
export async function shop(params: object = {}, more: Partial<Cluster> = {}) {
  const action = { type: 'restore_snapshot', timeoutSeconds: 1_500, onError: 'rollback' };
  const undo = { ...action, params: { phase: 'undo' }, onError: 'continue' };
  const strategy = { actions: [{ ...action, params }], rollback: { actions: [undo] } };
  const world = createWorld(resourceConfiguration({ dbCluster: 'shop' }, strategy));
  const fleet = world.databaseFleet;
  fleet.createCluster('shop', ['shop-1', 'shop-2'], {
    ...{ subnetGroup: 'private', securityGroups: ['sg-1', 'sg-2'], parameterGroup: 'shop-16' },
    ...more,
  });
  fleet.createInstance('shop-1', {
    ...{ engine: 'aurora-postgresql', cluster: 'shop', instanceClass: 'db.r6g.2xlarge' },
    parameterGroup: 'writers-16',
  });
  const taken = { id: 'shop', type: 'automated', takenAtMs: world.clock.now - 7_200_000 } as const;
  fleet.addSnapshot(NIGHTLY, { ...taken, engineVersion: '15.8' }, 'cluster');
  const running = await runningOperation(world);
  const ended = async (stepId: StepId) => {
    await running.step(stepId);
    world.endDeployments();
    return await running.reconciled(stepId);
  };
  const described = (operation: string, input: object) =>
    (fleet.operations[operation]?.(input) ?? {}) as Readonly<Record<string, readonly unknown[]>>;
  const name = () => fleet.effects.find(({ kind }) => kind === 'restored')?.id ?? '';
  return {
    ...running,
    ...{ world, fleet, ended, name },
    done: async () => {
      await ended('heal-0');
      return await ended('heal-1');
    },
    undo: async () => {
      const [record, ...more] = await running.undo(3_600_000);
      expect(more).toEqual([]);
      return record;
    },
    cluster: () => described('DescribeDBClusters', { DBClusterIdentifier: name() })['DBClusters']?.[0],
    instanceOf: (id: string) =>
      described('DescribeDBInstances', { DBInstanceIdentifier: id })['DBInstances']?.[0],
    instance: () => described('DescribeDBInstances', { DBInstanceIdentifier: name() })['DBInstances']?.[0],
  };
}
