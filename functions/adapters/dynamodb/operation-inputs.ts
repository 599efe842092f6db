import type { QueryCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Failure, PhaseState } from '../../core/operation/operation.ts';
import { NOT_FINAL } from './conclusion-input.ts';
import { aliases, encodeItem } from './item.ts';
import { OPERATIONS_PARTITION, operationKey, refusalsPartition, stepsPartition } from './keys.ts';

/** What a phase may add to an operation's record. */
export interface PhaseFacts {
  readonly diagnosis?: Diagnosis;
  readonly failure?: Failure;
}

export function enterPhaseInput(
  tableName: string,
  operationId: string,
  state: PhaseState,
  facts: PhaseFacts,
): UpdateItemCommandInput {
  const given = [
    ...(facts.diagnosis ? (['diagnosis'] as const) : []),
    ...(facts.failure ? (['failure'] as const) : []),
  ];
  return {
    TableName: tableName,
    Key: encodeItem({ ...operationKey(operationId) }),
    UpdateExpression: `SET ${['state', ...given].map((name) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: NOT_FINAL.ConditionExpression,
    ExpressionAttributeNames: aliases('state', ...given),
    ExpressionAttributeValues: encodeItem({
      ':state': state,
      ...NOT_FINAL.values,
      ...Object.fromEntries(given.map((name) => [`:${name}`, facts[name]])),
    }),
  };
}

export function operationsQuery(tableName: string): QueryCommandInput {
  return newestFirst(tableName, OPERATIONS_PARTITION);
}

export function refusalsQuery(tableName: string, component: string): QueryCommandInput {
  return newestFirst(tableName, refusalsPartition(component));
}

export function stepsQuery(tableName: string, operationId: string): QueryCommandInput {
  return { ...newestFirst(tableName, stepsPartition(operationId)), ScanIndexForward: true };
}

function newestFirst(tableName: string, partition: string): QueryCommandInput {
  return {
    TableName: tableName,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: aliases('pk'),
    ExpressionAttributeValues: encodeItem({ ':pk': partition }),
    ScanIndexForward: false,
    ConsistentRead: true,
  };
}
