import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alarmOf } from '../factories/deployed-engine/landscape.ts';
import type { Place } from './places/place.ts';
import { PLACES_OF_ANY_RUN } from './places/places.ts';

const STABLE_SECONDS = 2;
const COOLDOWN_SECONDS = 4;
const MAXIMUM_TRANSITIONS = 14;

describe.each(PLACES_OF_ANY_RUN)('a heal, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    place = await open({
      components: {
        shop: {
          strategies: [
            {
              actions: [{ type: 'graceful_stop' }, { type: 'clear_temp_files' }, { type: 'start_component' }],
              verify: { timeoutSeconds: 10, stableSeconds: STABLE_SECONDS },
            },
          ],
        },
        renewed: {
          strategies: [
            { actions: [{ type: 'restart_service', timeoutSeconds: 60 }, { type: 'health_check' }] },
          ],
        },
        rested: { strategies: [{ cooldownSeconds: COOLDOWN_SECONDS }] },
        'rested-together-a': {
          strategies: [{ components: ['rested-together-a', 'rested-together-b'], cooldownScope: 'strategy' }],
        },
        'rested-together-b': { strategies: [] },
        ladder: {
          strategies: [
            { maxAttempts: 2, cooldownSeconds: 0 },
            { maxAttempts: 1, cooldownSeconds: 0, actions: [{ type: 'isolate_network' }] },
          ],
        },
        named: {
          strategies: [
            { cooldownSeconds: 60 },
            { cooldownSeconds: 60, actions: [{ type: 'clear_temp_files' }, { type: 'start_component' }] },
          ],
        },
        red: { strategies: [{ cooldownSeconds: 3 }] },
        hushed: {},
      },
    });
  });
  afterAll(() => place?.stop());

  const refused = (component: string) => place.poll(() => place.reasons(component));
  const actionsOn = (component: string) => place.effectsOf(component).map(({ action }) => action);

  it('restarts and checks the service on hosts under the names that resources of AWS have for it', async () => {
    await place.signal('renewed');
    const { operationId } = await place.completed('renewed');
    const steps = await place.store.listSteps(operationId);
    expect(steps.slice(0, 2)).toMatchObject([
      { action: 'restart_service', outcome: 'SUCCEEDED', reference: { executor: 'run_command' } },
      { action: 'health_check', outcome: 'SUCCEEDED', reference: { executor: 'run_command' } },
    ]);
    expect(actionsOn('renewed')).toEqual(['start_component', 'verify_health']);
  });

  it('a heal of three actions goes from an alarm to a verified repair without polling (invariants 5 and 7)', async () => {
    const before = place.systemsManagerCalls?.().length;
    await place.setAlarm('shop', 'ALARM', 'too many errors');
    const { operation, steps, states } = await place.ended('shop');

    expect(operation).toMatchObject({
      component: 'shop',
      strategyId: 'shop',
      state: 'COMPLETED',
      result: 'SUCCESS',
      attempt: 1,
      alert: { origin: 'alarm', alarmName: alarmOf('shop'), reason: 'too many errors' },
    });
    expect(operation.diagnosis?.rootCause).toBeTruthy();
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'graceful_stop', 'SUCCEEDED'],
      ['heal-1', 'clear_temp_files', 'SUCCEEDED'],
      ['heal-2', 'start_component', 'SUCCEEDED'],
    ]);
    expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
    expect(await place.execution(operation.operationId)).toEqual({ status: 'SUCCEEDED' });
    expect(await place.store.getClaim('shop')).toBeUndefined();

    const entered = await place.entered(operation.operationId);
    expect(entered.length).toBeGreaterThanOrEqual(6);
    expect(entered.length).toBeLessThanOrEqual(MAXIMUM_TRANSITIONS);

    // Targets, command, and once its event has come the command and what its nodes say: nothing is asked twice.
    const once = ['DescribeInstanceInformation', 'SendCommand', 'ListCommands', 'ListCommandInvocations'];
    const calls = place.systemsManagerCalls?.().slice(before);
    if (calls) expect(calls.toSorted()).toEqual([...once, ...once, ...once].sort());

    const looks = place.health.looks('shop').filter(({ atMs }) => atMs <= (operation.completedAtMs ?? 0));
    const good = looks.slice(looks.findLastIndex((look) => !look.good) + 1);
    expect(good.length).toBeGreaterThanOrEqual(2);
    // The function takes the time after it has looked.
    expect((good.at(-1)?.atMs ?? 0) - (good[0]?.atMs ?? 0)).toBeGreaterThan(STABLE_SECONDS * 1_000 - 1_000);
  });

  it('a heal is followed by a cooldown of the component (invariant 4)', async () => {
    await place.signal('shop');
    await place
      .poll(() => place.store.listRefusals('shop', 10))
      .toMatchObject([{ reason: 'COOLDOWN', strategyId: 'shop' }]);
    expect(actionsOn('shop')).toHaveLength(3);
  });

  together(
    'a strategy is in cooldown after its operation, for exactly as long as configured (invariant 4)',
    async () => {
      await place.signal('rested');
      const first = await place.completed('rested');
      await place.signal('rested');
      await refused('rested').toEqual(['COOLDOWN']);
      const [refusal] = await place.store.listRefusals('rested', 1);
      expect(refusal?.eligibleAtMs).toBe((first.completedAtMs ?? 0) + COOLDOWN_SECONDS * 1_000);
      await place.sleep((refusal?.eligibleAtMs ?? 0) - place.nowMs() + 50);
      await place.signal('rested');
      const second = await place.completed('rested', 2);
      expect(second.attempt).toBe(2);
      expect(second.fence).toBeGreaterThan(first.fence);
    },
  );

  together('a cooldown with the scope of the strategy holds for every component (invariant 4)', async () => {
    await place.signal('rested-together-a');
    await place.completed('rested-together-a');
    await place.signal('rested-together-b');
    await refused('rested-together-b').toEqual(['COOLDOWN']);
  });

  together(
    'spent attempts escalate to the next strategy, and in the end notify people once (invariants 3 and 11)',
    async () => {
      place.health.pin('ladder', [false]);
      for (const [nth, strategyId, attempt] of [
        [1, 'ladder', 1],
        [2, 'ladder', 2],
        [3, 'ladder-2', 1],
      ] as const) {
        await place.signal('ladder');
        const { operation } = await place.ended('ladder', nth);
        const end =
          strategyId === 'ladder' ? { state: 'FAILED' } : { state: 'COMPLETED', result: 'CONTAINED' };
        expect(operation).toMatchObject({ ...end, strategyId, attempt });
      }
      await place.signal('ladder');
      await refused('ladder').toEqual(['ATTEMPTS_SPENT']);
      await place.signal('ladder');
      await refused('ladder').toEqual(['ATTEMPTS_SPENT', 'ATTEMPTS_SPENT']);
      expect(actionsOn('ladder')).toEqual([
        'start_component',
        'start_component',
        'isolate_network',
        'verify_containment',
      ]);
      const spentLetters = () =>
        place.notifications('architect', 'ladder').filter(({ kind }) => kind === 'attempts-spent');
      await place.poll(spentLetters).toHaveLength(1);

      await place.setAlarm('ladder', 'OK', 'a human was there');
      await place.signal('ladder', { kind: 'recovery' });
      await place
        .poll(async () => (await place.store.readLimits('ladder')).limits.component.exhaustionNotifiedAtMs)
        .toBeUndefined();
      await place.signal('ladder');
      await place.poll(spentLetters).toHaveLength(2);
    },
  );

  together('a person may name the strategy, and every limit still holds (invariant 4)', async () => {
    await place.signal('named', { origin: 'manual', strategy: 'named-2', reason: 'the disk looks full' });
    const operation = await place.completed('named');
    expect(operation).toMatchObject({ strategyId: 'named-2', alert: { origin: 'manual' } });
    expect(actionsOn('named')).toEqual(['clear_temp_files', 'start_component']);
    await place.signal('named', { origin: 'manual', strategy: 'named-2' });
    await refused('named').toEqual(['COOLDOWN']);
    await place.signal('named', { origin: 'manual', strategy: 'none-such' });
    await place
      .poll(async () => (await place.reasons('named')).toSorted())
      .toEqual(['COOLDOWN', 'NO_STRATEGY']);
  });

  together(
    'the reconciler hands back an alarm that is still red after the cooldown (invariant 11)',
    async () => {
      await place.setAlarm('red', 'ALARM', 'too many errors');
      const first = await place.completed('red');
      await place.reconcile();
      expect(await place.reasons('red')).toEqual([]);
      await place.sleep((first.completedAtMs ?? 0) + 3_100 - place.nowMs());
      await place.reconcile();
      const second = await place.completed('red', 2);
      expect(second).toMatchObject({
        attempt: 2,
        alert: { origin: 'reconciler', alarmName: alarmOf('red') },
      });
      await place.setAlarm('red', 'OK', 'fine again');
    },
  );

  together('the reconciler leaves a red alarm alone while it is muted (invariant 4)', async () => {
    place.muteAlarm('hushed');
    await place.setAlarm('hushed', 'ALARM', 'too many errors');
    expect(await place.reconcile()).toContainEqual(
      expect.stringContaining(`left ${alarmOf('hushed')} alone: silenced by mute rule`),
    );
    await place.sleep(1_000);
    expect(await place.reasons('hushed')).toEqual([]);
    expect(actionsOn('hushed')).toEqual([]);
  });
});
