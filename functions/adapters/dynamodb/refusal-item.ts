import * as z from 'zod/mini';
import { REFUSAL_REASONS, type RefusalRecord } from '../../core/admission/refusal.ts';
import { lazily } from '../../core/lazily.ts';
import { decodeItem, encodeItem, epochMs, type Item } from './item.ts';
import { expiresAtSeconds, refusalKey } from './keys.ts';

const refusalItem = lazily(() =>
  z.object({
    signalId: z.string(),
    component: z.string(),
    reason: z.enum(REFUSAL_REASONS),
    detail: z.string(),
    eligibleAtMs: z.exactOptional(epochMs),
    metric: z.exactOptional(z.string()),
    strategyId: z.exactOptional(z.string()),
    occurredAtMs: epochMs,
    refusedAtMs: epochMs,
  }),
);

export function encodeRefusal(refusal: RefusalRecord, historyRetentionDays: number): Item {
  const { component, signalId, occurredAtMs, refusedAtMs } = refusal;
  const expiresAt = expiresAtSeconds(refusedAtMs, historyRetentionDays);
  return encodeItem({ ...refusalKey(component, signalId, occurredAtMs), ...refusal, expiresAt });
}

/** @throws ItemNotDecodable */
export function decodeRefusal(item: Item): RefusalRecord {
  return decodeItem(item, refusalItem);
}
