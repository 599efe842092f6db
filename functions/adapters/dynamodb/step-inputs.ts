import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { StepRecord } from '../../core/operation/operation.ts';
import { aliases } from './item.ts';
import { encodeStepRecord } from './step-item.ts';

const WITHOUT_OUTCOME = {
  ConditionExpression: 'attribute_not_exists(#outcome)',
  ExpressionAttributeNames: aliases('outcome'),
};

/** Neither an outcome nor a change. */
export const WITHOUT_CHANGE = {
  ConditionExpression: 'attribute_not_exists(#outcome) AND attribute_not_exists(#change)',
  ExpressionAttributeNames: aliases('outcome', 'change'),
};

/**
 * Only while there is no outcome yet, for a step's record and its outcome alike; and no change on record gets lost to a
 * record without it, of another try of the step.
 */
export function putStepInput(
  tableName: string,
  historyRetentionDays: number,
  step: StepRecord,
): PutItemCommandInput {
  return {
    TableName: tableName,
    Item: encodeStepRecord(step, historyRetentionDays),
    ...(step.change === undefined ? WITHOUT_CHANGE : WITHOUT_OUTCOME),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}
