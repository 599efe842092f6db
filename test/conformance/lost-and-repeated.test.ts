import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../factories/requirements.ts';
import { startWorkflowBench, type WorkflowBench } from '../factories/workflow-bench.ts';
import { type StatusEventFates, statusEventFates } from '../factories/workflow-status-events.ts';
import { until } from '../factories/workflow-until.ts';

/** The SDK sends a request so often before the function gives up. */
const TRIES = 4;
/** The reconciler looks at a step that has been silent for 30 s. */
const SILENCE_MS = 31_000;

describe.skipIf(!requirement('python'))('what gets lost, or comes more than once', () => {
  let bench: WorkflowBench;
  let fates: StatusEventFates;
  beforeAll(async () => {
    fates = statusEventFates();
    const restartWithin = (timeoutSeconds: number) => ({
      strategies: [{ actions: [{ type: 'start_component', timeoutSeconds }] }],
    });
    bench = await startWorkflowBench({
      onStatusEvent: fates.onStatusEvent,
      components: {
        unanswered: {},
        'unanswered-unheard': {},
        unsent: restartWithin(5),
        unheard: {},
        silent: restartWithin(5),
        repeated: { strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }] },
        reordered: { strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }] },
        late: { strategies: [{ cooldownSeconds: 0 }] },
      },
    });
  });
  afterAll(() => bench?.stop());

  const requestsOf = (component: string) => bench.hosts.requests.filter((run) => run.component === component);
  const effectsOf = (component: string) => bench.hosts.effects.filter((run) => run.component === component);

  /** Faults that befall everybody come first, one at a time; what comes of them is awaited later. */
  const loseAnswers = async (component: string): Promise<void> => {
    bench.cloud.applySsmFaults({ loseSendCommandAnswers: TRIES });
    await bench.signal(component);
    await until(`${TRIES} commands for ${component}`, 30, () =>
      requestsOf(component).length === TRIES ? true : undefined,
    );
  };

  /** Rounds of the reconciler until the operation is over; the first once everything has been silent long enough. */
  const endedByReconciler = async (component: string) => {
    await sleep(SILENCE_MS);
    const done = await bench.reconcile();
    return { done, ...(await bench.ended(component, 1, 40)) };
  };

  it('a function that stops after SendCommand: the status event completes the step, done once (invariant 2)', async () => {
    await loseAnswers('unanswered');
    const { operation, steps } = await bench.ended('unanswered');
    expect(operation.state).toBe('COMPLETED');
    expect(steps).toMatchObject([{ stepId: 'heal-0', action: 'start_component', outcome: 'SUCCEEDED' }]);
    expect(effectsOf('unanswered')).toHaveLength(1);
    expect(new Set(requestsOf('unanswered').map(({ commandId }) => commandId)).size).toBe(TRIES);
  });

  describe('for which the reconciler is there', () => {
    beforeAll(async () => {
      fates.set('unanswered-unheard', 'lost');
      await loseAnswers('unanswered-unheard');

      bench.hosts.break();
      await bench.signal('unsent');
      await until('the function to give up', 30, () => (bench.hosts.broken() >= TRIES ? true : undefined));
      bench.hosts.mend();
    });

    it.concurrent('the answer and the status event lost: it finds the command by its comment (invariant 2)', async () => {
      const { operation, steps } = await endedByReconciler('unanswered-unheard');
      expect(operation.state).toBe('COMPLETED');
      expect(steps).toMatchObject([{ stepId: 'heal-0', outcome: 'SUCCEEDED' }]);
      expect(effectsOf('unanswered-unheard')).toHaveLength(1);
    });

    it.concurrent('a function that stops before SendCommand: nothing was done, the step times out (invariants 5 and 10)', async () => {
      const { operation, steps } = await endedByReconciler('unsent');
      expect(operation.state).toBe('FAILED');
      expect(steps[0]).toMatchObject({
        stepId: 'heal-0',
        outcome: 'TIMED_OUT',
        detail: 'no command was sent',
      });
      expect(requestsOf('unsent')).toEqual([]);
      expect(await bench.store.getClaim('unsent')).toBeUndefined();
    });

    it.concurrent('a lost status event: it asks the command itself', async () => {
      fates.set('unheard', 'lost');
      await bench.signal('unheard');
      const { operation, steps } = await endedByReconciler('unheard');
      expect(operation.state).toBe('COMPLETED');
      expect(steps).toMatchObject([{ stepId: 'heal-0', outcome: 'SUCCEEDED' }]);
      const [step] = steps;
      expect((step?.completedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeGreaterThanOrEqual(30_000);
    });

    it.concurrent('an agent that never ends a command: it is cancelled, and the repair fails (invariant 5)', async () => {
      bench.hosts.script('silent', { start_component: 'silent' });
      await bench.signal('silent');
      const { operation, steps } = await endedByReconciler('silent');
      expect(operation.state).toBe('FAILED');
      expect(['TIMED_OUT', 'CANCELLED']).toContain(steps[0]?.outcome);
      expect(await bench.store.getClaim('silent')).toBeUndefined();
    });
  });

  it.concurrent('status events that come three times change nothing (invariant 2)', async () => {
    fates.set('repeated', 'threefold');
    await bench.signal('repeated');
    const { operation, steps, states } = await bench.ended('repeated');
    expect(operation.state).toBe('COMPLETED');
    expect(steps.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
    expect(effectsOf('repeated').map(({ stepId }) => stepId)).toEqual(['heal-0', 'heal-1']);
  });

  it.concurrent('status events that come last first change nothing (invariant 2)', async () => {
    fates.set('reordered', 'backwards');
    await bench.signal('reordered');
    const { operation, steps } = await bench.ended('reordered');
    expect(operation.state).toBe('COMPLETED');
    expect(steps.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(effectsOf('reordered').map(({ stepId }) => stepId)).toEqual(['heal-0', 'heal-1']);
  });

  it.concurrent('a status event of an operation that has ended means nothing to the next one (invariant 1)', async () => {
    await bench.signal('late');
    const first = await bench.ended('late');
    bench.hosts.script('late', { start_component: { takesMs: 3_000 } });
    await bench.signal('late');
    const second = await until('the second operation on its host', 30, () => effectsOf('late')[1]);
    await bench.cloud.bus.put({
      Source: 'aws.ssm',
      DetailType: 'EC2 Command Status-change Notification',
      Detail: JSON.stringify({
        'command-id': first.steps[0]?.commandId,
        'document-name': 'selfheal-start-component',
        status: 'Success',
      }),
    });
    await sleep(1_500);
    expect((await bench.store.getStep(second.operationId, 'heal-0'))?.outcome).toBeUndefined();
    const { operation, steps } = await bench.ended('late', 2);
    expect(operation).toMatchObject({
      operationId: second.operationId,
      state: 'COMPLETED',
      attempt: 2,
      fence: 2,
    });
    expect((steps[0]?.completedAtMs ?? 0) - second.atMs).toBeGreaterThanOrEqual(3_000);
  });
});
