import type { QueryCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Layout } from '../../core/operation/layout.ts';
import type { Failure, PlannedStep } from '../../core/operation/operation.ts';
import { idTime } from '../../core/operation/operation-id.ts';
import { aliases, encodeItem } from './item.ts';
import {
  OPERATIONS_PARTITION,
  operationKey,
  refusalsPartition,
  sortableTime,
  stepsPartition,
} from './keys.ts';
import { NOT_FINAL } from './not-final.ts';

/**
 * The batches that were laid out first stay, and are returned with the item. Refused once the operation is being rolled
 * back: a delayed function must not lay it out again.
 */
export function layOutInput(tableName: string, operationId: string, layout: Layout): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...operationKey(operationId) }),
    UpdateExpression: 'SET #layout = if_not_exists(#layout, :layout)',
    ConditionExpression: `${NOT_FINAL.ConditionExpression} AND #state <> :rollingBack`,
    ExpressionAttributeNames: aliases('state', 'layout'),
    ExpressionAttributeValues: encodeItem({
      ':layout': JSON.stringify(layout),
      ':rollingBack': 'ROLLING_BACK',
      ...NOT_FINAL.values,
    }),
    ReturnValues: 'ALL_NEW',
  };
}

/** The undo steps that were laid out first stay, and are returned with the item. */
export function beginRollbackInput(
  tableName: string,
  operationId: string,
  failure: Failure,
  steps: readonly PlannedStep[],
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...operationKey(operationId) }),
    UpdateExpression: 'SET #state = :state, #failure = :failure, #undo = if_not_exists(#undo, :undo)',
    ConditionExpression: NOT_FINAL.ConditionExpression,
    ExpressionAttributeNames: aliases('state', 'failure', 'undo'),
    ExpressionAttributeValues: encodeItem({
      ':state': 'ROLLING_BACK',
      ':failure': failure,
      ':undo': JSON.stringify(steps),
      ...NOT_FINAL.values,
    }),
    ReturnValues: 'ALL_NEW',
  };
}

export function operationsQuery(tableName: string, sinceMs?: number): QueryCommandInput {
  return newestFirst(tableName, OPERATIONS_PARTITION, sinceMs === undefined ? undefined : idTime(sinceMs));
}

/**
 * The same for learning. In a storm, every function that starts reads them all, from one partition: half as dear, and an
 * outcome of the last second changes nothing.
 */
export function outcomesQuery(tableName: string, sinceMs: number): QueryCommandInput {
  return { ...operationsQuery(tableName, sinceMs), ConsistentRead: false };
}

export function refusalsQuery(tableName: string, component: string, sinceMs?: number): QueryCommandInput {
  const from = sinceMs === undefined ? undefined : sortableTime(sinceMs);
  return newestFirst(tableName, refusalsPartition(component), from);
}

export function stepsQuery(tableName: string, operationId: string): QueryCommandInput {
  return { ...newestFirst(tableName, stepsPartition(operationId)), ScanIndexForward: true };
}

/** A whole partition, or its keys from `from` on, sorted by its keys. */
export function newestFirst(tableName: string, partition: string, from?: string): QueryCommandInput {
  const isWhole = from === undefined;
  return {
    TableName: tableName,
    KeyConditionExpression: isWhole ? '#pk = :pk' : '#pk = :pk AND #sk >= :from',
    ExpressionAttributeNames: isWhole ? aliases('pk') : aliases('pk', 'sk'),
    ExpressionAttributeValues: encodeItem({ ':pk': partition, ':from': from }),
    ScanIndexForward: false,
    ConsistentRead: true,
  };
}
