import type {
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Conclusion } from '../../core/operation/conclusion.ts';
import { COOLDOWN_PREFIX } from './component-item.ts';
import { aliases, encodeItem } from './item.ts';
import { componentKey, FLEET_KEY, operationKey } from './keys.ts';
import { NOT_FINAL } from './not-final.ts';

/** Order of the items in a conclusion, and of the reasons when it is cancelled. */
export const CONCLUSION_ITEMS = { operation: 0, component: 1, fleet: 2 } as const;

type Update = NonNullable<TransactWriteItem['Update']>;

/** Final record, claim, budgets and cooldown, or nothing; refused if the claim is not this operation's. */
export function conclusionInput(
  tableName: string,
  requestToken: string,
  conclusion: Conclusion,
): TransactWriteItemsCommandInput {
  const updates = [concludeOperation, releaseClaim, freeBudgets].map((of) => of(tableName, conclusion));
  return {
    ClientRequestToken: requestToken,
    TransactItems: updates.map((Update) => ({ Update })),
  };
}

/**
 * For an operation whose claim is held by another one: its record, and its strategy's cooldown if that is fleet-wide.
 * The claim stays, and so do the budgets that the other operation uses.
 */
export function claimlessConclusionInput(
  tableName: string,
  requestToken: string,
  conclusion: Conclusion,
): TransactWriteItemsCommandInput {
  const operation = concludeOperation(tableName, conclusion);
  const rest = conclusion.cooldownScope === 'strategy' ? [coolDownStrategy(tableName, conclusion)] : [];
  return {
    ClientRequestToken: requestToken,
    TransactItems: [operation, ...rest].map((Update) => ({ Update })),
  };
}

function concludeOperation(tableName: string, conclusion: Conclusion): Update {
  const { state, result, completedAtMs, failure, warnings } = conclusion;
  const more = { ...(failure && { failure }), ...(warnings && { warnings }) };
  const setMore = Object.keys(more).map((name) => `, #${name} = :${name}`);
  return {
    TableName: tableName,
    Key: encodeItem({ ...operationKey(conclusion.operationId) }),
    UpdateExpression: `SET #state = :state, #result = :result, #completedAtMs = :completedAtMs${setMore.join('')}`,
    ConditionExpression: NOT_FINAL.ConditionExpression,
    ExpressionAttributeNames: aliases('state', 'result', 'completedAtMs', ...Object.keys(more)),
    ExpressionAttributeValues: encodeItem({
      ':state': state,
      ':result': result,
      ':completedAtMs': completedAtMs,
      ':failure': failure,
      ':warnings': warnings,
      ...NOT_FINAL.values,
    }),
  };
}

function releaseClaim(tableName: string, conclusion: Conclusion): Update {
  const coolsDown = conclusion.cooldownScope === 'component';
  const forgets = conclusion.result === 'SUCCESS';
  const { rolledBack } = conclusion;
  const assignments = [
    ...(coolsDown ? ['#cooldown = :until'] : []),
    ...(rolledBack ? ['#rolledBack = :rolledBack'] : []),
  ];
  return {
    TableName: tableName,
    Key: encodeItem({ ...componentKey(conclusion.component) }),
    UpdateExpression: [
      `REMOVE #claim${forgets ? ', #failuresMs, #exhaustionNotifiedAtMs, #reportedBy' : ''}`,
      ...(assignments.length > 0 ? [`SET ${assignments.join(', ')}`] : []),
      'ADD #revision :one',
    ].join(' '),
    ConditionExpression: '#claim.#operation = :operation AND #fence = :fence',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ExpressionAttributeNames: {
      ...aliases(
        'claim',
        'operation',
        'fence',
        'revision',
        ...(forgets ? ['failuresMs', 'exhaustionNotifiedAtMs', 'reportedBy'] : []),
        ...(rolledBack ? ['rolledBack'] : []),
      ),
      ...(coolsDown && { '#cooldown': `${COOLDOWN_PREFIX}${conclusion.strategyId}` }),
    },
    ExpressionAttributeValues: encodeItem({
      ':one': 1,
      ':operation': conclusion.operationId,
      ':fence': conclusion.fence,
      ...(coolsDown && { ':until': conclusion.cooldownUntilMs }),
      ...(rolledBack && { ':rolledBack': rolledBack }),
    }),
  };
}

function freeBudgets(tableName: string, conclusion: Conclusion): Update {
  const coolsDown = conclusion.cooldownScope === 'strategy';
  const sets = ['inFlight', ...(conclusion.result === 'SUCCESS' ? ['unhealthy'] : [])];
  const deletions = sets.map((set) => `#${set} :member`).join(', ');
  return {
    TableName: tableName,
    Key: encodeItem({ ...FLEET_KEY }),
    UpdateExpression: `ADD #revision :one DELETE ${deletions}${coolsDown ? ' SET #cooldown = :until' : ''}`,
    ExpressionAttributeNames: {
      ...aliases('revision', ...sets),
      ...(coolsDown && { '#cooldown': `${COOLDOWN_PREFIX}${conclusion.strategyId}` }),
    },
    ExpressionAttributeValues: encodeItem({
      ':one': 1,
      ':member': new Set([conclusion.component]),
      ...(coolsDown && { ':until': conclusion.cooldownUntilMs }),
    }),
  };
}

function coolDownStrategy(tableName: string, conclusion: Conclusion): Update & UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: encodeItem({ ...FLEET_KEY }),
    UpdateExpression: 'ADD #revision :one SET #cooldown = :until',
    ExpressionAttributeNames: {
      ...aliases('revision'),
      '#cooldown': `${COOLDOWN_PREFIX}${conclusion.strategyId}`,
    },
    ExpressionAttributeValues: encodeItem({ ':one': 1, ':until': conclusion.cooldownUntilMs }),
  };
}
