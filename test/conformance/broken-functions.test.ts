// @slow
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

/** Minutes of retries, again and again, are what this is about. */
const WAIT_SCALE = 0.02;
/** The retries of Start heal, and what starting takes. */
const GIVING_UP_MS = 35_000;
const STARTING_MS = 3_000;
/** The reconciler leaves an operation alone that was admitted less than 30 s ago. */
const START_GRACE_MS = 30_500;

describe.each(PLACES)('a part of the engine that fails, $name', ({ open }) => {
  let place: Place;
  beforeAll(async () => {
    const undone = {
      strategies: [
        {
          actions: [{ type: 'graceful_stop' }, { type: 'start_component' }],
          rollback: { actions: [{ type: 'start_component' }] },
        },
      ],
    };
    const components = {
      undiagnosed: undone,
      unplanned: undone,
      unundone: undone,
      unescalated: undone,
      unconcluded: {},
      unfailed: undone,
      skipped: undone,
      unstarted: {},
    };
    place = await open({ components }, WAIT_SCALE);
  });
  afterAll(() => place?.stop());

  const stepIdsOf = async (component: string) => {
    const { operation, steps } = await place.ended(component, 1, 90);
    expect(operation).toMatchObject({ state: 'FAILED', result: 'FAILED' });
    expect(await place.store.getClaim(component)).toBeUndefined();
    return steps.map(({ stepId, outcome }) => `${stepId} ${outcome}`);
  };

  it('Diagnose: nothing is done to the component but the rollback plan (invariants 5, 8 and 10)', async () => {
    await place.whileBroken('selfheal-diagnose', async () => {
      await place.signal('undiagnosed');
      expect(await stepIdsOf('undiagnosed')).toEqual(['rollback-0 SUCCEEDED', 'escalate-0 SUCCEEDED']);
    });
  });

  it('Prepare rollback: people are still notified (invariants 5 and 8)', async () => {
    place.hosts.script('unplanned', { graceful_stop: 'fail' });
    await place.whileBroken('selfheal-prepare-rollback', async () => {
      await place.signal('unplanned');
      expect(await stepIdsOf('unplanned')).toEqual(['heal-0 FAILED', 'escalate-0 SUCCEEDED']);
    });
    await place.poll(() => place.notifications('architect', 'unplanned')).toHaveLength(1);
    const [notice] = place.notifications('architect', 'unplanned');
    expect(notice).toMatchObject({
      failure: {
        error: 'RollbackNotPrepared',
        cause: expect.stringMatching(/^ActionFailed: .*\. No undo step was taken: /),
      },
    });
  });

  it('Undo: the person who is called learns which step was not taken, and why (invariant 8)', async () => {
    await place.whileBroken('selfheal-act', async () => {
      await place.signal('unundone');
      expect(await stepIdsOf('unundone')).toEqual(['escalate-0 SUCCEEDED']);
    });
    const message = expect.stringMatching(
      /Undo steps were not taken: rollback-0 start_component\. rollback-0 ended with \w+: \w/,
    );
    await place.poll(() => place.notifications('architect', 'unundone')).toMatchObject([{ message }]);
  });

  it('Escalate: nothing is concluded before a person was notified (invariants 5 and 8)', async () => {
    place.hosts.script('unescalated', { graceful_stop: 'fail' });
    await place.whileBroken('selfheal-escalate', async () => {
      await place.signal('unescalated');
      expect(await stepIdsOf('unescalated')).toEqual([
        'heal-0 FAILED',
        'rollback-0 SUCCEEDED',
        'escalate-0 SUCCEEDED',
      ]);
    });
    await place.poll(() => place.notifications('architect', 'unescalated')).toHaveLength(1);
  });

  it('Complete: a verified repair stays, and recovery concludes it once its execution is gone (invariants 5 and 7)', async () => {
    await place.whileBroken('selfheal-conclude', async () => {
      await place.signal('unconcluded');
      const { operation, steps } = await place.ended('unconcluded', 1, 90);
      expect(operation).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
      expect(operation.warnings).toHaveLength(1);
      expect(steps.map(({ stepId, outcome }) => `${stepId} ${outcome}`)).toEqual(['heal-0 SUCCEEDED']);
    });
    const { operation } = await place.ended('unconcluded');
    expect(await place.execution(operation.operationId)).toMatchObject({
      status: 'FAILED',
      error: 'NotConcluded',
    });
    const finals = place.stateChanges().filter(({ component, state }) => {
      return component === 'unconcluded' && (state === 'COMPLETED' || state === 'FAILED');
    });
    expect(finals).toHaveLength(1);
  });

  it('Failed: what failed is concluded as that, once, and people are notified once (invariants 5 and 8)', async () => {
    place.hosts.script('unfailed', { graceful_stop: 'fail' });
    await place.whileBroken('selfheal-conclude', async () => {
      await place.signal('unfailed');
      expect(await stepIdsOf('unfailed')).toEqual([
        'heal-0 FAILED',
        'rollback-0 SUCCEEDED',
        'escalate-0 SUCCEEDED',
      ]);
    });
    expect(place.notifications('architect', 'unfailed')).toHaveLength(1);
  });

  it('a broken function rolls nothing back where rollback is switched off: the plan is recorded as skipped', async () => {
    place.hosts.script('skipped', { graceful_stop: 'fail' });
    await place.withSettings({ rollbackEnabled: false }, async () => {
      await place.signal('skipped');
      expect(await stepIdsOf('skipped')).toEqual([
        'heal-0 FAILED',
        'rollback-0 SKIPPED',
        'escalate-0 SUCCEEDED',
      ]);
    });
    expect(place.hosts.requests.filter(({ component }) => component === 'skipped')).toHaveLength(1);
  });

  it('Start heal: triage goes on, and the reconciler begins what it could not (invariants 5 and 6)', async () => {
    await place.whileUnstartable(async () => {
      await place.signal('unstarted');
      await place.until('the claim', 20, () => place.store.getClaim('unstarted'));
      await place.sleep(place.scaled(GIVING_UP_MS) + STARTING_MS);
    });
    const claim = await place.store.getClaim('unstarted');
    const operation = await place.store.getOperation(claim?.operationId ?? '');
    expect(operation).toMatchObject({ state: 'HEALING' });
    expect(await place.deadLetters()).toEqual([]);

    await place.sleep(Math.max(0, (operation?.startedAtMs ?? 0) + START_GRACE_MS - place.nowMs()));
    await place.reconcile();
    expect((await place.ended('unstarted')).operation).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  });
});
