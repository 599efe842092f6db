import { createDatabases } from '../../../functions/adapters/rds/databases.ts';
import { ApiError } from '../../../local/embedded/api-error.ts';
import { createInProcessClient } from '../../../local/embedded/in-process-client.ts';
import { createDatabaseFleet } from '../../../local/embedded/rds/database-fleet.ts';
import type { DatabaseEffect } from '../../../local/embedded/rds/database-state.ts';
import { ON_DATABASES } from './database.ts';
import type { ExecutorUnderTest } from './executor-under-test.ts';

/**
 * RDS chooses the writer, which nobody can name or have back, so that nothing undoes it. Someone else may have the cluster
 * fail over, too: a writer that they have moved is not moved on.
 */
export const writerMove: ExecutorUnderTest = {
  name: 'resource: failover of a Multi-AZ cluster of MySQL',
  component: { ...ON_DATABASES, targets: { dbCluster: 'shop' } },
  action: { type: 'failover', timeoutSeconds: 600, onError: 'rollback' },
  gap: { reads: ['databases.readCluster', 'databases.listFailovers'], writes: ['databases.failOver'] },
  open: ({ clock }) => {
    const fleet = createDatabaseFleet({ clock });
    fleet.createCluster('shop', ['shop-1', 'shop-2', 'shop-3'], { engine: 'mysql' });
    const theirs = new Set<DatabaseEffect>();
    const isOwn = (effect: DatabaseEffect) => !theirs.has(effect);
    return {
      ports: { databases: createDatabases(createInProcessClient('RDS', fleet.operations)) },
      effects: () => fleet.effects.filter(isOwn).map(({ id }) => ({ phase: 'do', target: id })),
      interfere: () => {
        try {
          fleet.operations['FailoverDBCluster']?.({ DBClusterIdentifier: 'shop' });
        } catch (error) {
          if (error instanceof ApiError) return;
          throw error;
        }
        for (const moved of fleet.effects.slice(-1)) theirs.add(moved);
      },
      contradictions: (records) => {
        const isHealed = records.some(
          ({ stepId, outcome }) => stepId === 'heal-0' && outcome === 'SUCCEEDED',
        );
        return [
          ...(fleet.effects.slice(1).some(isOwn) ? ['the writer of someone else was moved on'] : []),
          ...(isHealed && fleet.effects.length === 0 ? ['heal-0 succeeded, and nothing has moved'] : []),
        ];
      },
    };
  },
};
