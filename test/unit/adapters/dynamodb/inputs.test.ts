import { describe, expect, it } from 'vitest';
import { admissionInput } from '../../../../functions/adapters/dynamodb/admission-input.ts';
import { beginStepInput, takeOverInput } from '../../../../functions/adapters/dynamodb/claim-inputs.ts';
import {
  claimlessConclusionInput,
  conclusionInput,
} from '../../../../functions/adapters/dynamodb/conclusion-input.ts';
import { saveFailuresInput } from '../../../../functions/adapters/dynamodb/limits-inputs.ts';
import { operationsQuery, outcomesQuery } from '../../../../functions/adapters/dynamodb/operation-inputs.ts';
import { ownStepInput } from '../../../../functions/adapters/dynamodb/own-step-inputs.ts';
import { putStepInput } from '../../../../functions/adapters/dynamodb/step-inputs.ts';
import { EMPTY_FLEET, newComponentRecord } from '../../../../functions/core/admission/records.ts';
import type { StepId } from '../../../../functions/core/operation/operation.ts';
import {
  alertOf,
  conclusionOf,
  configurationOf,
  FENCE,
  grantFor,
  NOON,
  stepOf,
} from '../../../factories/operations/admissions.ts';

const DAYS = 30;
const group = { name: 'web', maxInFlight: 1, minHealthy: 0 };
const configuration = configurationOf({ components: ['checkout', 'search'], group });
const unknown = { component: newComponentRecord('checkout'), fleet: EMPTY_FLEET };
const { operation, grant } = grantFor(alertOf('checkout'), configuration, unknown);
const componentKey = { pk: { S: 'COMPONENT#checkout' }, sk: { S: 'LIMITS' } };
const operationKey = { pk: { S: 'OPERATIONS' }, sk: { S: operation.operationId } };

