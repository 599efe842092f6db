import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { alarmOf } from '../factories/workflow-landscape.ts';

describe.skipIf(!requirement('python'))('verification', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    const verified = (verify: Readonly<Record<string, unknown>>) => ({ strategies: [{ verify }] });
    bench = await startWorkflowBench({
      components: {
        sick: {
          strategies: [
            {
              verify: { timeoutSeconds: 4, stableSeconds: 2 },
              rollback: { onFailure: 'enter_safe_mode', actions: [{ type: 'graceful_stop' }] },
            },
          ],
        },
        flapping: verified({ timeoutSeconds: 10, stableSeconds: 5 }),
        unsteady: verified({ timeoutSeconds: 20, stableSeconds: 4 }),
        patient: verified({ timeoutSeconds: 40, stableSeconds: 2, settleSeconds: 5 }),
        alarmed: verified({ by: 'alarm', timeoutSeconds: 20, stableSeconds: 1 }),
        mute: verified({ by: 'alarm', timeoutSeconds: 3, stableSeconds: 0 }),
        watched: verified({ by: 'runbook', timeoutSeconds: 5, stableSeconds: 1 }),
        doubted: verified({ by: 'runbook', timeoutSeconds: 5, stableSeconds: 1 }),
      },
    });
  });
  afterAll(() => bench?.stop());

  it.concurrent('that stays bad is rolled back, escalated and failed (invariants 5, 7 and 8)', async () => {
    bench.health.pin('sick', [false]);
    await bench.signal('sick');
    const { operation, steps, states } = await bench.ended('sick');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
    expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'ROLLING_BACK', 'FAILED']);
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'start_component', 'SUCCEEDED'],
      ['rollback-0', 'graceful_stop', 'SUCCEEDED'],
      ['rollback-1', 'enter_safe_mode', 'SUCCEEDED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
    expect(await bench.execution(operation.operationId)).toEqual({ status: 'FAILED', error: 'NotRecovered' });
    await expect
      .poll(() => bench.told('architect', 'sick'), { timeout: 10_000 })
      .toMatchObject([{ operationId: operation.operationId, failure: { error: 'NotRecovered' } }]);
    expect(await bench.store.getClaim('sick')).toBeUndefined();
  });

  it.concurrent('that flaps is not a recovery (invariant 7)', async () => {
    bench.health.pin('flapping', [true, false, true, false, true, false, true, false, true, false]);
    await bench.signal('flapping');
    const { operation } = await bench.ended('flapping');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
  });

  it.concurrent('starts its stability window anew when a look is bad (invariant 7)', async () => {
    bench.health.pin('unsteady', [true, true, false, true]);
    await bench.signal('unsteady');
    const { operation } = await bench.ended('unsteady');
    expect(operation.state).toBe('COMPLETED');
    const looks = bench.health.looks('unsteady');
    const since = looks[looks.findLastIndex(({ good }) => !good) + 1]?.atMs ?? 0;
    expect((operation.completedAtMs ?? 0) - since).toBeGreaterThanOrEqual(4_000);
  });

  it.concurrent('waits for a component that takes long, over several rounds', async () => {
    bench.health.pin('patient', [...Array.from({ length: 14 }, () => false), true]);
    await bench.signal('patient');
    const { operation } = await bench.ended('patient', 1, 90);
    expect(operation.state).toBe('COMPLETED');
    const entered = (await bench.history(operation.operationId)).map(
      (event) => event.stateEnteredEventDetails?.name,
    );
    expect(entered.filter((name) => name === 'Hold')).toHaveLength(1);
    expect(entered.filter((name) => name === 'Verify recovery')).toHaveLength(2);
  });

  it.concurrent('by the alarm that fired waits until the alarm is OK', async () => {
    await bench.cloud.alarms.setAlarmState(alarmOf('alarmed'), 'ALARM', 'too many errors');
    const operationId = await bench.acting('alarmed', 'heal-0');
    await expect
      .poll(async () => (await bench.store.getOperation(operationId))?.state, { timeout: 20_000 })
      .toBe('VERIFYING');
    await bench.cloud.alarms.setAlarmState(alarmOf('alarmed'), 'OK', 'fine again');
    const { operation } = await bench.ended('alarmed');
    expect(operation).toMatchObject({ operationId, state: 'COMPLETED' });
  });

  it.concurrent('takes no answer for no good answer (invariants 7 and 10)', async () => {
    await bench.signal('mute');
    const { operation } = await bench.ended('mute');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
    expect(operation.failure?.cause).toContain('no-answer');
  });

  it.concurrent('by a runbook asks the hosts', async () => {
    await bench.signal('watched');
    const { operation, steps } = await bench.ended('watched');
    expect(operation.state).toBe('COMPLETED');
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'start_component', 'SUCCEEDED'],
      ['verify-0', 'verify_health', 'SUCCEEDED'],
    ]);
    expect(bench.health.looks('watched')).toEqual([]);
  });

  it.concurrent('by a runbook that says no is a failed repair', async () => {
    bench.hosts.script('doubted', { verify_health: 'fail' });
    await bench.signal('doubted');
    const { operation } = await bench.ended('doubted');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
    expect(operation.failure?.cause).toContain('selfheal: BROKEN');
  });
});
