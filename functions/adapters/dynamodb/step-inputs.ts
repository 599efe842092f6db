import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { StepRecord } from '../../core/operation/operation.ts';
import { aliases } from './item.ts';
import { encodeStepRecord } from './step-item.ts';

/** Only while there is no outcome yet, for a step's record and its outcome alike. */
export function putStepInput(
  tableName: string,
  historyRetentionDays: number,
  step: StepRecord,
): PutItemCommandInput {
  return {
    TableName: tableName,
    Item: encodeStepRecord(step, historyRetentionDays),
    ConditionExpression: 'attribute_not_exists(#outcome)',
    ExpressionAttributeNames: aliases('outcome'),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}
