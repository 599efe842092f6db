import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import type { RunCommandAction } from './action-definition.ts';
import { undoneBy } from './phase.ts';

/** What tells a runbook which database is meant. */
const whichDatabase = ({ service, database }: Component) => ({
  service: String(service),
  dataDirectory: String(database?.dataDirectory),
});

const backups = ({ database }: Component) => ({
  engine: String(database?.engine),
  backupDirectory: String(database?.backupDirectory),
});

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
  summary: 'Copy the database to `database.backupDirectory` while it runs, and read the copy back.',
  params: z.strictObject({}),
  needs: ['service', 'database'],
  effect: () => 'none',
  defaultTimeoutSeconds: COPYING_SECONDS,
  parameters: (component) => ({
    ...whichDatabase(component),
    ...backups(component),
    keepBackups: String(component.database?.keepBackups),
  }),
};

/** Puts a backup into the place of the data, which are kept; its undo swaps them back. */
export const restoreSnapshot: RunCommandAction = {
  executor: 'run_command',
  type: 'restore_snapshot',
  targetKinds: ['host'],
  document: 'selfheal-restore-snapshot',
  summary: 'Replace the data with the newest intact backup, and keep the old data beside it.',
  params: z.strictObject({
    maxAgeSeconds: z
      ._default(durationSeconds({ min: 60, max: 31_536_000 }), 86_400)
      .check(z.describe('A backup older than this is not restored: what was written since would be lost.')),
    phase: z
      ._default(z.enum(['do', 'undo']), 'do')
      .check(z.describe('`undo`: in `rollback.actions`, put back the data that this action has replaced.')),
  }),
  needs: ['service', 'database'],
  effect: () => 'restarts',
  defaultTimeoutSeconds: COPYING_SECONDS,
  ...undoneBy('restore_snapshot'),
  parameters: (component, { maxAgeSeconds, phase }) => ({
    ...whichDatabase(component),
    ...backups(component),
    maxAgeSeconds: String(maxAgeSeconds),
    phase: String(phase),
  }),
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
