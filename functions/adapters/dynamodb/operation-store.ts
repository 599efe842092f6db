import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isHeldBack } from '../../core/admission/observed-limits.ts';
import { type ComponentRecord, newComponentRecord } from '../../core/admission/records.ts';
import { type OperationPlan, planIdOf } from '../../core/operation/operation-plan.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts';
import { beginStepInput, takeOverInput } from './claim-inputs.ts';
import { componentFrom, decodeComponent } from './component-item.ts';
import { decodeDenial, denialsQuery, noteDenialInput, noteDenialNotifiedInput } from './denial-inputs.ts';
import { decodeFleet, fleetFrom } from './fleet-item.ts';
import type { Item } from './item.ts';
import { componentKey, FLEET_KEY, type ItemKey, operationKey, planKey, stepKey } from './keys.ts';
import { lazyHeldBack } from './lazy-held-back.ts';
import { lazyOwnStep } from './lazy-own-step.ts';
import {
  beginRollbackInput,
  layOutInput,
  operationsQuery,
  refusalsQuery,
  stepsQuery,
} from './operation-inputs.ts';
import { decodeOperation } from './operation-item.ts';
import { decodePlan, encodePlan } from './plan-item.ts';
import { decodeRefusal, encodeRefusal } from './refusal-item.ts';
import { createSetOverride } from './set-override.ts';
import { putStepInput } from './step-inputs.ts';
import { decodeStepRecord } from './step-item.ts';
import { type Consumed, createTable } from './table.ts';

export interface DynamoOperationStoreOptions {
  readonly client: DynamoDBClient;
  /** Its keys are the strings `pk` and `sk`; its TTL attribute is `expiresAt`. */
  readonly tableName: string;
  /** How long operations, steps and refusals are kept. */
  readonly historyRetentionDays: number;
  /** Receives the capacity that every answered request used. @default capacity is not asked for */
  readonly onConsumed?: (consumed: Consumed) => void;
  /** @default Math.random and timers */
  readonly backoff?: Backoff;
  /** A new identity for each transaction, 36 characters at most. @default random UUIDs */
  readonly newRequestToken?: () => string;
}

/** Most functions change no limits. */
const limitsInputs = () => import('./limits-inputs.ts');

const KEYS_PER_BATCH = 100;
const MAXIMUM_STEPS = 1_000;
/** More than there are pairs of permission and role. */
const MAXIMUM_DENIALS = 1_000;

/**
 * The store in one DynamoDB table.
 *
 * Rejects with StoreUnavailable when the outcome cannot be known, with another ServiceError when nothing was done, and
 * with ItemNotDecodable when an item is not what this version writes.
 *
 * A write whose answer was lost is sent again by the SDK. Transactions carry a request token for that; a conditional
 * write that then finds its own result counts as written.
 */
