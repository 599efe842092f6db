import type {
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Approval, Proposal, ProposalEnd } from '../../core/admission/proposal.ts';
import { aliases, encodeItem } from './item.ts';
import { componentKey, proposalKey } from './keys.ts';

type Update = NonNullable<TransactWriteItem['Update']>;

/** Refused once the proposal has ended. */
export function endProposalUpdate(
  tableName: string,
  proposalId: string,
  end: ProposalEnd,
  approvals: readonly Approval[],
): Update {
  return {
    TableName: tableName,
    Key: encodeItem({ ...proposalKey(proposalId) }),
    UpdateExpression: 'SET #end = :end, #approvals = :approvals',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#end)',
    ExpressionAttributeNames: aliases('end', 'approvals'),
    ExpressionAttributeValues: encodeItem({ ':end': end, ':approvals': approvals }),
  };
}

/** Proposal and component together, so that an ended proposal never keeps its component waiting. */
export function endProposalInput(
  tableName: string,
  requestToken: string,
  { operation, approvals }: Proposal,
  end: ProposalEnd,
): TransactWriteItemsCommandInput {
  const { operationId, component } = operation;
  const denies = end.untilMs !== undefined;
  return {
    ClientRequestToken: requestToken,
    TransactItems: [
      { Update: endProposalUpdate(tableName, operationId, end, approvals) },
      {
        Update: {
          TableName: tableName,
          Key: encodeItem({ ...componentKey(component) }),
          UpdateExpression: `REMOVE #proposal${denies ? ' SET #deniedUntilMs = :until' : ''} ADD #revision :one`,
          ConditionExpression: '#proposal.#proposalId = :id',
          ExpressionAttributeNames: aliases(
            ...['proposal', 'proposalId', 'revision', ...(denies ? ['deniedUntilMs'] : [])],
          ),
          ExpressionAttributeValues: encodeItem({ ':id': operationId, ':one': 1, ':until': end.untilMs }),
        },
      },
    ],
  };
}

/** Refused once the proposal has ended, and if there are other approvals than those that were read. */
export function addApprovalInput(
  tableName: string,
  { operation, approvals }: Proposal,
  approval: Approval,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...proposalKey(operation.operationId) }),
    UpdateExpression: 'SET #approvals = :after',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#end) AND #approvals = :before',
    ExpressionAttributeNames: aliases('approvals', 'end'),
    ExpressionAttributeValues: encodeItem({ ':before': approvals, ':after': [...approvals, approval] }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

export function noteProposalNotifiedInput(
  tableName: string,
  proposalId: string,
  atMs: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...proposalKey(proposalId) }),
    UpdateExpression: 'SET #notifiedAtMs = :at',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: aliases('notifiedAtMs'),
    ExpressionAttributeValues: encodeItem({ ':at': atMs }),
  };
}
