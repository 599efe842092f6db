import type {
  PutItemCommandInput,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ClaimKey } from '../../core/admission/records.ts';
import { type StepRecord, stepPhase } from '../../core/operation/operation.ts';
import { HOLDS_CLAIM } from './claim-inputs.ts';
import { aliases, encodeItem } from './item.ts';
import { componentKey, operationKey } from './keys.ts';
import { NOT_FINAL } from './not-final.ts';
import { putStepInput, WITHOUT_CHANGE } from './step-inputs.ts';

/** Records the change that a step is about to make, unless an earlier try has recorded one. */
export function putChangeInput(
  tableName: string,
  historyRetentionDays: number,
  step: StepRecord,
): PutItemCommandInput {
  return { ...putStepInput(tableName, historyRetentionDays, step), ...WITHOUT_CHANGE };
}

/** Order of the items in a write that a function makes of its own step, and of the reasons when it is cancelled. */
export const OWN_STEP_ITEMS = { component: 0, operation: 1, step: 2 } as const;

/**
 * A write of a step by the function that carries it out, refused once that function has been overtaken: by a newer
 * fence, or by the rollback, which begins without one where the execution itself gives the repair up.
 */
export function ownStepInput(
  tableName: string,
  requestToken: string,
  key: ClaimKey,
  step: StepRecord,
  put: PutItemCommandInput,
): TransactWriteItemsCommandInput {
  return {
    ClientRequestToken: requestToken,
    TransactItems: [holdsClaim(tableName, key), goesOn(tableName, step), { Put: { ...put } }],
  };
}

function holdsClaim(tableName: string, key: ClaimKey): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: tableName,
      Key: encodeItem({ ...componentKey(key.component) }),
      ConditionExpression: HOLDS_CLAIM,
      ExpressionAttributeNames: aliases('claim', 'operation', 'fence'),
      ExpressionAttributeValues: encodeItem({ ':operation': key.operationId, ':fence': key.fence }),
    },
  };
}

function goesOn(tableName: string, { operationId, stepId }: StepRecord): TransactWriteItem {
  const isHeal = stepPhase(stepId) === 'heal';
  return {
    ConditionCheck: {
      TableName: tableName,
      Key: encodeItem({ ...operationKey(operationId) }),
      ConditionExpression: isHeal
        ? `${NOT_FINAL.ConditionExpression} AND #state <> :rollingBack`
        : NOT_FINAL.ConditionExpression,
      ExpressionAttributeNames: aliases('state'),
      ExpressionAttributeValues: encodeItem({
        ...(isHeal && { ':rollingBack': 'ROLLING_BACK' }),
        ...NOT_FINAL.values,
      }),
    },
  };
}
