import * as z from 'zod/mini';
import type { Component } from '../configuration/component-schema.ts';
import { durationSeconds } from '../configuration/duration.ts';
import type { RunCommandAction } from './action-definition.ts';

/** What tells a runbook which database is meant. */
const whichDatabase = ({ service, database }: Component) => ({
  service: String(service),
  dataDirectory: String(database?.dataDirectory),
});

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
        z.describe('How long transactions that have already written may take to end, before they are ended.'),
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