export function createOperationStore(options: DynamoOperationStoreOptions): OperationStore {
  const { client, tableName, historyRetentionDays, onConsumed } = options;
  const { backoff = DEFAULT_BACKOFF, newRequestToken = randomUUID } = options;
  const table = createTable(client, tableName, backoff, onConsumed);

  const readFleet = async () => fleetFrom(await table.get(FLEET_KEY));

  /** Those that are on record, in no particular order. */
  async function readComponents(components: readonly string[]): Promise<readonly ComponentRecord[]> {
    const batches: Promise<readonly Item[]>[] = [];
    for (let start = 0; start < components.length; start += KEYS_PER_BATCH) {
      batches.push(table.getMany(components.slice(start, start + KEYS_PER_BATCH).map(componentKey)));
    }
    return (await Promise.all(batches)).flat().map(decodeComponent);
  }

  const keptPlans = new Set<string>();
  async function keepPlan(plan: OperationPlan): Promise<void> {
    const planId = planIdOf(plan);
    if (keptPlans.has(planId)) return;
    const [kept] = await table.getMany([planKey(planId)]);
    if (!kept) await table.put({ TableName: tableName, Item: encodePlan(plan) });
    keptPlans.add(planId);
  }

  const readLimits: OperationStore['readLimits'] = async (component, operationId) => {
    const keys: readonly ItemKey[] = [
      componentKey(component),
      FLEET_KEY,
      ...(operationId === undefined ? [] : [operationKey(operationId)]),
    ];
    const items = await table.getMany(keys);
    const [componentItem, fleetItem, operationItem] = keys.map((key) => items.find(hasKey(key)));
    return {
      limits: { component: componentFrom(componentItem, component), fleet: fleetFrom(fleetItem) },
      ...(operationItem && { operation: decodeOperation(operationItem) }),
    };
  };

  return {
    readLimits,

    readComponents: async (components) => {
      const records = new Map((await readComponents(components)).map((record) => [record.component, record]));
      return components.map((component) => records.get(component) ?? newComponentRecord(component));
    },

    readFleet,

    // Most functions admit nothing.
    admit: async (...admission) => {
      const { createAdmit } = await import('./admit.ts');
      return await createAdmit({ table, tableName, historyRetentionDays, newRequestToken, keepPlan })(
        ...admission,
      );
    },

    saveFailures: async (record, strategyId, failuresMs) => {
      const input = (await limitsInputs()).saveFailuresInput(tableName, record, strategyId, failuresMs);
      return (await table.update(input)).written;
    },

    noteExhaustionNotified: async (component, atMs) => {
      const noted = await table.update(
        (await limitsInputs()).noteExhaustionNotifiedInput(tableName, component, atMs),
      );
      if (noted.written) return true;
      if (!noted.repeated || !noted.item) return false;
      return decodeComponent(noted.item).exhaustionNotifiedAtMs === atMs;
    },

    keepQueue: async (queue) => {
      await table.update((await limitsInputs()).keepQueueInput(tableName, queue));
    },

    markUnhealthy: async (component) => {
      await table.update((await limitsInputs()).addUnhealthyInput(tableName, component));
    },

    markHealthy: async (component) => {
      await table.update((await limitsInputs()).dropUnhealthyInput(tableName, component));
    },

    forgetAlerts: async (component) => {
      const forgotten = await table.update((await limitsInputs()).forgetAlertsInput(tableName, component));
      const record = forgotten.item && decodeComponent(forgotten.item);
      return {
        isForgotten: forgotten.written || record?.reports === undefined,
        isHeldBack: record !== undefined && isHeldBack(record),
      };
    },

    noteReport: async (component, reporter, atMs, anomalyMetric) => {
      await table.update(
        (await limitsInputs()).noteReportInput(tableName, component, reporter, atMs, anomalyMetric),
      );
    },

    endReports: async (component, reporter) => {
      await table.update((await limitsInputs()).endReportsInput(tableName, component, reporter));
    },

    recordRefusal: async (refusal) => {
      await table.put({ TableName: tableName, Item: encodeRefusal(refusal, historyRetentionDays) });
    },

    listRefusals: async (component, limit, sinceMs) =>
      (await table.query(refusalsQuery(tableName, component, sinceMs), limit)).map(decodeRefusal),

    getOperation: async (operationId) => {
      const item = await table.get(operationKey(operationId));
      return item && decodeOperation(item);
    },

    getPlan: async (planId) => {
      const item = await table.get(planKey(planId));
      return item && decodePlan(item);
    },

    listOperations: async (limit, sinceMs) =>
      (await table.query(operationsQuery(tableName, sinceMs), limit)).map(decodeOperation),

    layOut: async (operationId, layout) => {
      const laidOut = await table.update(layOutInput(tableName, operationId, layout));
      return laidOut.written && laidOut.item ? decodeOperation(laidOut.item).layout : undefined;
    },

    beginRollback: async (operationId, failure, steps) => {
      const begun = await table.update(beginRollbackInput(tableName, operationId, failure, steps));
      return begun.written && begun.item ? decodeOperation(begun.item).undoSteps : undefined;
    },

    beginStep: async (key, step, leaseUntilMs) =>
      (await table.update(beginStepInput(tableName, key, step, leaseUntilMs))).written,

    recordStep: async (step) =>
      (await table.put(putStepInput(tableName, historyRetentionDays, step))).written,

    recordOutcome: async (step) => {
      const recorded = await table.put(putStepInput(tableName, historyRetentionDays, step));
      if (recorded.written) return true;
      if (!recorded.repeated || !recorded.item) return false;
      const first = decodeStepRecord(recorded.item);
      return first.outcome === step.outcome && first.completedAtMs === step.completedAtMs;
    },

    ...lazyOwnStep({ table, tableName, historyRetentionDays, newRequestToken }),

    getStep: async (operationId, stepId) => {
      const item = await table.get(stepKey(operationId, stepId));
      return item && decodeStepRecord(item);
    },

    listSteps: async (operationId) => {
      const items = await table.query(stepsQuery(tableName, operationId), MAXIMUM_STEPS);
      return items.map(decodeStepRecord).sort((a, b) => a.startedAtMs - b.startedAtMs);
    },

    getClaim: async (component) => {
      const item = await table.get(componentKey(component));
      return item && decodeComponent(item).claim;
    },

    getRolledBack: async (component) => {
      const item = await table.get(componentKey(component));
      return item && decodeComponent(item).rolledBack;
    },

    // Claims and the fleet's `inFlight` change only together, so that its members are where the claims are.
    listClaims: async () => {
      const { inFlight } = await readFleet();
      const records = await readComponents(inFlight);
      return records
        .flatMap(({ component, claim }) => (claim ? [{ component, ...claim }] : []))
        .sort((a, b) => (a.component < b.component ? -1 : 1));
    },

    takeOver: async (key, leaseUntilMs) => {
      const taken = await table.update(takeOverInput(tableName, key, leaseUntilMs));
      return taken.written ? { fence: key.fence + 1 } : undefined;
    },

    // Most functions conclude nothing.
    conclude: async (conclusion) => {
      const { createConclude } = await import('./conclude.ts');
      return await createConclude(table, tableName, newRequestToken)(conclusion);
    },

    ...lazyHeldBack({
      ...{ table, tableName, historyRetentionDays, newRequestToken, keepPlan },
      readLimits: async (component) => (await readLimits(component)).limits,
    }),

    noteDenial: async (denial, atMs) => {
      await table.update(noteDenialInput(tableName, historyRetentionDays, denial, atMs));
    },

    listDenials: async () => (await table.query(denialsQuery(tableName), MAXIMUM_DENIALS)).map(decodeDenial),

    noteDenialNotified: async (denial, atMs) => {
      await table.update(noteDenialNotifiedInput(tableName, denial, atMs));
    },

    setTimeLimit: async (...limit) => {
      const { setTimeLimitInput } = await limitsInputs();
      const [operationId, set, dueAtMs] = limit;
      return (await table.update(setTimeLimitInput(tableName, operationId, set, dueAtMs))).written;
    },

    setOverride: createSetOverride(table, tableName),

    setPause: async (pause, givenAtMs) => {
      const set = await table.update((await limitsInputs()).setPauseInput(tableName, pause, givenAtMs));
      if (set.written) return 'taken';
      const later = set.item && decodeFleet(set.item);
      if (!later || (later.pause === undefined) !== (pause === undefined)) return 'overtaken';
      // The same time means the same control, sent again or with its answer lost.
      return later.controlledAtMs === givenAtMs ? 'taken' : 'confirmed';
    },
  };
}

function hasKey(key: ItemKey): (item: Item) => boolean {
  return (item) => item['pk']?.S === key.pk && item['sk']?.S === key.sk;
}