describe('the input of an admission', () => {
  it('creates three items where there was nothing', () => {
    const input = admissionInput('heal', DAYS, 'token', { operation, grant, limits: unknown });
    expect(input).toEqual({
      ClientRequestToken: 'token',
      TransactItems: [
        {
          Put: {
            TableName: 'heal',
            Item: {
              ...componentKey,
              revision: { N: '1' },
              fence: { N: String(FENCE) },
              claim: {
                M: {
                  operation: { S: operation.operationId },
                  strategy: { S: 'restart-service' },
                  leaseUntilMs: { N: String(NOON + 120_000) },
                },
              },
              attemptsMs: { M: { 'restart-service': { L: [{ N: String(NOON) }] } } },
            },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          Update: {
            TableName: 'heal',
            Key: { pk: { S: 'FLEET' }, sk: { S: 'LIMITS' } },
            UpdateExpression: 'ADD #revision :one, #inFlight :member, #unhealthy :member REMOVE #rollingBack',
            ConditionExpression: 'attribute_not_exists(pk)',
            ExpressionAttributeNames: {
              '#revision': 'revision',
              '#inFlight': 'inFlight',
              '#rollingBack': 'rollingBack#checkout',
              '#unhealthy': 'unhealthy',
            },
            ExpressionAttributeValues: { ':one': { N: '1' }, ':member': { SS: ['checkout'] } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          Put: {
            TableName: 'heal',
            Item: {
              ...operationKey,
              component: { S: 'checkout' },
              strategy: { S: 'restart-service' },
              planId: { S: operation.planId },
              state: { S: 'HEALING' },
              diagnosis: {
                M: {
                  rootCause: { S: 'memory_exhaustion' },
                  confidence: { N: '0.9' },
                  suggestedFix: { S: 'restart with increased limits' },
                },
              },
              fence: { N: String(FENCE) },
              attempt: { N: '1' },
              startedAtMs: { N: String(NOON) },
              deadlineMs: { N: String(NOON + 300_000) },
              alert: {
                M: {
                  signalId: { S: 'alarm/checkout-memory/2026-11-22T13:30:00.000Z' },
                  origin: { S: 'alarm' },
                  metric: { S: 'memory' },
                  severity: { S: 'CRITICAL' },
                  occurredAtMs: { N: String(NOON) },
                  reason: { S: alertOf('checkout').reason },
                  current: { N: '97.2' },
                  threshold: { N: '90' },
                },
              },
              expiresAt: { N: String(NOON / 1_000 + 30 * 86_400) },
            },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    });
  });

  it('depends on the revisions that were read, and forgets cooldowns that are over', () => {
    const limits = {
      component: { ...newComponentRecord('checkout'), revision: 7, fence: 4, cooldownUntilMs: { a: NOON } },
      fleet: { ...EMPTY_FLEET, revision: 9, strategyCooldownUntilMs: { a: NOON, b: NOON + 1 } },
    };
    const granted = grantFor(alertOf('checkout'), configuration, limits);
    const items = admissionInput('heal', DAYS, 'token', { ...granted, limits }).TransactItems;
    expect(items?.[0]?.Put).toMatchObject({
      ConditionExpression: '#revision = :revision AND attribute_not_exists(#claim) AND #fence < :fence',
      ExpressionAttributeValues: { ':revision': { N: '7' }, ':fence': { N: String(FENCE) } },
    });
    expect(items?.[0]?.Put?.Item).not.toHaveProperty('cooldownUntilMs#a');
    expect(items?.[1]?.Update).toMatchObject({
      UpdateExpression: expect.stringMatching(/ REMOVE #over0, #rollingBack$/),
      ConditionExpression: '#revision = :revision',
      ExpressionAttributeNames: { '#over0': 'cooldownUntilMs#a' },
      ExpressionAttributeValues: { ':revision': { N: '9' } },
    });
  });
});

describe('the input of a step', () => {
  const step = {
    stepId: 'heal-0',
    order: 1_000,
    taskToken: 'Zf/+',
    startedAtMs: NOON,
    deadlineMs: NOON + 1,
  } as const;

  it('makes one update, if operation, fence and order allow it, with a base64 token as bytes', () => {
    expect(beginStepInput('heal', operation, step, NOON + 2)).toEqual({
      TableName: 'heal',
      Key: componentKey,
      UpdateExpression: 'SET #claim.#leaseUntilMs = :lease, #claim.#step = :step ADD #revision :one',
      ConditionExpression:
        '#claim.#operation = :operation AND #fence = :fence AND (attribute_not_exists(#claim.#step) OR #claim.#step.#order <= :order)',
      ExpressionAttributeNames: {
        '#claim': 'claim',
        '#operation': 'operation',
        '#fence': 'fence',
        '#leaseUntilMs': 'leaseUntilMs',
        '#step': 'step',
        '#order': 'order',
        '#revision': 'revision',
      },
      ExpressionAttributeValues: {
        ':operation': { S: operation.operationId },
        ':fence': { N: String(FENCE) },
        ':lease': { N: String(NOON + 2) },
        ':order': { N: '1000' },
        ':step': {
          M: {
            id: { S: 'heal-0' },
            order: { N: '1000' },
            token: { B: new Uint8Array([0x65, 0xff, 0xfe]) },
            startedAtMs: { N: String(NOON) },
            deadlineMs: { N: String(NOON + 1) },
          },
        },
        ':one': { N: '1' },
      },
    });
  });

  it('takes over with the next fence', () => {
    expect(takeOverInput('heal', { ...operation, fence: 4 }, NOON)).toMatchObject({
      UpdateExpression: 'SET #claim.#leaseUntilMs = :lease, #fence = :next ADD #revision :one',
      ExpressionAttributeValues: { ':fence': { N: '4' }, ':next': { N: '5' } },
    });
  });

  it('writes a record with its change while there is no outcome', () => {
    const step = { ...stepOf(operation), change: { before: '"80"', intended: '""' } };
    const { ConditionExpression, ExpressionAttributeNames } = putStepInput('heal', DAYS, step);
    expect(ConditionExpression).toBe('attribute_not_exists(#outcome)');
    expect(ExpressionAttributeNames).toEqual({ '#outcome': 'outcome' });
  });

  it('writes the record only while there is neither an outcome nor a change that it lacks', () => {
    expect(putStepInput('heal', DAYS, stepOf(operation))).toEqual({
      TableName: 'heal',
      Item: {
        pk: { S: `STEPS#${operation.operationId}` },
        sk: { S: 'heal-0' },
        component: { S: 'checkout' },
        action: { S: 'graceful_stop' },
        onError: { S: 'abort' },
        startedAtMs: { N: String(NOON + 1_000) },
        targets: { L: [{ S: 'i-0123456789abcdef0' }] },
        expiresAt: { N: String(NOON / 1_000 + 1 + 30 * 86_400) },
      },
      ConditionExpression: 'attribute_not_exists(#outcome) AND attribute_not_exists(#change)',
      ExpressionAttributeNames: { '#outcome': 'outcome', '#change': 'change' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });
});

describe('the input of a write by the function that carries a step out', () => {
  const conditionsFor = (stepId: StepId) => {
    const step = stepOf(operation, { stepId });
    const input = ownStepInput('heal', 'token', operation, step, putStepInput('heal', DAYS, step));
    return input.TransactItems?.map(
      ({ ConditionCheck, Put }) => (ConditionCheck ?? Put)?.ConditionExpression,
    );
  };

  it('checks the fence, and that the operation goes on with the step', () => {
    const notFinal = 'attribute_exists(pk) AND NOT #state IN (:completed, :failed)';
    const holdsClaim = '#claim.#operation = :operation AND #fence = :fence';
    const isFirst = 'attribute_not_exists(#outcome) AND attribute_not_exists(#change)';
    expect(conditionsFor('heal-0')).toEqual([holdsClaim, `${notFinal} AND #state <> :rollingBack`, isFirst]);
    expect(conditionsFor('rollback-0')).toEqual([holdsClaim, notFinal, isFirst]);
  });
});

describe('the input of a conclusion', () => {
  const updatesOf = (input: ReturnType<typeof conclusionInput>) =>
    input.TransactItems?.map((item) => item.Update?.UpdateExpression);

  it('forgets the alerts of a component that has become healthy, and no longer counts it as unhealthy', () => {
    const input = conclusionInput('heal', 'token', conclusionOf(operation));
    expect(updatesOf(input)).toEqual([
      'SET #state = :state, #result = :result, #completedAtMs = :completedAtMs',
      'REMOVE #claim, #failuresMs, #exhaustionNotifiedAtMs, #reportedBy SET #cooldown = :until ADD #revision :one',
      'ADD #revision :one DELETE #inFlight :member, #unhealthy :member',
    ]);
    expect(input.TransactItems?.[1]?.Update).toMatchObject({
      Key: componentKey,
      ConditionExpression: '#claim.#operation = :operation AND #fence = :fence',
      ExpressionAttributeNames: { '#cooldown': 'cooldownUntilMs#restart-service' },
    });
    expect(input.TransactItems?.[2]?.Update).not.toHaveProperty('ConditionExpression');
  });

  it('keeps both when it is not, and puts the whole strategy in cooldown where that is the scope', () => {
    const failure = { error: 'VerificationFailed', cause: 'still 97 %' };
    const failed = { state: 'FAILED', result: 'FAILED', failure, cooldownScope: 'strategy' } as const;
    expect(updatesOf(conclusionInput('heal', 'token', conclusionOf(operation, failed)))).toEqual([
      'SET #state = :state, #result = :result, #completedAtMs = :completedAtMs, #failure = :failure',
      'REMOVE #claim ADD #revision :one',
      'ADD #revision :one DELETE #inFlight :member SET #cooldown = :until',
    ]);
    expect(updatesOf(claimlessConclusionInput('heal', 'token', conclusionOf(operation, failed)))).toEqual([
      'SET #state = :state, #result = :result, #completedAtMs = :completedAtMs, #failure = :failure',
      'ADD #revision :one SET #cooldown = :until',
    ]);
  });

  it('touches nothing but the operation when the claim is another’s and the strategy does not rest', () => {
    const input = claimlessConclusionInput('heal', 'token', conclusionOf(operation));
    expect(input.TransactItems).toHaveLength(1);
    expect(input.TransactItems?.[0]?.Update?.Key).toEqual(operationKey);
  });
});

describe('other inputs', () => {
  it('keep alerts in a row of all strategies, if the revision is unchanged', () => {
    const record = { ...newComponentRecord('checkout'), revision: 3, failuresMs: { a: [1], b: [2] } };
    expect(saveFailuresInput('heal', record, 'a', [])).toMatchObject({
      ConditionExpression: '#revision = :revision',
      ExpressionAttributeValues: { ':failures': { M: { b: { L: [{ N: '2' }] } } }, ':revision': { N: '3' } },
    });
  });

  it('read what learning looks at without the price of strong consistency', () => {
    expect(outcomesQuery('heal', NOON)).toEqual({ ...operationsQuery('heal', NOON), ConsistentRead: false });
  });

  it('read the newest operations first, consistently', () => {
    expect(operationsQuery('heal')).toEqual({
      TableName: 'heal',
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: 'OPERATIONS' } },
      ScanIndexForward: false,
      ConsistentRead: true,
    });
  });
});
