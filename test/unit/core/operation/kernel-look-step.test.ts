import { expect, it } from 'vitest';
import { kernelLookStep } from '../../../../functions/core/operation/kernel-look-step.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

it('the record of a look at the kernel says what it found, and that it changed nothing', () => {
  const found = { nowMs: NOON, outcome: 'SUCCEEDED', detail: 'i-a: nothing unusual was found' } as const;
  expect(kernelLookStep({ operationId: 'op', component: 'web' }, found)).toEqual({
    ...{ operationId: 'op', component: 'web', stepId: 'keep-0', action: 'look_at_kernel' },
    ...{ outcome: 'SUCCEEDED', detail: 'i-a: nothing unusual was found', targets: [] },
    ...{ onError: 'continue', startedAtMs: NOON, completedAtMs: NOON },
  });
});
