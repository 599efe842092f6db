import * as z from 'zod/mini';
import { durationSeconds } from '../configuration/duration.ts';
import { MAXIMUM_STABLE_SECONDS, MAXIMUM_TIMEOUT_SECONDS } from '../verification/verification.ts';
import type { ActionParams, RunbookParameters } from './action-definition.ts';

/** How long what a runbook watches for must hold. */
export const stableSeconds = z._default(durationSeconds({ min: 0, max: MAXIMUM_STABLE_SECONDS }), 5);
/** How long it may take to begin. */
export const timeoutSeconds = z._default(durationSeconds({ min: 1, max: MAXIMUM_TIMEOUT_SECONDS }), 30);

/** The document parameters of both. */
export const watchParameters = (params: ActionParams): RunbookParameters => ({
  stableSeconds: String(params['stableSeconds']),
  timeoutSeconds: String(params['timeoutSeconds']),
});
