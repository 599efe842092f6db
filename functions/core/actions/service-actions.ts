import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import type { RunCommandAction } from './action-definition.ts';
import { stableSeconds, timeoutSeconds, watchParameters } from './watch-times.ts';

const graceSeconds = z._default(durationSeconds({ min: 1, max: 600 }), 30);
const settleSeconds = z._default(durationSeconds({ min: 0, max: 120 }), 2);

/** Stops the unit, and kills what has not stopped after the grace period. */
export const gracefulStop: RunCommandAction = {
  executor: 'run_command',
  type: 'graceful_stop',
  targetKinds: ['host'],
  document: 'selfheal-graceful-stop',
  summary: 'Stop the service, by force after a grace period.',
  params: z.strictObject({
    graceSeconds: graceSeconds.check(z.describe('How long the service may take to stop by itself.')),
  }),
  needs: ['service'],
  effect: () => 'stops',
  defaultTimeoutSeconds: 60,
  duration: ({ graceSeconds: grace }) => ({ leastSeconds: 0, mostSeconds: Number(grace) }),
  undo: 'start_component',
  parameters: (component, params) => ({
    service: String(component.service),
    graceSeconds: String(params['graceSeconds']),
  }),
};

/** Starts the unit and checks that it stays up for the settle time. */
export const startComponent: RunCommandAction = {
  executor: 'run_command',
  type: 'start_component',
  targetKinds: ['host'],
  document: 'selfheal-start-component',
  summary: 'Start (or restart) the service and check that it stays up.',
  params: z.strictObject({
    mode: z
      ._default(z.enum(['start', 'restart']), 'start')
      .check(z.describe('`restart` restarts the service even if it is running.')),
    settleSeconds: settleSeconds.check(z.describe('How long the service must stay up to count as started.')),
  }),
  needs: ['service'],
  effect: ({ mode }) => (mode === 'restart' ? 'restarts' : 'starts'),
  defaultTimeoutSeconds: 60,
  duration: ({ settleSeconds: settle }) => ({ leastSeconds: Number(settle), mostSeconds: Number(settle) }),
  parameters: (component, params) => ({
    service: String(component.service),
    mode: String(params['mode']),
    settleSeconds: String(params['settleSeconds']),
  }),
};

/** Checks the unit and its endpoint from the host itself. */
export const verifyHealth: RunCommandAction = {
  executor: 'run_command',
  type: 'verify_health',
  targetKinds: ['host'],
  document: 'selfheal-verify-health',
  summary: 'Check on the host that the service runs and answers, and stays so.',
  params: z.strictObject({
    stableSeconds: stableSeconds.check(z.describe('How long the service must stay healthy.')),
    timeoutSeconds: timeoutSeconds.check(z.describe('How long the service may take to become healthy.')),
  }),
  needs: ['service'],
  effect: () => 'none',
  defaultTimeoutSeconds: 60,
  duration: ({ stableSeconds: stable, timeoutSeconds: timeout }) => ({
    leastSeconds: Number(stable),
    mostSeconds: Number(timeout) + Number(stable),
  }),
  parameters: (component, params) => ({
    service: String(component.service),
    url: component.health?.hostUrl ?? '',
    ...watchParameters(params),
  }),
};

/** Restarts the unit with SELFHEAL_SAFE_MODE=1 in its environment. */
export const enterSafeMode: RunCommandAction = {
  executor: 'run_command',
  type: 'enter_safe_mode',
  targetKinds: ['host'],
  document: 'selfheal-enter-safe-mode',
  summary: 'Restart the service with `SELFHEAL_SAFE_MODE=1` in its environment.',
  params: z.strictObject({}),
  needs: ['service'],
  effect: () => 'safe-mode',
  defaultTimeoutSeconds: 60,
  undo: 'leave_safe_mode',
  parameters: (component) => ({ service: String(component.service) }),
};

/** Undoes `enter_safe_mode`. */
export const leaveSafeMode: RunCommandAction = {
  executor: 'run_command',
  type: 'leave_safe_mode',
  targetKinds: ['host'],
  document: 'selfheal-leave-safe-mode',
  summary: 'Restart the service without `SELFHEAL_SAFE_MODE`.',
  params: z.strictObject({}),
  needs: ['service'],
  effect: () => 'restarts',
  defaultTimeoutSeconds: 60,
  parameters: (component) => ({ service: String(component.service) }),
};
