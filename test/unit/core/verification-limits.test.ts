import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RUNBOOK_MARGIN_SECONDS } from '../../../functions/core/operation/heal-steps.ts';
import {
  MAXIMUM_STABLE_SECONDS,
  MAXIMUM_TIMEOUT_SECONDS,
} from '../../../functions/core/verification/verification.ts';

/** A round of the reconciler, which ends a runbook that is silent, and some more. */
const RECONCILED_WITHIN_SECONDS = 180;

it('the heal workflow waits longer than the longest verification by a runbook can take', () => {
  const workflow = readFileSync(new URL('../../../infra/workflow/heal.asl.json', import.meta.url), 'utf8');
  const { TimeoutSeconds } = JSON.parse(workflow).States['Verify recovery'];
  const longest = MAXIMUM_TIMEOUT_SECONDS + MAXIMUM_STABLE_SECONDS + RUNBOOK_MARGIN_SECONDS;
  expect(TimeoutSeconds).toBeGreaterThan(longest + RECONCILED_WITHIN_SECONDS);
});
