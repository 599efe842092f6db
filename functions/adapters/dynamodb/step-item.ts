import * as z from 'zod/mini';
import { LASTING_EXECUTORS } from '../../core/actions/action-reference.ts';
import { lazily } from '../../core/lazily.ts';
import { SKIP_REASONS } from '../../core/operation/layout.ts';
import { ON_ERROR } from '../../core/operation/on-error.ts';
import {
  isStepId,
  STEP_FAILURES,
  STEP_OUTCOMES,
  type StepId,
  type StepRecord,
} from '../../core/operation/operation.ts';
import { decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import { expiresAtSeconds, operationOfStep, stepKey } from './keys.ts';

const stepItem = lazily(() =>
  z.object({
    pk: z.string(),
    sk: z.custom<StepId>((value) => typeof value === 'string' && isStepId(value), 'not a step id'),
    component: z.string(),
    action: z.string(),
    onError: z.enum(ON_ERROR),
    startedAtMs: epochMs,
    reference: z.exactOptional(z.object({ executor: z.enum(LASTING_EXECUTORS), id: z.string() })),
    targets: z.array(z.string()),
    unreached: z.exactOptional(z.array(z.string())),
    skipped: z.exactOptional(z.record(z.string(), z.enum(SKIP_REASONS))),
    replaced: z.exactOptional(z.record(z.string(), z.string())),
    failsAs: z.exactOptional(z.enum(STEP_FAILURES)),
    undo: z.exactOptional(z.string()),
    change: z.exactOptional(z.object({ before: z.string(), intended: z.string() })),
    outcome: z.exactOptional(z.enum(STEP_OUTCOMES)),
    completedAtMs: z.exactOptional(epochMs),
    detail: z.exactOptional(z.string()),
  }),
);

export function encodeStepRecord(step: StepRecord, historyRetentionDays: number): Item {
  const { operationId, stepId, ...facts } = step;
  const expiresAt = expiresAtSeconds(step.startedAtMs, historyRetentionDays);
  return encodeItem({ ...stepKey(operationId, stepId), ...facts, expiresAt });
}

/** @throws ItemNotDecodable */
export function decodeStepRecord(item: Item): StepRecord {
  const { pk, sk, ...facts } = decodeItem(item, stepItem);
  return { operationId: operationOfStep({ pk, sk }), stepId: sk, ...facts };
}
