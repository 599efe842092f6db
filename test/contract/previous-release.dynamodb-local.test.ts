import { readFileSync } from 'node:fs';
import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { storyLines } from '../../cli/presenters/story.ts';
import { createOperationStore } from '../../functions/adapters/dynamodb/operation-store.ts';
import { operationStory } from '../../functions/app/queries/operation-story.ts';
import { loadConfiguration } from '../../functions/core/configuration/load.ts';
import { conclusionOf } from '../../functions/core/operation/conclusion.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import { requirement } from '../factories/requirements.ts';
import { recordedContext } from '../unit/cli/output.ts';
import { localTable } from './local-table.ts';

/**
 * The items that version 0.1.0 wrote to DynamoDB Local, and the configuration that it ran with: `healed` was repaired,
 * `failing` was not and then refused, `holding` is being repaired, and people have paused everything.
 */
const { configuration, items }: Recorded = JSON.parse(
  readFileSync(new URL('previous-release/records-0.1.0.json', import.meta.url), 'utf8'),
  (key, value) => (key === 'B' ? Buffer.from(value, 'base64') : value),
);

interface Recorded {
  readonly configuration: string;
  readonly items: readonly Record<string, AttributeValue>[];
}

const HEALED = '20261129T121636Z-27762444da60';
const FAILED = '20261129T121642Z-1184d0dc632a';
const IN_FLIGHT = '20261129T121647Z-dc44166e0c73';
const LATER_MS = Date.UTC(2026, 10, 29, 12, 20);

describe.skipIf(!requirement('java'))('the records of the previous release', () => {
  const table = localTable();
  let store: OperationStore;

  beforeEach(async () => {
    const { client, tableName } = await table.cleared();
    const requests = items.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
    store = createOperationStore({ client, tableName, historyRetentionDays: 90 });
  });

  it('have a configuration that is still valid', () => {
    const loaded = loadConfiguration(configuration, 'selfheal.yaml');
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
  });

  it('are listed and shown: operations with their plans and steps, and refusals', async () => {
    const operations = await store.listOperations(10);
    expect(operations.map(({ operationId, state, result }) => [operationId, state, result])).toEqual([
      [IN_FLIGHT, 'HEALING', undefined],
      [FAILED, 'FAILED', 'FAILED'],
      [HEALED, 'COMPLETED', 'SUCCESS'],
    ]);
    const shown = async (id: string) => {
      const story = await operationStory({ store }, id);
      return story ? storyLines(recordedContext(), story).join('\n') : '';
    };
    expect(await shown(HEALED)).toMatch(
      /heal-0 +start_component SUCCEEDED .*\n(?:.*\n)*.*end +COMPLETED SUCCESS/,
    );
    expect(await shown(FAILED)).toMatch(/start_component FAILED .*\n(?:.*\n)*.*end +FAILED FAILED/);
    expect(await shown(IN_FLIGHT)).toMatch(/heal-0 +start_component RUNNING/);
    expect(await store.listRefusals('failing', 5)).toMatchObject([
      { reason: 'COOLDOWN', strategyId: 'failing', detail: 'strategy failing is in cooldown' },
    ]);
  });

  it('count: attempts, cooldowns, what is in flight and unhealthy, and the pause', async () => {
    const { limits } = await store.readLimits('failing', FAILED);
    expect(limits.fleet).toMatchObject({
      inFlight: ['holding'],
      unhealthy: ['failing', 'holding'],
      pause: { reason: 'maintenance' },
    });
    expect(limits.component.attemptsMs).toEqual({ failing: [expect.any(Number)] });
    const [cooldownUntilMs] = Object.values(limits.component.cooldownUntilMs);
    expect(cooldownUntilMs).toBeGreaterThan(LATER_MS);
    expect(await store.setPause(undefined, LATER_MS)).toBe('taken');
  });

  it('let what is in flight be taken over and brought to its end', async () => {
    const operation = await store.getOperation(IN_FLIGHT);
    const plan = await store.getPlan(operation?.planId ?? '');
    const claim = await store.getClaim('holding');
    if (!(operation && plan && claim)) throw new Error('not on record');
    expect(claim).toMatchObject({
      operationId: IN_FLIGHT,
      step: { stepId: 'heal-0', taskToken: expect.stringMatching(/^c2VsZmhlYWw6/) },
    });
    const key = { component: 'holding', operationId: IN_FLIGHT, fence: operation.fence };
    const taken = await store.takeOver(key, LATER_MS + 60_000);
    expect(taken).toEqual({ fence: operation.fence + 1 });
    const [step] = await store.listSteps(IN_FLIGHT);
    if (!step) throw new Error('no step on record');
    expect(await store.recordOutcome({ ...step, outcome: 'SUCCEEDED', completedAtMs: LATER_MS })).toBe(true);

    const end = { fence: taken?.fence ?? 0, state: 'COMPLETED' } as const;
    expect(await store.conclude(conclusionOf(operation, plan.strategy, end, LATER_MS))).toBe('concluded');
    expect(await store.getOperation(IN_FLIGHT)).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
    expect(await store.getClaim('holding')).toBeUndefined();
    const { limits } = await store.readLimits('holding', IN_FLIGHT);
    expect(limits.fleet).toMatchObject({ inFlight: [], unhealthy: ['failing'] });
  });
});
