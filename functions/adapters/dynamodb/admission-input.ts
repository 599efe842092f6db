import type { TransactWriteItem, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { Grant } from '../../core/admission/grant.ts';
import { grantedComponent } from '../../core/admission/granted.ts';
import type { ComponentRecord, Limits } from '../../core/admission/records.ts';
import type { Operation } from '../../core/operation/operation.ts';
import type { ApprovedProposal } from '../../ports/held-back-store.ts';
import { COOLDOWN_PREFIX, encodeComponent } from './component-item.ts';
import { ROLLING_BACK_PREFIX } from './fleet-item.ts';
import { aliases, encodeItem } from './item.ts';
import { FLEET_KEY } from './keys.ts';
import { encodeOperation } from './operation-item.ts';
import { endProposalUpdate } from './proposal-inputs.ts';
import { unchanged } from './unchanged.ts';

export interface Admission {
  readonly operation: Operation;
  readonly grant: Grant;
  readonly limits: Limits;
  /** The proposal that it carries out. */
  readonly approved?: ApprovedProposal;
}

/**
 * Claim, budgets and operation, or nothing: three items of one unit each, doubled by the transaction.
 *
 * ```
 * read limits (revision 7) ─ decide ─ admit: only if the component is at 7, unclaimed, below the new fence,
 *                                     and the fleet at the revision that was read, and the operation is new
 * ```
 */
export function admissionInput(
  tableName: string,
  historyRetentionDays: number,
  requestToken: string,
  admission: Admission,
): TransactWriteItemsCommandInput {
  const { operation, grant, limits, approved } = admission;
  return {
    ClientRequestToken: requestToken,
    TransactItems: [
      putComponent(tableName, limits.component, grant, approved !== undefined),
      updateFleet(tableName, limits, grant),
      {
        Put: {
          TableName: tableName,
          Item: encodeOperation(operation, historyRetentionDays),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      ...(approved
        ? [{ Update: endProposalUpdate(tableName, operation.operationId, approved.end, approved.approvals) }]
        : []),
    ],
  };
}

function putComponent(
  tableName: string,
  record: ComponentRecord,
  grant: Grant,
  isApproved: boolean,
): TransactWriteItem {
  const isNew = record.revision === 0;
  return {
    Put: {
      TableName: tableName,
      Item: encodeComponent(grantedComponent(record, grant, isApproved)),
      ConditionExpression: isNew
        ? unchanged(record)
        : `${unchanged(record)} AND attribute_not_exists(#claim) AND #fence < :fence`,
      ...(!isNew && {
        ExpressionAttributeNames: aliases('revision', 'claim', 'fence'),
        ExpressionAttributeValues: encodeItem({ ':revision': record.revision, ':fence': grant.claim.fence }),
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function updateFleet(tableName: string, { component, fleet }: Limits, grant: Grant): TransactWriteItem {
  const over = Object.entries(fleet.strategyCooldownUntilMs)
    .filter(([, untilMs]) => untilMs <= grant.startedAtMs)
    .map(([strategyId]) => `${COOLDOWN_PREFIX}${strategyId}`);
  const rollingBack = `${ROLLING_BACK_PREFIX}${component.component}`;
  const removals = [...over.map((_, index) => `#over${index}`), ...(grant.rollsBack ? [] : ['#rollingBack'])];
  const changes = [
    ...(grant.rollsBack ? ['SET #rollingBack = :rollsBack'] : []),
    'ADD #revision :one, #inFlight :member, #unhealthy :member',
    ...(removals.length > 0 ? [`REMOVE ${removals.join(', ')}`] : []),
  ];
  return {
    Update: {
      TableName: tableName,
      Key: encodeItem({ ...FLEET_KEY }),
      UpdateExpression: changes.join(' '),
      ConditionExpression: unchanged(fleet),
      ExpressionAttributeNames: {
        ...aliases('revision', 'inFlight', 'unhealthy'),
        ...Object.fromEntries(over.map((name, index) => [`#over${index}`, name])),
        '#rollingBack': rollingBack,
      },
      ExpressionAttributeValues: encodeItem({
        ':one': 1,
        ':member': new Set([component.component]),
        ':rollsBack': grant.rollsBack,
        ...(fleet.revision > 0 && { ':revision': fleet.revision }),
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}
