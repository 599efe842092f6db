import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import { MAXIMUM_STABLE_SECONDS, MAXIMUM_TIMEOUT_SECONDS } from '../verification/verification.ts';
import type { RunCommandAction } from './action-definition.ts';

/**
 * Checks on the host whether it is cut off, or its service in safe mode. An answer proves that the SSM channel works.
 */
export const verifyContainment: RunCommandAction = {
  executor: 'run_command',
  type: 'verify_containment',
  targetKinds: ['host'],
  document: 'selfheal-verify-containment',
  summary: 'Check on the host that it is isolated, or its service in safe mode, and stays so.',
  params: z.strictObject({
    containment: z
      ._default(z.enum(['isolation', 'safe-mode']), 'isolation')
      .check(z.describe('Which containment to check.')),
    stableSeconds: z
      ._default(durationSeconds({ min: 0, max: MAXIMUM_STABLE_SECONDS }), 5)
      .check(z.describe('How long the containment must hold.')),
    timeoutSeconds: z
      ._default(durationSeconds({ min: 1, max: MAXIMUM_TIMEOUT_SECONDS }), 30)
      .check(z.describe('How long the containment may take to begin.')),
  }),
  needs: [],
  effect: () => 'none',
  defaultTimeoutSeconds: 60,
  parameters: (component, params) => ({
    containment: String(params['containment']),
    service: params['containment'] === 'safe-mode' ? (component.service ?? '') : '',
    stableSeconds: String(params['stableSeconds']),
    timeoutSeconds: String(params['timeoutSeconds']),
  }),
};
