import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { denialKey } from '../../../functions/adapters/dynamodb/keys.ts';
import type { MiniStackPlace } from '../../conformance/places/ministack.ts';
import { output } from '../../factories/deployed-engine/functions.ts';
import type { ComponentPlan } from '../../factories/deployed-engine/landscape.ts';
import { drainQueue } from '../../factories/deployed-engine/queues.ts';
import type { Grant } from '../grant.ts';
import { listGrants } from '../grants.ts';

/** The reconciler looks at a step that has been silent for 30 s, and at an operation that has not begun for as long. */
export const SILENCE_MS = 31_000;
const BETWEEN_ROUNDS_MS = 3_000;

/** Something that Selfheal does, seen from outside: it throws if anything about it is not as it must be. */
export interface Scenario {
  readonly name: string;
  /** A component of its own for each run. */
  readonly component: ComponentPlan;
  readonly run: (place: MiniStackPlace, component: string) => Promise<void>;
  /** The functions that it makes fail itself. @default none */
  readonly breaks?: readonly string[];
  /** Whose grants it proves, where others are at work meanwhile that it says nothing of. @default everyone's */
  readonly proves?: RegExp;
}

export async function healed(place: MiniStackPlace, component: string, count: number): Promise<void> {
  const { operation, steps, states } = await place.ended(component);
  const failure = { failure: operation.failure, steps: steps.map(({ detail }) => detail) };
  expect(operation, JSON.stringify(failure)).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
  expect(operation.warnings).toBeUndefined();
  expect(steps.filter(({ stepId }) => stepId.startsWith('heal'))).toHaveLength(count);
  expect(steps.every(({ outcome }) => outcome === 'SUCCEEDED')).toBe(true);
  expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
  expect(await place.execution(operation.operationId)).toEqual({ status: 'SUCCEEDED' });
  expect(await place.store.getClaim(component)).toBeUndefined();
}

export async function failed(place: MiniStackPlace, component: string, error: string): Promise<void> {
  const { operation, steps, states } = await place.ended(component);
  expect(operation).toMatchObject({ state: 'FAILED', failure: { error } });
  const undone = steps.filter(({ stepId }) => stepId.startsWith('rollback'));
  expect(undone.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(states.slice(-2)).toEqual(['ROLLING_BACK', 'FAILED']);
  expect(await place.store.getClaim(component)).toBeUndefined();
  await place.poll(() => place.notifications('architect', component)).toHaveLength(1);
  await place.poll(() => place.notifications('soc', component)).toHaveLength(1);
}

/** Rounds of the reconciler until the operation is over; the first once everything has been silent long enough. */
export async function reconciled(place: MiniStackPlace, component: string): Promise<void> {
  await place.sleep(SILENCE_MS);
  const isOver = place.ended(component).then(() => true);
  // An abandoned trial waits for it no longer.
  isOver.catch(() => undefined);
  do await place.reconcile();
  while (!(await Promise.race([isOver, place.sleep(BETWEEN_ROUNDS_MS).then(() => false)])));
}

/** An event as a service of AWS puts it on the bus. */
export function eventOf({ home }: MiniStackPlace, source: string, detailType: string, detail: unknown) {
  const { account, region } = home;
  return {
    ...{ version: '0', id: crypto.randomUUID(), time: new Date().toISOString(), resources: [] },
    ...{ account, region, source, 'detail-type': detailType, detail },
  };
}

/** What a scenario takes away itself. */
export async function grantOf({ aws }: MiniStackPlace, holder: string, action: string): Promise<Grant> {
  const found = (await listGrants(aws)).find(({ name }) => name.holder === holder && name.action === action);
  if (!found) throw new Error(`${holder} is not granted ${action}`);
  return found;
}

/** Waits until a dead-letter queue has an event with this text. */
export async function keptAsUndelivered(
  place: MiniStackPlace,
  queueOutput: string,
  text: string,
): Promise<void> {
  const QueueUrl = output(place, queueOutput);
  await place.poll(async () => (await drainQueue(place.aws, QueueUrl, 1)).join()).toContain(text);
}

/** People are notified of the same missing permission once a day. */
export async function forgetDenials(place: MiniStackPlace): Promise<void> {
  const client = new DynamoDBClient(place.aws);
  for (const { action, role } of await place.store.listDenials()) {
    const { pk, sk } = denialKey(action, role);
    const Key = { pk: { S: pk }, sk: { S: sk } };
    await client.send(new DeleteItemCommand({ TableName: output(place, 'TableName'), Key }));
  }
}
