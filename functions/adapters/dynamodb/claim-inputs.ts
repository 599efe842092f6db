import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { ClaimKey, PendingStep } from '../../core/admission/records.ts';
import { encodeStep } from './component-item.ts';
import { aliases, encodeItem } from './item.ts';
import { componentKey } from './keys.ts';

export const HOLDS_CLAIM = '#claim.#operation = :operation AND #fence = :fence';

/** Lease, fence and token in one write; refused to a step that is before the pending one. */
export function beginStepInput(
  tableName: string,
  key: ClaimKey,
  step: PendingStep,
  leaseUntilMs: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(key.component) }),
    UpdateExpression: 'SET #claim.#leaseUntilMs = :lease, #claim.#step = :step ADD #revision :one',
    ConditionExpression: `${HOLDS_CLAIM} AND (attribute_not_exists(#claim.#step) OR #claim.#step.#order <= :order)`,
    ExpressionAttributeNames: aliases(
      'claim',
      'operation',
      'fence',
      'leaseUntilMs',
      'step',
      'order',
      'revision',
    ),
    ExpressionAttributeValues: encodeItem({
      ':operation': key.operationId,
      ':fence': key.fence,
      ':lease': leaseUntilMs,
      ':order': step.order,
      ':step': encodeStep(step),
      ':one': 1,
    }),
  };
}

/** The next fence. The pending step stays: the new holder has to find out how it ended. */
export function takeOverInput(
  tableName: string,
  key: ClaimKey,
  leaseUntilMs: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(key.component) }),
    UpdateExpression: 'SET #claim.#leaseUntilMs = :lease, #fence = :next ADD #revision :one',
    ConditionExpression: HOLDS_CLAIM,
    ExpressionAttributeNames: aliases('claim', 'operation', 'fence', 'leaseUntilMs', 'revision'),
    ExpressionAttributeValues: encodeItem({
      ':operation': key.operationId,
      ':fence': key.fence,
      ':next': key.fence + 1,
      ':lease': leaseUntilMs,
      ':one': 1,
    }),
  };
}
