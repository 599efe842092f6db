import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createApprovalStore } from '../../../../functions/adapters/dynamodb/approval-store.ts';
import { createChangeStore } from '../../../../functions/adapters/dynamodb/change-store.ts';
import { createCorrelationStore } from '../../../../functions/adapters/dynamodb/correlation-store.ts';
import { createIncidentStore } from '../../../../functions/adapters/dynamodb/incident-store.ts';
import { createMetricSamples } from '../../../../functions/adapters/dynamodb/metric-samples.ts';
import type { CorrelatedIncident } from '../../../../functions/core/correlation/correlated-incident.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { type Scripted, scriptedClient } from '../scripted-client.ts';

const SECONDS = NOON / 1_000;
const DAY_SECONDS = 86_400;

/** What a store sends; its items expire after thirty days unless it says otherwise. */
function sentBy<Store>(
  create: (options: {
    readonly client: DynamoDBClient;
    readonly tableName: string;
    readonly historyRetentionDays: number;
    readonly newId: () => string;
  }) => Store,
  ...answers: readonly Scripted[]
) {
  const { client, sent } = scriptedClient(DynamoDBClient, ...answers);
  const options = { client, tableName: 'heal', historyRetentionDays: 30, newId: () => 'use-1' };
  return { store: create(options), sent };
}

const expiryOf = (input: unknown) =>
  Number((input as { readonly Item: { readonly expiresAt?: { readonly N: string } } }).Item.expiresAt?.N);

