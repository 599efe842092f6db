import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import type { RunCommandAction } from './action-definition.ts';
import { latentSeconds, suspectSince } from './latent-faults.ts';

const MINUTE_SECONDS = 60;

/** Deletes files below the component's temporary directories. */
export const clearTempFiles: RunCommandAction = {
  executor: 'run_command',
  type: 'clear_temp_files',
  targetKinds: ['host'],
  document: 'selfheal-clear-temp-files',
  summary: 'Delete the files below the component’s `tempPaths`.',
  params: z.strictObject({
    olderThanSeconds: z
      ._default(durationSeconds({ min: 0, max: 31_536_000 }), 0)
      .check(z.describe('Delete only files last modified longer ago than this, in whole minutes.')),
  }),
  needs: ['tempPaths'],
  effect: () => 'changes-files',
  defaultTimeoutSeconds: 60,
  parameters: (component, params) => ({
    paths: component.tempPaths.join(','),
    olderThanMinutes: String(Math.ceil(Number(params['olderThanSeconds']) / MINUTE_SECONDS)),
  }),
};

/** Saves the current content of the configuration files as a version that can be restored. */
export const freezeConfig: RunCommandAction = {
  executor: 'run_command',
  type: 'freeze_config',
  targetKinds: ['host'],
  document: 'selfheal-freeze-config',
  summary: 'Save a version of the configuration files, and one of the rule files.',
  params: z.strictObject({
    keepVersions: z
      ._default(z.int().check(z.minimum(1), z.maximum(100)), 10)
      .check(z.describe('How many saved versions to keep.')),
  }),
  needs: ['configPaths'],
  effect: () => 'none',
  defaultTimeoutSeconds: 60,
  parameters: (component, params) => ({
    paths: component.configPaths.join(','),
    ...(component.rules && { rulePaths: component.rules.files.join(',') }),
    verified: 'false',
    keepVersions: String(params['keepVersions']),
  }),
};

/** Restores the newest version that was verified good, unless that is in place and the fault is elsewhere. */
export const rollbackConfig: RunCommandAction = {
  executor: 'run_command',
  type: 'rollback_config',
  targetKinds: ['host'],
  document: 'selfheal-rollback-config',
  summary: 'Restore the last configuration that was verified as good.',
  params: z.strictObject({
    apply: z
      ._default(z.enum(['reload', 'restart', 'none']), 'restart')
      .check(z.describe('How the service picks up the restored files.')),
    latentSeconds,
  }),
  needs: ['configPaths', 'service'],
  effect: ({ apply }) => (apply === 'none' ? 'changes-files' : 'restarts'),
  rollsChangeBack: () => 'configuration',
  defaultTimeoutSeconds: 60,
  parameters: (component, params, trouble) => ({
    paths: component.configPaths.join(','),
    service: String(component.service),
    apply: String(params['apply']),
    ...suspectSince(params, trouble),
  }),
};

/** Checks that the configuration files are there and parse. */
export const verifyConfig: RunCommandAction = {
  executor: 'run_command',
  type: 'verify_config',
  targetKinds: ['host'],
  document: 'selfheal-verify-config',
  summary: 'Check that the configuration files exist and parse.',
  params: z.strictObject({
    validator: z
      ._default(z.enum(['none', 'nginx', 'json', 'systemd', 'sshd']), 'none')
      .check(z.describe('The program that parses them.')),
  }),
  needs: ['configPaths'],
  effect: () => 'none',
  defaultTimeoutSeconds: 60,
  parameters: (component, params) => ({
    paths: component.configPaths.join(','),
    validator: String(params['validator']),
  }),
};
