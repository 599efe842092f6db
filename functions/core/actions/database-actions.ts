import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import type { ResourceAction, RunbookParameters, RunCommandAction } from './action-definition.ts';
import { undoneBy } from './phase.ts';
import { SNAPSHOT_SOURCES } from './value-rules.ts';

/** What tells a runbook which database is meant. */
const whichDatabase = ({ service, database }: Component) => ({
  service: String(service),
  dataDirectory: String(database?.dataDirectory),
});

const backups = ({ database }: Component) => ({
  engine: String(database?.engine),
  backupDirectory: String(database?.backupDirectory),
});

/** Nothing for a component whose backups stay on the host: the documents have the defaults. */
function copiesInS3({ database }: Component): RunbookParameters {
  if (!database?.s3) return {};
  const { bucket, prefix, region } = database.s3;
  return { s3Directory: `s3://${bucket}/${prefix}`, s3Region: region ?? '' };
}

/** Gigabytes are read and written. */
const COPYING_SECONDS = 600;

/** Makes the database refuse to write, and go on reading. */
export const switchToReadonly: RunCommandAction = {
  executor: 'run_command',
  type: 'switch_to_readonly',
  targetKinds: ['host'],
  document: 'selfheal-switch-to-readonly',
  summary: 'Make the database refuse writes, while reads go on.',
  params: z.strictObject({
    graceSeconds: z
      ._default(durationSeconds({ min: 0, max: 600 }), 10)
      .check(
        z.describe(
          'How long transactions that began before the switch may go on before they are terminated.',
        ),
      ),
  }),
  needs: ['service', 'database'],
  effect: () => 'read-only',
  defaultTimeoutSeconds: 60,
  duration: ({ graceSeconds }) => ({ leastSeconds: 0, mostSeconds: Number(graceSeconds) }),
  undo: 'resume_writes',
  parameters: (component, params) => ({
    ...whichDatabase(component),
    graceSeconds: String(params['graceSeconds']),
  }),
};

/** Undoes `switch_to_readonly`. */
export const resumeWrites: RunCommandAction = {
  executor: 'run_command',
  type: 'resume_writes',
  targetKinds: ['host'],
  document: 'selfheal-resume-writes',
  summary: 'Undo `switch_to_readonly`: put back the setting that was there before.',
  params: z.strictObject({}),
  needs: ['service', 'database'],
  effect: () => 'none',
  defaultTimeoutSeconds: 60,
  parameters: (component) => whichDatabase(component),
};

/** Copies the database while it runs. */
export const backupDb: RunCommandAction = {
  executor: 'run_command',
  type: 'backup_db',
  targetKinds: ['host'],
  document: 'selfheal-backup-db',
  summary:
    'Copy the database to `database.backupDirectory` while it runs, and read the copy back; send it to S3, too, with `database.s3`.',
  params: z.strictObject({}),
  needs: ['service', 'database'],
  effect: () => 'none',
  defaultTimeoutSeconds: COPYING_SECONDS,
  parameters: (component) => ({
    ...whichDatabase(component),
    ...backups(component),
    keepBackups: String(component.database?.keepBackups),
    ...copiesInS3(component),
    ...(component.database?.s3 && { kmsKey: component.database.s3.kmsKey ?? '' }),
  }),
};

/** On hosts, puts a backup into the place of the data, which are kept. On RDS, restores a snapshot beside them. */
export const restoreSnapshot: ResourceAction = {
  executor: 'resource',
  type: 'restore_snapshot',
  targetKinds: ['host', 'db_instance', 'db_cluster'],
  summary:
    'Replace the data on the host with the newest intact backup there, or else in S3 (`database.s3`), and keep the old data beside it; or restore a snapshot of the database to a new instance or cluster.',
  params: z.strictObject({
    maxAgeSeconds: z
      ._default(durationSeconds({ min: 60, max: 31_536_000 }), 86_400)
      .check(
        z.describe(
          'A backup or snapshot older than this is not restored: what was written since would be missing.',
        ),
      ),
    from: z
      .optional(z.enum(SNAPSHOT_SOURCES))
      .check(
        z.describe(
          'On RDS: the newest snapshot of any kind (`latest`, the default) or of the automated ones, without those of the same operation; or the one that a `snapshot_database` before it has taken (`operation`).',
        ),
      ),
    keep: z
      .optional(z.boolean())
      .check(
        z.describe(
          'On RDS: `true` keeps the new instance or cluster when the repair is undone. Otherwise it is deleted, and leaves a final snapshot.',
        ),
      ),
    phase: z
      ._default(z.enum(['do', 'instance', 'undo']), 'do')
      .check(
        z.describe(
          '`undo`: in `rollback.actions`, put back the data that this action has replaced, or delete the instance or cluster that it has made. `instance`: on a cluster, the second step, which adds the instance to one of Aurora and follows by itself.',
        ),
      ),
  }),
  needs: [],
  effect: () => 'restarts',
  defaultTimeoutSeconds: COPYING_SECONDS,
  calls: {
    // Besides, with the restore, reading snapshots and taking one of the new instance.
    db_instance: [
      'rds:AddTagsToResource',
      'rds:DeleteDBInstance',
      'rds:DescribeDBInstances',
      'rds:RestoreDBInstanceFromDBSnapshot',
    ],
    db_cluster: [
      'rds:AddTagsToResource',
      'rds:CreateDBInstance',
      'rds:DeleteDBCluster',
      'rds:DeleteDBInstance',
      'rds:DescribeDBClusters',
      'rds:RestoreDBClusterFromSnapshot',
    ],
  },
  usualSeconds: { db_instance: COPYING_SECONDS, db_cluster: COPYING_SECONDS },
  onHosts: {
    document: 'selfheal-restore-snapshot',
    needs: ['service', 'database'],
    parameters: (component, { maxAgeSeconds, phase }) => ({
      ...whichDatabase(component),
      ...backups(component),
      maxAgeSeconds: String(maxAgeSeconds),
      ...copiesInS3(component),
      phase: String(phase),
    }),
  },
  unfitParams: (kind, { from, keep, phase }) => {
    // A host's document refuses it itself.
    if (phase === 'instance' && kind === 'db_instance')
      return '`phase: instance`: only a cluster has instances';
    return kind === 'host' && (from !== undefined || keep !== undefined)
      ? '`from` and `keep`: its backups are files on the host'
      : undefined;
  },
  ...undoneBy('restore_snapshot'),
  undoParams: (params) =>
    params['phase'] === 'do' && params['keep'] !== true ? { ...params, phase: 'undo' } : undefined,
};

/** Reads all data and compares them with their checksums. */
export const verifyIntegrity: RunCommandAction = {
  executor: 'run_command',
  type: 'verify_integrity',
  targetKinds: ['host'],
  document: 'selfheal-verify-integrity',
  summary: 'Read and check all data of the database.',
  params: z.strictObject({}),
  needs: ['service', 'database'],
  effect: () => 'none',
  defaultTimeoutSeconds: COPYING_SECONDS,
  parameters: (component) => ({ ...whichDatabase(component), engine: String(component.database?.engine) }),
};
