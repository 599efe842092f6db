import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { alarmOf } from '../factories/workflow-landscape.ts';

const STABLE_SECONDS = 2;
const MAXIMUM_TRANSITIONS = 14;

describe.skipIf(!requirement('python'))('a heal of three actions', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    bench = await startWorkflowBench({
      components: {
        shop: {
          strategies: [
            {
              actions: [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }, { type: 'start_component' }],
              verify: { timeoutSeconds: 10, stableSeconds: STABLE_SECONDS },
            },
          ],
        },
      },
    });
  });
  afterAll(() => bench?.stop());

  it('goes from an alarm to a verified repair without polling (invariants 5 and 7)', async () => {
    const calls: string[] = [];
    const count = (message: unknown) => {
      const { request } = message as { readonly request: IncomingMessage };
      const target = String(request.headers['x-amz-target'] ?? '');
      if (target.startsWith('AmazonSSM.')) calls.push(target.slice('AmazonSSM.'.length));
    };
    subscribe('http.server.request.start', count);
    await bench.cloud.alarms.setAlarmState(alarmOf('shop'), 'ALARM', 'too many errors');
    const { operation, steps, states } = await bench.ended('shop');
    unsubscribe('http.server.request.start', count);

    expect(operation).toMatchObject({
      component: 'shop',
      strategyId: 'shop',
      state: 'COMPLETED',
      result: 'SUCCESS',
      attempt: 1,
      fence: 1,
      alert: { origin: 'alarm', alarmName: alarmOf('shop'), reason: 'too many errors' },
    });
    expect(operation.diagnosis?.rootCause).toBeTruthy();
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'graceful_stop', 'SUCCEEDED'],
      ['heal-1', 'clear_temp_files', 'SUCCEEDED'],
      ['heal-2', 'start_component', 'SUCCEEDED'],
    ]);
    expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
    expect(await bench.execution(operation.operationId)).toEqual({ status: 'SUCCEEDED' });
    expect(await bench.store.getClaim('shop')).toBeUndefined();

    const history = await bench.history(operation.operationId);
    const entered = history.filter(({ type }) => type?.endsWith('StateEntered'));
    expect(entered.length).toBeGreaterThanOrEqual(6);
    expect(entered.length).toBeLessThanOrEqual(MAXIMUM_TRANSITIONS);

    // Targets, command, and once its event has come the command and what its nodes say: nothing is asked twice.
    const once = ['DescribeInstanceInformation', 'SendCommand', 'ListCommands', 'ListCommandInvocations'];
    expect(calls.toSorted()).toEqual([...once, ...once, ...once].sort());

    const concludedAtMs = operation.completedAtMs ?? 0;
    const window = bench.health
      .looks('shop')
      .filter(({ atMs }) => atMs >= concludedAtMs - STABLE_SECONDS * 1_000 - 1_000 && atMs <= concludedAtMs);
    expect(window.length).toBeGreaterThanOrEqual(2);
    expect(window.every(({ good }) => good)).toBe(true);
  });

  it('leaves the component to rest afterwards (invariant 4)', async () => {
    await bench.signal('shop');
    await expect
      .poll(() => bench.store.listRefusals('shop', 10), { timeout: 10_000 })
      .toMatchObject([{ reason: 'COOLDOWN', strategyId: 'shop' }]);
    expect(bench.hosts.requests).toHaveLength(3);
  });
});
