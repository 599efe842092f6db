import { createHash } from 'node:crypto';
import type { StepId } from './operation.ts';

/**
 * The idempotency token of a step: always the same one for the same step, in the form of a UUID (version 8, which is
 * free for one's own use), since some APIs accept no other.
 */
export function clientToken(operationId: string, stepId: StepId): string {
  const digest = createHash('sha256').update(`${operationId}/${stepId}`).digest('hex');
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
