import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { ComponentRecord, Pause, RepairQueue } from '../../core/admission/records.ts';
import type { TimeLimit } from '../../core/operation/time-limit.ts';
import { REPORT_PREFIX, withoutEmpty } from './component-item.ts';
import { TIME_LIMIT_PREFIX } from './fleet-item.ts';
import { aliases, encodeItem } from './item.ts';
import { componentKey, FLEET_KEY } from './keys.ts';
import { unchanged } from './unchanged.ts';

/** Any of these writes may create a component's item; its fence then starts at 0. */
const FENCE_IF_NEW = '#fence = if_not_exists(#fence, :zero)';

export function saveFailuresInput(
  tableName: string,
  record: ComponentRecord,
  strategyId: string,
  failuresMs: readonly number[],
): UpdateItemCommandInput {
  const kept = withoutEmpty({ ...record.failuresMs, [strategyId]: failuresMs });
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(record.component) }),
    UpdateExpression: `SET ${FENCE_IF_NEW}${kept ? ', #failuresMs = :failures' : ' REMOVE #failuresMs'} ADD #revision :one`,
    ConditionExpression: unchanged(record),
    ExpressionAttributeNames: aliases('fence', 'failuresMs', 'revision'),
    ExpressionAttributeValues: encodeItem({
      ':zero': 0,
      ':one': 1,
      ':failures': kept,
      ...(record.revision > 0 && { ':revision': record.revision }),
    }),
  };
}

export function noteExhaustionNotifiedInput(
  tableName: string,
  component: string,
  atMs: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(component) }),
    UpdateExpression: `SET ${FENCE_IF_NEW}, #exhaustionNotifiedAtMs = :at ADD #revision :one`,
    ConditionExpression: 'attribute_not_exists(#exhaustionNotifiedAtMs)',
    ExpressionAttributeNames: aliases('fence', 'exhaustionNotifiedAtMs', 'revision'),
    ExpressionAttributeValues: encodeItem({ ':zero': 0, ':one': 1, ':at': atMs }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** @param dueAtMs only while it is due then */
export function setTimeLimitInput(
  tableName: string,
  operationId: string,
  limit: TimeLimit | undefined,
  dueAtMs: number | undefined,
): UpdateItemCommandInput {
  const isConditional = dueAtMs !== undefined;
  return {
    TableName: tableName,
    Key: encodeItem({ ...FLEET_KEY }),
    UpdateExpression: `${limit ? 'SET #limit = :limit' : 'REMOVE #limit'} ADD #revision :one`,
    ...(isConditional && { ConditionExpression: '#limit.#dueAtMs = :due' }),
    ExpressionAttributeNames: {
      ...aliases('revision', ...(isConditional ? ['dueAtMs'] : [])),
      '#limit': `${TIME_LIMIT_PREFIX}${operationId}`,
    },
    ExpressionAttributeValues: encodeItem({ ':one': 1, ':limit': limit, ':due': dueAtMs }),
  };
}

/**
 * Refused when there is nothing to forget, so that the revision does not change; and while something is reported. The
 * item is answered either way: what it holds costs no read.
 */
export function forgetAlertsInput(tableName: string, component: string): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(component) }),
    UpdateExpression: 'REMOVE #failuresMs, #exhaustionNotifiedAtMs ADD #revision :one',
    ConditionExpression:
      'attribute_not_exists(#reportedBy) AND (attribute_exists(#failuresMs) OR attribute_exists(#exhaustionNotifiedAtMs))',
    ExpressionAttributeNames: aliases('failuresMs', 'exhaustionNotifiedAtMs', 'reportedBy', 'revision'),
    ExpressionAttributeValues: encodeItem({ ':one': 1 }),
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** Refused when its sender's last one has a later time. */
export function noteReportInput(
  tableName: string,
  component: string,
  reporter: string,
  atMs: number,
  anomalyMetric: string | undefined,
): UpdateItemCommandInput {
  const isOn = anomalyMetric !== undefined;
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(component) }),
    UpdateExpression: `SET ${FENCE_IF_NEW}, #reportedAtMs = :at, #sentMs = :at${isOn ? ', #anomalyMetric = :metric' : ''} ADD #revision :one, #reportedBy :member`,
    ConditionExpression: 'NOT contains(#reportedBy, :name) OR attribute_not_exists(#sentMs) OR #sentMs < :at',
    ExpressionAttributeNames: {
      ...aliases('fence', 'reportedBy', 'reportedAtMs', 'revision'),
      '#sentMs': `${REPORT_PREFIX}${reporter}`,
      ...(isOn && aliases('anomalyMetric')),
    },
    ExpressionAttributeValues: encodeItem({
      ...{ ':zero': 0, ':one': 1, ':at': atMs, ':name': reporter },
      ':member': new Set([reporter]),
      ...(isOn && { ':metric': anomalyMetric }),
    }),
  };
}

