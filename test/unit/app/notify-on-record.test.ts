import { expect, it } from 'vitest';
import { notifyOnRecord } from '../../../functions/app/notify-on-record.ts';
import { admitted, createWorld } from '../../factories/ports/world.ts';

const NOTICE = { topic: 'architect', subject: 'Selfheal has failed', body: { kind: 'failed' } } as const;

it('what people were notified of is on record as a step without targets', async () => {
  const world = createWorld();
  const operation = await admitted(world);
  await notifyOnRecord(world, operation, 'escalate-0', NOTICE, 'web is still unhealthy');
  expect(world.notifier.sent).toEqual([NOTICE]);
  expect(await world.store.getStep(operation.operationId, 'escalate-0')).toEqual({
    ...{ operationId: operation.operationId, stepId: 'escalate-0', component: 'web' },
    ...{ action: 'notify_architect', onError: 'continue', targets: [], outcome: 'SUCCEEDED' },
    ...{ startedAtMs: world.clock.now, completedAtMs: world.clock.now, detail: 'web is still unhealthy' },
  });
});

it('the record keeps 4,000 characters of a long notice', async () => {
  const world = createWorld();
  const operation = await admitted(world);
  await notifyOnRecord(world, operation, 'escalate-0', NOTICE, `${'a'.repeat(4_000)}b`);
  const step = await world.store.getStep(operation.operationId, 'escalate-0');
  expect(step?.detail).toBe('a'.repeat(4_000));
});

it('a notice that could not be sent is not on record', async () => {
  const world = createWorld();
  const operation = await admitted(world);
  const notifier = { notify: () => Promise.reject(new Error('throttled')) };
  const notice = notifyOnRecord({ ...world, notifier }, operation, 'escalate-0', NOTICE, 'failed');
  await expect(notice).rejects.toThrow('throttled');
  expect(await world.store.getStep(operation.operationId, 'escalate-0')).toBeUndefined();
});
