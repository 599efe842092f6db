import * as z from 'zod/mini';
import { lazily } from '../../core/lazily.ts';
import { type OperationPlan, planIdOf } from '../../core/operation/operation-plan.ts';
import { decodeItem, decodeJson, encodeItem, type Item } from './item.ts';
import { planKey } from './keys.ts';

/** Increased when a new version can no longer carry out the plans of earlier ones. */
const FORMAT_VERSION = 1;

const planItem = lazily(() =>
  z.object({
    pk: z.string(),
    sk: z.string(),
    formatVersion: z.literal(FORMAT_VERSION),
    plan: z.string(),
  }),
);

/**
 * JSON, since it is written once and read as a whole. It does not expire: there is one for each change to a strategy.
 */
export function encodePlan(plan: OperationPlan): Item {
  return encodeItem({
    ...planKey(planIdOf(plan)),
    formatVersion: FORMAT_VERSION,
    plan: JSON.stringify(plan),
  });
}

/**
 * The parts that reach a host are checked against their schemas again when they are sent.
 *
 * @throws ItemNotDecodable
 */
export function decodePlan(item: Item): OperationPlan {
  const { pk, sk, plan } = decodeItem(item, planItem);
  return decodeJson({ pk, sk }, 'plan', plan) as OperationPlan;
}
