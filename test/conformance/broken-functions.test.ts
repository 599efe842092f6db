import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeStateMachineCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { output, startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { whileBroken, withConfiguration } from '../factories/workflow-operations.ts';
import { drainQueue } from '../factories/workflow-queues.ts';
import { until } from '../factories/workflow-until.ts';

/** The retries of Start heal, at the scale of waits that the bench has. */
const GIVING_UP_MS = 3_500;
/** The reconciler leaves an operation alone that was admitted less than 30 s ago. */
const START_GRACE_MS = 30_500;

describe.skipIf(!requirement('python'))('a part of the engine that fails', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    const undone = {
      strategies: [
        {
          actions: [{ type: 'graceful_stop' }],
          rollback: { actions: [{ type: 'start_component' }] },
        },
      ],
    };
    bench = await startWorkflowBench({
      components: {
        undiagnosed: undone,
        unplanned: undone,
        unescalated: undone,
        unconcluded: {},
        skipped: undone,
        unstarted: {},
      },
    });
  });
  afterAll(() => bench?.stop());

  const stepIdsOf = async (component: string) => {
    const { operation, steps } = await bench.ended(component, 1, 90);
    expect(operation).toMatchObject({ state: 'FAILED', result: 'FAILED' });
    expect(await bench.store.getClaim(component)).toBeUndefined();
    return steps.map(({ stepId, outcome }) => `${stepId} ${outcome}`);
  };

  it('Start heal: triage goes on, and the operation waits for its execution (invariant 6)', async () => {
    const stateMachineArn = output(bench.cloud, 'TriageStateMachineArn');
    const { definition = '' } = await bench.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const define = (text: string) =>
      bench.sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: text }));
    await define(definition.replaceAll('stateMachine:selfheal-heal', 'stateMachine:nowhere'));
    await bench.signal('unstarted');
    const claim = await until('the claim', 20, () => bench.store.getClaim('unstarted'));
    await sleep(GIVING_UP_MS);
    await define(definition);
    expect(await bench.store.getOperation(claim.operationId)).toMatchObject({ state: 'IDLE' });
    expect(await drainQueue(bench.cloud.aws, output(bench.cloud, 'SignalDeadLetterQueueUrl'))).toEqual([]);
  });

  it('Diagnose: nothing is done to the component but the rollback plan (invariants 5, 8 and 10)', async () => {
    await whileBroken(bench, 'selfheal-diagnose', async () => {
      await bench.signal('undiagnosed');
      expect(await stepIdsOf('undiagnosed')).toEqual(['rollback-0 SUCCEEDED', 'escalate-0 SUCCEEDED']);
    });
  });

  it('Prepare rollback: people are told all the same (invariants 5 and 8)', async () => {
    bench.hosts.script('unplanned', { graceful_stop: 'fail' });
    await whileBroken(bench, 'selfheal-prepare-rollback', async () => {
      await bench.signal('unplanned');
      expect(await stepIdsOf('unplanned')).toEqual(['heal-0 FAILED', 'escalate-0 SUCCEEDED']);
    });
    await expect.poll(() => bench.told('architect', 'unplanned'), { timeout: 10_000 }).toHaveLength(1);
  });

  it('Escalate: nothing is concluded before somebody was told (invariants 5 and 8)', async () => {
    bench.hosts.script('unescalated', { graceful_stop: 'fail' });
    await whileBroken(bench, 'selfheal-escalate', async () => {
      await bench.signal('unescalated');
      expect(await stepIdsOf('unescalated')).toEqual([
        'heal-0 FAILED',
        'rollback-0 SUCCEEDED',
        'escalate-0 SUCCEEDED',
      ]);
    });
    await expect.poll(() => bench.told('architect', 'unescalated'), { timeout: 10_000 }).toHaveLength(1);
  });

  it('Complete and Failed: whoever hears that the execution has gone ends the operation, once (invariants 5 and 8)', async () => {
    await whileBroken(bench, 'selfheal-conclude', async () => {
      await bench.signal('unconcluded');
      expect(await stepIdsOf('unconcluded')).toEqual(['heal-0 SUCCEEDED', 'escalate-0 SUCCEEDED']);
    });
    const { operation } = await bench.ended('unconcluded');
    expect(await bench.execution(operation.operationId)).toMatchObject({ status: 'FAILED' });
    expect(await bench.execution(`${operation.operationId}-undo`)).toMatchObject({ status: 'FAILED' });
    expect(bench.told('architect', 'unconcluded')).toHaveLength(1);
    const finals = bench.stateChanges().filter(({ component, state }) => {
      return component === 'unconcluded' && (state === 'COMPLETED' || state === 'FAILED');
    });
    expect(finals).toHaveLength(1);
  });

  it('is no reason to roll back where rollback is switched off: the plan is recorded as skipped', async () => {
    bench.hosts.script('skipped', { graceful_stop: 'fail' });
    await withConfiguration(bench, 'selfheal-prepare-rollback', { rollbackEnabled: false }, async () => {
      await bench.signal('skipped');
      expect(await stepIdsOf('skipped')).toEqual([
        'heal-0 FAILED',
        'rollback-0 SKIPPED',
        'escalate-0 SUCCEEDED',
      ]);
    });
    expect(bench.hosts.requests.filter(({ component }) => component === 'skipped')).toHaveLength(1);
  });

  it('Start heal: the reconciler begins what triage could not (invariants 5 and 6)', async () => {
    const operations = await bench.store.listOperations(100);
    const operation = operations.find(({ component }) => component === 'unstarted');
    await sleep(Math.max(0, (operation?.startedAtMs ?? 0) + START_GRACE_MS - Date.now()));
    await bench.reconcile();
    expect((await bench.ended('unstarted')).operation).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  });
});
