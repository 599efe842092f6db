import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { StoreUnavailable } from '../../functions/ports/errors.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import {
  admitOne,
  alertOf,
  conclusionOf,
  configurationOf,
  FENCE,
  grantFor,
  NOON,
  stepOf,
} from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { dynamoDbLocal, type TestDynamoDb } from './dynamodb-local.ts';
import { createLossyClient, type LossyClient } from './lossy-client.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

const START_MS = 300_000;
const configuration = configurationOf({ components: ['checkout'] });
const step = {
  stepId: 'heal-0',
  order: 1,
  taskToken: 'token',
  startedAtMs: NOON,
  deadlineMs: NOON + 60_000,
} as const;

describe.skipIf(!requirement('java'))('operation store on DynamoDB when connections break', () => {
  let server: TestDynamoDb;
  let patient: LossyClient;
  let hasty: LossyClient;
  let table: StoreTable;
  let store: OperationStore;
  /** Its SDK doesn't try again. */
  let hastyStore: OperationStore;

  beforeAll(async () => {
    server = await dynamoDbLocal();
    patient = createLossyClient(emulatorConfig(server.endpoint), 3);
    hasty = createLossyClient(emulatorConfig(server.endpoint), 1);
    table = await createStoreTable(patient.client);
    const { tableName } = table;
    store = createOperationStore({ client: patient.client, tableName, historyRetentionDays: 30 });
    hastyStore = createOperationStore({ client: hasty.client, tableName, historyRetentionDays: 30 });
  }, START_MS);

  afterAll(async () => {
    patient?.client.destroy();
    hasty?.client.destroy();
    await server?.stop();
  });

  beforeEach(async () => await table.clear());

  describe('an answer that is lost once', () => {
    it('does not turn a grant into a duplicate', async () => {
      const { limits } = await store.readLimits('checkout');
      const { operation, grant } = grantFor(alertOf('checkout'), configuration, limits);
      patient.lose('answer', 1);
      expect(await store.admit(operation, grant, limits)).toEqual({ outcome: 'granted' });
      expect((await store.readLimits('checkout')).limits.component.revision).toBe(1);
    });

    it('does not hide from the caller that it paused or resumed', async () => {
      patient.lose('answer', 1);
      expect(await store.setPause({ reason: 'maintenance', sinceMs: NOON }, NOON)).toBe('taken');
      patient.lose('answer', 1);
      expect(await store.setPause(undefined, NOON + 1)).toBe('taken');
      patient.lose('answer', 1);
      expect(await store.setPause({ reason: 'late', sinceMs: NOON }, NOON)).toBe('overtaken');
    });

    it('does not hide from the caller that it concluded', async () => {
      const { operation } = await admitOne(store, alertOf('checkout'));
      patient.lose('answer', 1);
      expect(await store.conclude(conclusionOf(operation))).toBe('concluded');
      expect(await store.conclude(conclusionOf(operation))).toBe('ended-before');
    });

    it('does not hide from the caller that its outcome was the first', async () => {
      const { operation } = await admitOne(store, alertOf('checkout'));
      const outcome = { ...stepOf(operation), outcome: 'SUCCEEDED', completedAtMs: NOON } as const;
      patient.lose('answer', 1);
      expect(await store.recordOutcome(outcome)).toBe(true);
      expect(await store.recordOutcome(outcome)).toBe(false);
      patient.lose('answer', 1);
      expect(await store.recordOutcome({ ...outcome, outcome: 'FAILED' })).toBe(false);
      patient.lose('answer', 1);
      expect(await store.recordOutcome({ ...outcome, completedAtMs: NOON + 1 })).toBe(false);
    });

    it('does not hide from the function that carries a step out that it has recorded its outcome', async () => {
      const { operation } = await admitOne(store, alertOf('checkout'));
      const outcome = { ...stepOf(operation), outcome: 'SKIPPED', completedAtMs: NOON } as const;
      patient.lose('answer', 1);
      expect(await store.recordOwnOutcome(operation, outcome)).toBe(true);
      expect(await store.recordOwnOutcome(operation, outcome)).toBe(false);
    });

    it('does not hide from the caller that people have to be notified', async () => {
      patient.lose('answer', 1);
      expect(await store.noteExhaustionNotified('checkout', NOON)).toBe(true);
      expect(await store.noteExhaustionNotified('checkout', NOON)).toBe(false);
    });

    it('does not stop a layout or a step', async () => {
      const { operation } = await admitOne(store, alertOf('checkout'));
      patient.lose('answer', 1);
      const layout = { batches: [['i-a']], skipped: {} };
      expect(await store.layOut(operation.operationId, layout)).toEqual(layout);
      patient.lose('answer', 1);
      expect(await store.beginStep(operation, step, NOON)).toBe(true);
      patient.lose('answer', 1);
      expect(await store.recordStep(stepOf(operation))).toBe(true);
    });

    it('gives no caller the fence: whether another one has taken over is unknown', async () => {
      const { operation } = await admitOne(store, alertOf('checkout'));
      patient.lose('answer', 1);
      expect(await store.takeOver(operation, NOON)).toBeUndefined();
      expect((await store.getClaim('checkout'))?.fence).toBe(FENCE + 1);
    });
  });

  describe('an answer that is lost for good', () => {
    it('leaves a grant that the next try finds as a duplicate', async () => {
      // The same plan is kept by then, so that the admission is the only request.
      await admitOne(hastyStore, alertOf('search'));
      const { limits } = await store.readLimits('checkout');
      const { operation, grant } = grantFor(alertOf('checkout'), configuration, limits);
      hasty.lose('answer', 1);
      const lost = await hastyStore.admit(operation, grant, limits).catch((error: unknown) => error);
      expect(lost).toBeInstanceOf(StoreUnavailable);
      expect(lost).toMatchObject({ cause: { message: 'socket hang up' } });
      expect(await hastyStore.admit(operation, grant, limits)).toEqual({ outcome: 'duplicate', operation });
    });

    it('leaves a conclusion that the next try finds made', async () => {
      const { operation } = await admitOne(store, alertOf('checkout'));
      hasty.lose('answer', 1);
      await expect(hastyStore.conclude(conclusionOf(operation))).rejects.toThrow(StoreUnavailable);
      expect(await hastyStore.conclude(conclusionOf(operation))).toBe('ended-before');
      expect(await store.getClaim('checkout')).toBeUndefined();
      expect(await store.getOperation(operation.operationId)).toMatchObject({ state: 'COMPLETED' });
    });
  });

  it('leaves nothing behind when a request never arrives', async () => {
    const { limits } = await store.readLimits('checkout');
    const { operation, grant } = grantFor(alertOf('checkout'), configuration, limits);
    hasty.lose('request', 1);
    await expect(hastyStore.admit(operation, grant, limits)).rejects.toThrow(StoreUnavailable);
    expect(await store.readLimits('checkout', operation.operationId)).toEqual({ limits });
    expect(await hastyStore.admit(operation, grant, limits)).toEqual({ outcome: 'granted' });
  });

  it('says that reads failed, rather than that nothing is there', async () => {
    const reads: (() => Promise<unknown>)[] = [
      () => hastyStore.readLimits('checkout'),
      () => hastyStore.getOperation('none'),
      () => hastyStore.listOperations(1),
      () => hastyStore.listClaims(),
    ];
    for (const read of reads) {
      hasty.lose('request', 1);
      await expect(read()).rejects.toThrow(StoreUnavailable);
    }
  });

  it('rejects a table that does not exist by the name of the problem', async () => {
    const options = { client: patient.client, tableName: 'no-such-table', historyRetentionDays: 30 };
    const read = createOperationStore(options).getOperation('none');
    await expect(read).rejects.toMatchObject({ name: 'NotFound', serviceCode: 'ResourceNotFoundException' });
  });

  it.each([
    ['COMPONENT#checkout', { revision: 1, fence: 'one' }, 'fence'],
    ['COMPONENT#checkout', { revision: 1, fence: 1, claim: { operation: 'x' } }, 'claim.strategy'],
    ['COMPONENT#checkout', { revision: 1, fence: 1, 'cooldownUntilMs#a': 'x' }, 'cooldownUntilMs#a'],
    ['COMPONENT#checkout', { fence: 1 }, 'revision'],
    ['FLEET', { revision: 1, inFlight: ['a list'] }, 'inFlight'],
    ['FLEET', { revision: 1, unhealthy: 3 }, 'unhealthy'],
  ])('refuses to guess at a damaged item: %s %j', async (pk, attributes, attribute) => {
    const Item = marshall({ pk, sk: 'LIMITS', ...attributes });
    await patient.client.send(new PutItemCommand({ TableName: table.tableName, Item }));
    await expect(store.readLimits('checkout')).rejects.toMatchObject({
      name: 'ItemNotDecodable',
      key: { pk, sk: 'LIMITS' },
      attribute,
    });
  });
});
