import * as z from 'zod/mini';
import type { ActionParams, ResourceAction } from './action-definition.ts';
import { phase, undoneBy } from './phase.ts';

/** Copies a database of RDS before something is done to it. */
export const snapshotDatabase: ResourceAction = {
  executor: 'resource',
  type: 'snapshot_database',
  targetKinds: ['db_instance', 'db_cluster'],
  summary: 'Take a snapshot of the database, and wait until it is complete.',
  params: z.strictObject({
    keep: z
      ._default(z.boolean(), true)
      .check(z.describe('`false`: when the repair is undone, delete the snapshot that this action took.')),
    phase,
  }),
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 1_800,
  calls: {
    db_instance: ['rds:CreateDBSnapshot', 'rds:DeleteDBSnapshot', 'rds:DescribeDBSnapshots'],
    db_cluster: [
      'rds:CreateDBClusterSnapshot',
      'rds:DeleteDBClusterSnapshot',
      'rds:DescribeDBClusterSnapshots',
    ],
  },
  usualSeconds: { db_instance: 120, db_cluster: 120 },
  ...undoneBy('snapshot_database'),
  undoParams: ({ phase: done, keep }: ActionParams) =>
    done === 'do' && keep === false ? { phase: 'undo' } : undefined,
};
