import * as z from 'zod/mini';
import { type OperationPlan, planIdOf } from '../../core/operation/operation-plan.ts';
import { decodeItem, decodeJson, encodeItem, type Item } from './item.ts';
import { planKey } from './keys.ts';

/** Grows when what is deployed can't carry out plans of before any more. */
const FORMAT_VERSION = 1;

const planItem = z.object({
  pk: z.string(),
  sk: z.string(),
  formatVersion: z.literal(FORMAT_VERSION),
  plan: z.string(),
});

/** Written once and read as a whole, hence as JSON. It does not expire: there is one for each change to a strategy. */
export function encodePlan(plan: OperationPlan): Item {
  return encodeItem({
    ...planKey(planIdOf(plan)),
    formatVersion: FORMAT_VERSION,
    plan: JSON.stringify(plan),
  });
}

/**
 * What reaches a host of it is held against its schemas again when it is sent.
 *
 * @throws ItemNotDecodable
 */
export function decodePlan(item: Item): OperationPlan {
  const { pk, sk, plan } = decodeItem(item, planItem);
  return decodeJson({ pk, sk }, 'plan', plan) as OperationPlan;
}
