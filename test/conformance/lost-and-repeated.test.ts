// @slow
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

/** The reconciler looks at a step that has been silent for 30 s. */
const SILENCE_MS = 31_000;
const BETWEEN_ROUNDS_MS = 3_000;

describe.each(PLACES)('what gets lost, or comes more than once, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    const restartWithin = (timeoutSeconds: number) => ({
      strategies: [{ actions: [{ type: 'start_component', timeoutSeconds }] }],
    });
    place = await open({
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
  afterAll(() => place?.stop());

  /** Faults that befall everybody come first, one at a time; what comes of them is awaited later. */
  const loseAnswers = async (component: string): Promise<void> => {
    const { triesOfClient } = place;
    place.loseSendAnswer(component);
    await place.signal(component);
    await place.until(`${triesOfClient} commands for ${component}`, 30, () =>
      place.requestsOf(component).length >= triesOfClient ? true : undefined,
    );
  };

  /** Rounds of the reconciler until the operation is over; the first once everything has been silent long enough. */
  const endedByReconciler = async (component: string) => {
    await place.sleep(SILENCE_MS);
    const ended = place.ended(component);
    const isOver = ended.then(() => true);
    do await place.reconcile();
    while (!(await Promise.race([isOver, place.sleep(BETWEEN_ROUNDS_MS).then(() => false)])));
    return await ended;
  };

  it('the status event completes the step of a function that stops after SendCommand, done once (invariant 2)', async () => {
    await loseAnswers('unanswered');
    const { operation, steps } = await place.ended('unanswered');
    expect(operation.state).toBe('COMPLETED');
    expect(steps).toMatchObject([{ stepId: 'heal-0', action: 'start_component', outcome: 'SUCCEEDED' }]);
    expect(place.effectsOf('unanswered')).toHaveLength(1);
  });

  describe('for which the reconciler is there', () => {
    beforeAll(async () => {
      place.setStatusEvents('unanswered-unheard', 'lost');
      await loseAnswers('unanswered-unheard');

      place.hosts.break();
      await place.signal('unsent');
      await place.until('the function to give up', 30, () =>
        place.hosts.broken() >= place.triesOfClient ? true : undefined,
      );
      place.hosts.mend();
    });

    together(
      'the reconciler finds a command whose answer and status event were lost by its comment (invariant 2)',
      async () => {
        const { operation, steps } = await endedByReconciler('unanswered-unheard');
        expect(operation.state).toBe('COMPLETED');
        expect(steps).toMatchObject([{ stepId: 'heal-0', outcome: 'SUCCEEDED' }]);
        expect(place.effectsOf('unanswered-unheard')).toHaveLength(1);
      },
    );

    together(
      'a function that stops before SendCommand is called again, and the step is done once (invariant 2)',
      async () => {
        const { operation, steps } = await place.ended('unsent');
        expect(operation.state).toBe('COMPLETED');
        expect(steps).toMatchObject([{ stepId: 'heal-0', outcome: 'SUCCEEDED' }]);
        expect(place.effectsOf('unsent')).toHaveLength(1);
      },
    );

    together('the reconciler polls a command whose status event was lost', async () => {
      place.setStatusEvents('unheard', 'lost');
      await place.signal('unheard');
      const { operation, steps } = await endedByReconciler('unheard');
      expect(operation.state).toBe('COMPLETED');
      expect(steps).toMatchObject([{ stepId: 'heal-0', outcome: 'SUCCEEDED' }]);
      const [step] = steps;
      expect((step?.completedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeGreaterThanOrEqual(30_000);
    });

    together(
      'the reconciler cancels a command that its agent never ends, and the repair fails (invariant 5)',
      async () => {
        place.hosts.script('silent', { start_component: 'silent' });
        await place.signal('silent');
        const { operation, steps } = await endedByReconciler('silent');
        expect(operation.state).toBe('FAILED');
        expect(['TIMED_OUT', 'CANCELLED']).toContain(steps[0]?.outcome);
        expect(await place.store.getClaim('silent')).toBeUndefined();
      },
    );
  });

  together('status events that come three times change nothing (invariant 2)', async () => {
    place.setStatusEvents('repeated', 'threefold');
    await place.signal('repeated');
    const { operation, steps, states } = await place.ended('repeated');
    expect(operation.state).toBe('COMPLETED');
    expect(steps.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
    expect(place.effectsOf('repeated').map(({ stepId }) => stepId)).toEqual(['heal-0', 'heal-1']);
  });

  together('status events that come last first change nothing (invariant 2)', async () => {
    place.setStatusEvents('reordered', 'backwards');
    await place.signal('reordered');
    const { operation, steps } = await place.ended('reordered');
    expect(operation.state).toBe('COMPLETED');
    expect(steps.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(place.effectsOf('reordered').map(({ stepId }) => stepId)).toEqual(['heal-0', 'heal-1']);
  });

  together(
    'a status event of an operation that has ended means nothing to the next one (invariant 1)',
    async () => {
      await place.signal('late');
      const first = await place.ended('late');
      place.hosts.script('late', { start_component: 'wait' });
      await place.signal('late');
      const second = await place.until(
        'the second operation on its host',
        30,
        () => place.effectsOf('late')[1],
      );
      await place.putEvent({
        source: 'aws.ssm',
        detailType: 'EC2 Command Status-change Notification',
        detail: {
          'command-id': first.steps[0]?.reference?.id,
          'document-name': 'selfheal-start-component',
          status: 'Success',
        },
      });
      await place.sleep(1_500);
      expect((await place.store.getStep(second.operationId, 'heal-0'))?.outcome).toBeUndefined();
      const finishedAtMs = place.nowMs();
      place.hosts.finish('late', 'start_component');
      const { operation, steps } = await place.ended('late', 2);
      expect(operation).toMatchObject({
        operationId: second.operationId,
        state: 'COMPLETED',
        attempt: 2,
      });
      expect(steps[0]?.completedAtMs).toBeGreaterThanOrEqual(finishedAtMs);
    },
  );
});