describe('what the store of approvals sends', () => {
  it('keeps a link for a day after it has expired, if it is new', async () => {
    const { store, sent } = sentBy(createApprovalStore);
    const use = { command: 'deny', atMs: NOON - 1 } as const;
    expect(await store.takeLink('link', use, NOON)).toEqual({ ...use, isSent: false });
    expect(sent).toEqual([
      {
        TableName: 'heal',
        Item: {
          ...{ pk: { S: 'USED_ONCE' }, sk: { S: 'link' }, command: { S: 'deny' } },
          ...{ atMs: { N: String(NOON - 1) }, isSent: { BOOL: false } },
          expiresAt: { N: String(SECONDS + DAY_SECONDS) },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    ]);
  });

  it('keeps what is used once for a day as well, under the use', async () => {
    const { store, sent } = sentBy(createApprovalStore);
    expect(await store.useOnce('click', NOON)).toBe(true);
    expect(sent).toMatchObject([
      { Item: { sk: { S: 'click' }, use: { S: 'use-1' }, expiresAt: { N: String(SECONDS + DAY_SECONDS) } } },
    ]);
  });

  it('counts attempts by the minute, for a day', async () => {
    const { store, sent } = sentBy(createApprovalStore, { Attributes: { attempts: { N: '3' } } });
    expect(await store.countAttempt(NOON + 59_999)).toBe(3);
    expect(sent).toEqual([
      {
        TableName: 'heal',
        Key: { pk: { S: 'APPROVAL_ATTEMPTS' }, sk: { S: String(NOON).padStart(15, '0') } },
        UpdateExpression: 'SET #expiresAt = :expiresAt ADD #attempts :one',
        ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#attempts': 'attempts' },
        ExpressionAttributeValues: {
          ...{ ':expiresAt': { N: String(SECONDS + DAY_SECONDS) }, ':one': { N: '1' } },
        },
        ReturnValues: 'ALL_NEW',
      },
    ]);
  });

  it('marks a link as sent that is on record', async () => {
    const { store, sent } = sentBy(createApprovalStore);
    await store.noteLinkSent('link');
    expect(sent).toMatchObject([
      {
        Key: { pk: { S: 'USED_ONCE' }, sk: { S: 'link' } },
        ...{ UpdateExpression: 'SET #isSent = :true', ConditionExpression: 'attribute_exists(pk)' },
      },
    ]);
  });
});

describe('what the store of changes sends', () => {
  it('keeps the first delivery of an event, for as long as history is kept', async () => {
    const { store, sent } = sentBy(createChangeStore);
    await store.recordChange({
      ...({ component: 'web', source: 'pipeline', kind: 'deployment', changeId: 'run-1' } as const),
      ...({ phase: 'started', atMs: NOON, summary: 'run 1' } as const),
    });
    expect(sent).toMatchObject([{ ConditionExpression: 'attribute_not_exists(pk)' }]);
    expect(expiryOf(sent[0])).toBe(SECONDS + 30 * DAY_SECONDS);
  });

  it('reads consistently, the newest first, from a time on that is never negative', async () => {
    const { store, sent } = sentBy(createChangeStore);
    expect(await store.listChanges('web', -1)).toEqual([]);
    expect(sent).toMatchObject([
      {
        ...{ ConsistentRead: true, ScanIndexForward: false },
        ExpressionAttributeValues: { ':pk': { S: 'CHANGES#web' }, ':from': { S: '0'.repeat(15) } },
      },
    ]);
  });
});

describe('what the store of incidents sends', () => {
  const incident = { key: 'web#alarm', status: 'open', sinceMs: NOON, announced: false } as const;

  it('keeps an open incident for good, and a resolved one for two days', async () => {
    const { store, sent } = sentBy(createIncidentStore);
    await store.saveIncident(incident, undefined);
    await store.saveIncident({ ...incident, status: 'resolved' }, incident);
    expect(sent[0]).toMatchObject({ ConditionExpression: 'attribute_not_exists(#status)' });
    expect(expiryOf(sent[0])).toBeNaN();
    expect(sent[1]).toMatchObject({
      ConditionExpression: '#status = :status AND #sinceMs = :since AND #announced = :announced',
      ExpressionAttributeValues: {
        ...{ ':status': { S: 'open' }, ':since': { N: String(NOON) }, ':announced': { BOOL: false } },
      },
    });
    expect(expiryOf(sent[1])).toBe(SECONDS + 2 * DAY_SECONDS);
  });

  it('reads all of them consistently', async () => {
    const { store, sent } = sentBy(createIncidentStore);
    expect(await store.listIncidents()).toEqual([]);
    expect(sent).toMatchObject([
      { ConsistentRead: true, ExpressionAttributeValues: { ':pk': { S: 'INCIDENTS' } } },
    ]);
  });
});

describe('what the store of correlated incidents sends', () => {
  it('keeps one that has ended for as long as history is kept, from its end, or else its last alert', async () => {
    const { store, sent } = sentBy(createCorrelationStore);
    const incident = { incidentId: 'one', lastAlertMs: NOON } as CorrelatedIncident;
    await store.keepEnded(incident);
    await store.keepEnded({ ...incident, resolvedAtMs: NOON + 5_000 });
    expect(sent.map(expiryOf)).toEqual([SECONDS, SECONDS + 5].map((from) => from + 30 * DAY_SECONDS));
  });

  it('reads up to a hundred boards at a time', async () => {
    const names = Array.from({ length: 101 }, (_, nth) => `n${nth}`);
    const { store, sent } = sentBy(createCorrelationStore, { Responses: { heal: [] } });
    const boards = await store.readBoards(names);
    expect(boards.map(({ neighbourhood }) => neighbourhood)).toEqual(names);
    expect(boards[100]).toEqual({ neighbourhood: 'n100', revision: 0, incidents: [] });
    const asked = sent as readonly {
      readonly RequestItems: { readonly heal: { readonly Keys: unknown[] } };
    }[];
    expect(asked.map(({ RequestItems }) => RequestItems.heal.Keys.length)).toEqual([100, 1]);
  });
});

describe('what the store of samples sends', () => {
  it('keeps a sample for three days, from when it was measured', async () => {
    const { store, sent } = sentBy(createMetricSamples);
    await store.add([{ component: 'web', monitor: 'orders', atMs: NOON + 1, value: 7, eventId: 'e-1' }]);
    expect(sent.map(expiryOf)).toEqual([SECONDS + 1 + 3 * DAY_SECONDS]);
  });

  it('reads consistently what was measured from the beginning of a window to before its end', async () => {
    const { store, sent } = sentBy(createMetricSamples);
    const window = { startMs: NOON - 1, endMs: NOON };
    expect(await store.list({ component: 'web', monitor: 'orders' }, window)).toEqual({
      ...{ samples: [], completeUntilMs: NOON },
    });
    expect(sent).toMatchObject([
      {
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :until',
        ExpressionAttributeValues: {
          ':pk': { S: 'SAMPLES#web#orders' },
          ':from': { S: String(NOON - 1).padStart(15, '0') },
          ':until': { S: String(NOON).padStart(15, '0') },
        },
      },
    ]);
  });
});
