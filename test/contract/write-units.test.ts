import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import type { Consumed } from '../../functions/adapters/dynamodb/table.ts';
import type { StepId, StepRecord } from '../../functions/core/operation/operation.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import { startMiniStack } from '../../local/ministack/server.ts';
import {
  admitOne,
  alertOf,
  conclusionOf,
  configurationOf,
  NOON,
  stepOf,
} from '../factories/operations/admissions.ts';
import { requirement } from '../factories/requirements.ts';
import { emulatorConfig } from './operation-store.on-dynamodb.ts';
import { createStoreTable, type StoreTable } from './store-table.ts';

/** Units that one heal of three actions may write under a plan that is on record; its first operation writes the plan. */
const BUDGET = 22;
const PLAN = 1;
const START_MS = 300_000;

const TOKENS = { 36: 'a2f3e1d0-0000-4000-8000-000000000000', 700: Buffer.alloc(525, 'k').toString('base64') };
const REASON =
  'Threshold Crossed: 3 out of the last 3 datapoints [97.2 (22/11/26 13:29:00), 96.8 (22/11/26 13:28:00), ' +
  '95.1 (22/11/26 13:27:00)] were greater than the threshold (90.0) (minimum 3 datapoints for OK -> ALARM ' +
  'transition).';

/** Units of each call of one heal, by the method's name. */
type Costs = Map<string, number[]>;

async function healOnce(store: OperationStore, taken: () => number, token: string): Promise<Costs> {
  const costs: Costs = new Map();
  const paying = async <Answer>(method: string, call: Promise<Answer>): Promise<Answer> => {
    const answer = await call;
    costs.set(method, [...(costs.get(method) ?? []), taken()]);
    return answer;
  };

  const component = 'checkout-api-production';
  const group = { name: 'web-production', maxInFlight: 1, minHealthy: 0 };
  const configuration = configurationOf({ components: [component, 'search-api-production'], group });
  const signalId = 'selfheal-checkout-api-production-memory/2026-11-22T13:30:00.000Z';
  const alert = alertOf(component, {
    signalId,
    reason: REASON,
    alarmName: 'selfheal-checkout-api-production-memory',
    targets: ['i-0123456789abcdef0'],
  });
  const { operation } = await paying('admit', admitOne(store, alert, configuration));
  for (const stepId of ['heal-0', 'heal-1', 'heal-2'] as const) await act(stepId);
  await begin('verify-0');
  await paying('conclude', store.conclude(conclusionOf(operation)));

  async function begin(stepId: StepId): Promise<void> {
    const pending = { stepId, order: 1, taskToken: token, startedAtMs: NOON, deadlineMs: NOON + 60_000 };
    await paying('beginStep', store.beginStep(operation, pending, NOON + 120_000));
  }

  async function act(stepId: StepId): Promise<void> {
    await begin(stepId);
    const reference = { executor: 'run_command', id: '11111111-2222-4333-8444-555555555555' } as const;
    const step: StepRecord = stepOf(operation, { stepId, reference });
    await paying('recordStep', store.recordStep(step));
    const ended = { outcome: 'SUCCEEDED', completedAtMs: NOON + 9_000, detail: 'x'.repeat(300) } as const;
    await paying('recordOutcome', store.recordOutcome({ ...step, ...ended }));
  }

  await paying(
    'recordRefusal',
    store.recordRefusal({
      signalId,
      component,
      metric: 'memory',
      strategyId: operation.strategyId,
      reason: 'COOLDOWN',
      detail: 'd'.repeat(300),
      eligibleAtMs: NOON,
      occurredAtMs: NOON,
      refusedAtMs: NOON,
    }),
  );
  return costs;
}

describe.skipIf(!requirement('python'))('write units of a heal of three actions', () => {
  let server: Awaited<ReturnType<typeof startMiniStack>>;
  let client: DynamoDBClient;
  let table: StoreTable;

  beforeAll(async () => {
    server = await startMiniStack();
    client = new DynamoDBClient(emulatorConfig(server.endpoint));
    table = await createStoreTable(client);
  }, START_MS);

  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });

  it.each(Object.entries(TOKENS))(
    'stay within the budget with a task token of %s characters',
    async (length, token) => {
      await table.clear();
      let units = 0;
      const onConsumed = (consumed: Consumed) => {
        units += consumed.writeUnits;
      };
      const taken = () => {
        const since = units;
        units = 0;
        return since;
      };
      const { tableName } = table;
      const store = createOperationStore({ client, tableName, historyRetentionDays: 30, onConsumed });
      const costs = await healOnce(store, taken, token);

      const rows = [...costs].map(([method, each]) => `${method.padEnd(14)} ${each.join(' + ')}`);
      console.log(`write units, task token of ${length} characters\n${rows.join('\n')}`);
      expect(Object.fromEntries(costs)).toEqual({
        // Six, and one for the plan, which later operations under it share.
        admit: [6 + PLAN],
        // The last is the verification's.
        beginStep: [1, 1, 1, 1],
        recordStep: [1, 1, 1],
        recordOutcome: [1, 1, 1],
        conclude: [6],
        recordRefusal: [1],
      });
      costs.delete('recordRefusal');
      const total = [...costs.values()].flat().reduce((sum, each) => sum + each, 0);
      expect(total).toBeLessThanOrEqual(BUDGET + PLAN);
    },
  );
});
