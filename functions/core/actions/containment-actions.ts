import * as z from 'zod/mini';
import type { RunCommandAction } from './action-definition.ts';
import { mayUseGroups, securityGroup, way } from './isolation-way.ts';
import { stableSeconds, timeoutSeconds, watchParameters } from './watch-times.ts';

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
    by: way.check(z.describe('As in `isolate_network`.')),
    securityGroup,
    stableSeconds: stableSeconds.check(z.describe('How long the containment must hold.')),
    timeoutSeconds: timeoutSeconds.check(z.describe('How long the containment may take to begin.')),
  }),
  needs: [],
  byApi: { isMeant: mayUseGroups, calls: ['ec2:DescribeInstances'] },
  effect: () => 'none',
  defaultTimeoutSeconds: 60,
  parameters: (component, params) => ({
    containment: String(params['containment']),
    service: params['containment'] === 'safe-mode' ? (component.service ?? '') : '',
    ...watchParameters(params),
  }),
};
