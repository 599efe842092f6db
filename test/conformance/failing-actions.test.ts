import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended, Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

/** The reconciler looks at a step that has been silent for 30 s. */
const SILENCE_MS = 31_000;

const outcomes = ({ steps }: Ended) => steps.map(({ stepId, action, outcome }) => [stepId, action, outcome]);

describe.each(PLACES)('actions that fail, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      components: {
        tolerant: {
          strategies: [
            { actions: [{ type: 'clear_temp_files', onError: 'continue' }, { type: 'start_component' }] },
          ],
        },
        strict: {
          strategies: [
            {
              actions: [
                { type: 'graceful_stop' },
                { type: 'clear_temp_files', onError: 'abort' },
                { type: 'start_component' },
              ],
              rollback: { actions: [{ type: 'notify_soc', params: { message: 'look at it' } }] },
            },
          ],
        },
        careful: {
          strategies: [
            {
              actions: [
                { type: 'isolate_network' },
                { type: 'graceful_stop' },
                { type: 'clear_temp_files', onError: 'rollback' },
                { type: 'start_component' },
              ],
            },
          ],
        },
        slow: {
          strategies: [
            { actions: [{ type: 'graceful_stop', timeoutSeconds: 5 }, { type: 'start_component' }] },
          ],
        },
        stubborn: {
          strategies: [
            {
              actions: [{ type: 'graceful_stop' }, { type: 'start_component' }],
              rollback: {
                onFailure: 'enter_safe_mode',
                actions: [{ type: 'clear_temp_files' }, { type: 'start_component' }],
              },
            },
          ],
        },
        fenced: {
          strategies: [
            {
              actions: [{ type: 'isolate_network' }, { type: 'start_component', onError: 'rollback' }],
              rollback: { onFailure: 'maintain_isolation' },
            },
          ],
        },
        pair: {
          hosts: 2,
          strategies: [{ actions: [{ type: 'graceful_stop' }, { type: 'start_component' }] }],
        },
        lone: { hosts: 2 },
        lost: { strategies: [{ actions: [{ type: 'start_component', timeoutSeconds: 5 }] }] },
      },
    });
  });
  afterAll(() => place?.stop());

  const escalations = (component: string) => place.notifications('architect', component);
  const failed = async (component: string): Promise<Ended> => {
    const ended = await place.ended(component);
    expect(ended.operation).toMatchObject({ state: 'FAILED', result: 'FAILED' });
    expect(await place.execution(ended.operation.operationId)).toMatchObject({ status: 'FAILED' });
    expect(await place.store.getClaim(component)).toBeUndefined();
    expect(await place.store.listRefusals(component, 10)).toEqual([]);
    return ended;
  };

  together('onError: continue goes on, and the repair still counts once it is verified', async () => {
    place.hosts.script('tolerant', { clear_temp_files: 'fail' });
    await place.signal('tolerant');
    const ended = await place.ended('tolerant');
    expect(ended.operation).toMatchObject({ state: 'COMPLETED', result: 'SUCCESS' });
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'clear_temp_files', 'FAILED'],
      ['heal-1', 'start_component', 'SUCCEEDED'],
    ]);
    expect(ended.steps[0]?.detail).toContain('selfheal: BROKEN');
    expect(escalations('tolerant')).toEqual([]);
  });

  together('onError: abort stops, undoes nothing and runs the rollback plan (invariant 8)', async () => {
    place.hosts.script('strict', { clear_temp_files: 'fail' });
    await place.signal('strict');
    const ended = await failed('strict');
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'graceful_stop', 'SUCCEEDED'],
      ['heal-1', 'clear_temp_files', 'FAILED'],
      ['rollback-0', 'notify_soc', 'SUCCEEDED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
    expect(ended.operation.failure).toMatchObject({ error: 'ActionFailed' });
    expect(ended.states).toEqual(['DIAGNOSING', 'HEALING', 'ROLLING_BACK', 'FAILED']);
    await place
      .poll(() => place.notifications('soc', 'strict'))
      .toMatchObject([{ message: 'look at it', operationId: ended.operation.operationId }]);
    await place
      .poll(() => escalations('strict'))
      .toMatchObject([{ operationId: ended.operation.operationId, failure: { error: 'ActionFailed' } }]);
  });

  together('onError: rollback undoes completed actions, the last one first (invariant 8)', async () => {
    place.hosts.script('careful', { clear_temp_files: 'fail' });
    await place.signal('careful');
    const ended = await failed('careful');
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'isolate_network', 'SUCCEEDED'],
      ['heal-1', 'graceful_stop', 'SUCCEEDED'],
      ['heal-2', 'clear_temp_files', 'FAILED'],
      ['rollback-0', 'start_component', 'SUCCEEDED'],
      ['rollback-1', 'restore_network', 'SUCCEEDED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
  });

  together(
    'an action that its agent ends at the time-out counts as timed out, and nothing more is tried',
    async () => {
      place.hosts.script('slow', { graceful_stop: 'hang' });
      await place.signal('slow');
      const ended = await failed('slow');
      expect(outcomes(ended)).toEqual([
        ['heal-0', 'graceful_stop', 'TIMED_OUT'],
        ['escalate-0', 'notify_architect', 'SUCCEEDED'],
      ]);
      const [step] = ended.steps;
      expect((step?.completedAtMs ?? 0) - (step?.startedAtMs ?? 0)).toBeGreaterThanOrEqual(5_000);
      expect(ended.operation.failure?.cause).toContain('TIMED_OUT');
    },
  );

  together('an undo step that fails stops no other, and is reported (invariant 8)', async () => {
    place.hosts.script('stubborn', {
      graceful_stop: 'fail',
      clear_temp_files: 'fail',
      start_component: 'fail',
    });
    await place.signal('stubborn');
    const ended = await failed('stubborn');
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'graceful_stop', 'FAILED'],
      ['rollback-0', 'clear_temp_files', 'FAILED'],
      ['rollback-1', 'start_component', 'FAILED'],
      ['rollback-2', 'enter_safe_mode', 'SUCCEEDED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
    const [letter] = await place
      .poll(() => escalations('stubborn'))
      .toHaveLength(1)
      .then(() => escalations('stubborn'));
    expect(letter?.['message']).toContain('safe mode');
    expect(letter?.['steps']).toMatchObject([{}, { stepId: 'rollback-0', outcome: 'FAILED' }, {}, {}]);
  });

  together('a plan that maintains isolation never restores the network', async () => {
    place.hosts.script('fenced', { start_component: 'fail' });
    await place.signal('fenced');
    expect(outcomes(await failed('fenced'))).toEqual([
      ['heal-0', 'isolate_network', 'SUCCEEDED'],
      ['heal-1', 'start_component', 'FAILED'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
  });

  together('an action that fails on one target is not tried on the next', async () => {
    place.hosts.script('pair', { graceful_stop: 'fail' });
    await place.signal('pair');
    const ended = await failed('pair');
    const [first] = place.landscape.instancesOf('pair');
    expect(ended.steps[0]).toMatchObject({ outcome: 'FAILED', targets: [first] });
    const acted = place.hosts.requests.filter(({ component }) => component === 'pair');
    expect(acted.filter(({ action }) => action === 'graceful_stop')).toMatchObject([{ instanceId: first }]);
  });

  together('an alert that names a target leaves the others alone', async () => {
    const [, second = ''] = place.landscape.instancesOf('lone');
    await place.signal('lone', { targets: [second] });
    const { operation, steps } = await place.ended('lone');
    expect(operation.state).toBe('COMPLETED');
    expect(steps).toMatchObject([{ outcome: 'SUCCEEDED', targets: [second] }]);
    const asked = place.hosts.requests.filter(
      ({ component, action }) => component === 'lone' && action !== 'verify_health',
    );
    expect(asked.map(({ instanceId }) => instanceId)).toEqual([second]);
  });

  together('a node that is lost meanwhile sends no result: the reconciler gives up its action', async () => {
    place.hosts.script('lost', { start_component: 'vanish' });
    await place.signal('lost');
    await place.acting('lost', 'heal-0');
    await place.sleep(SILENCE_MS);
    await place.reconcile();
    const ended = await failed('lost');
    expect(outcomes(ended)).toEqual([
      ['heal-0', 'start_component', 'TIMED_OUT'],
      ['escalate-0', 'notify_architect', 'SUCCEEDED'],
    ]);
    expect(ended.steps[0]?.detail).toContain('no end after its time-out');
    expect(place.effectsOf('lost')).toHaveLength(1);
  });

  it('no two operations ever met on a component, and no step acted twice (invariants 1 and 2)', () => {
    const { effects, overlaps, stale } = place.hosts;
    expect(overlaps).toEqual([]);
    expect(stale).toEqual([]);
    const keys = effects.map((run) => `${run.instanceId} ${run.operationId} ${run.stepId}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