/** Refused when it is not reported, so that the revision does not change. */
export function endReportsInput(
  tableName: string,
  component: string,
  reporter: string | undefined,
): UpdateItemCommandInput {
  const isAll = reporter === undefined;
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(component) }),
    UpdateExpression: `${isAll ? 'REMOVE #reportedBy' : 'REMOVE #sentMs DELETE #reportedBy :member'} ADD #revision :one`,
    ConditionExpression: isAll ? 'attribute_exists(#reportedBy)' : 'contains(#reportedBy, :name)',
    ExpressionAttributeNames: {
      ...aliases('reportedBy', 'revision'),
      ...(!isAll && { '#sentMs': `${REPORT_PREFIX}${reporter}` }),
    },
    ExpressionAttributeValues: encodeItem({
      ':one': 1,
      ...(!isAll && { ':name': reporter, ':member': new Set([reporter]) }),
    }),
  };
}

export function keepQueueInput(tableName: string, queue: RepairQueue | undefined): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...FLEET_KEY }),
    UpdateExpression: `${queue ? 'SET #queue = :queue' : 'REMOVE #queue'} ADD #revision :one`,
    ExpressionAttributeNames: aliases('queue', 'revision'),
    ExpressionAttributeValues: encodeItem({ ':one': 1, ':queue': queue }),
  };
}

/** Refused when it is a member already, so that the revision does not change. */
export function addUnhealthyInput(tableName: string, component: string): UpdateItemCommandInput {
  return {
    ...ofUnhealthy(tableName, component),
    UpdateExpression: 'ADD #revision :one, #unhealthy :member',
    ConditionExpression: 'NOT contains(#unhealthy, :name)',
  };
}

/** Refused when it is not a member, so that the revision does not change. */
export function dropUnhealthyInput(tableName: string, component: string): UpdateItemCommandInput {
  return {
    ...ofUnhealthy(tableName, component),
    UpdateExpression: 'ADD #revision :one DELETE #unhealthy :member',
    ConditionExpression: 'contains(#unhealthy, :name)',
  };
}

/** Refused after a later control; a resume also after a pause of the same time. */
export function setPauseInput(
  tableName: string,
  pause: Pause | undefined,
  givenAtMs: number,
): UpdateItemCommandInput {
  const change = pause
    ? 'SET #controlledAtMs = :given, #pause = :pause'
    : 'SET #controlledAtMs = :given REMOVE #pause';
  const isLater = pause ? '#controlledAtMs <= :given' : '#controlledAtMs < :given';
  return {
    TableName: tableName,
    Key: encodeItem({ ...FLEET_KEY }),
    UpdateExpression: `${change} ADD #revision :one`,
    ConditionExpression: `attribute_not_exists(#controlledAtMs) OR ${isLater}`,
    ExpressionAttributeNames: aliases('pause', 'controlledAtMs', 'revision'),
    ExpressionAttributeValues: encodeItem({ ':one': 1, ':given': givenAtMs, ':pause': pause }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

function ofUnhealthy(tableName: string, component: string): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...FLEET_KEY }),
    ExpressionAttributeNames: aliases('revision', 'unhealthy'),
    ExpressionAttributeValues: encodeItem({
      ':one': 1,
      ':name': component,
      ':member': new Set([component]),
    }),
  };
}
