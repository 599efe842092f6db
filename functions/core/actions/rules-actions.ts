import * as z from 'zod/mini';
import { absolutePath } from '../configuration/declared-names.ts';
import type { Component } from '../configuration/schema/component-schema.ts';
import type { RunCommandAction } from './action-definition.ts';
import { latentSeconds, suspectSince } from './latent-faults.ts';
import { phase, undoneBy } from './phase.ts';
import { PATHS_AT_MOST } from './value-rules.ts';

const whichEngine = ({ service, rules }: Component) => ({
  service: String(service),
  rulesEngine: String(rules?.engine),
});

/** Until the engine works with other rules, and again with those from before if it does not. */
const RELOADING_SECONDS = 120;

const onEngine = {
  executor: 'run_command',
  targetKinds: ['host'],
  needs: ['service', 'rules'],
  effect: () => 'starts' as const,
  defaultTimeoutSeconds: RELOADING_SECONDS,
} as const;

/** Moves rule files aside, and has the engine go on without them. */
export const disableRules: RunCommandAction = {
  ...onEngine,
  type: 'disable_rules',
  document: 'selfheal-disable-rules',
  summary: 'Move rule files aside, and have the engine go on without them.',
  params: z.strictObject({
    files: z
      .array(absolutePath)
      .check(z.minLength(1), z.maxLength(PATHS_AT_MOST))
      .check(z.describe('Which of the component’s `rules.files`.')),
    phase,
  }),
  ...undoneBy('disable_rules'),
  parameters: (component, { files, phase: which }) => ({
    ...whichEngine(component),
    paths: (files as readonly string[]).join(','),
    phase: String(which),
  }),
};

/** Restores the newest set of rules that was verified good, unless that is in place and the fault is elsewhere. */
export const revertRules: RunCommandAction = {
  ...onEngine,
  type: 'revert_rules',
  document: 'selfheal-revert-rules',
  summary: 'Restore the last set of rule files that was verified as good, and have the engine load it.',
  params: z.strictObject({ latentSeconds, phase }),
  rollsChangeBack: () => 'configuration',
  ...undoneBy('revert_rules'),
  parameters: (component, params, trouble) => ({
    ...whichEngine(component),
    paths: component.rules?.files.join(',') ?? '',
    ...suspectSince(params, trouble),
    phase: String(params['phase']),
  }),
};

/** Has the engine load the rules that are there. */
export const reloadEngine: RunCommandAction = {
  ...onEngine,
  type: 'reload_engine',
  document: 'selfheal-reload-engine',
  summary: 'Have the engine load its rules, if its own checker accepts them.',
  params: z.strictObject({}),
  parameters: whichEngine,
};
