import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

const VERIFY = { timeoutSeconds: 6, stableSeconds: 1 };

describe.each(PLACES)('a strategy that contains a fault, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    const isolating = {
      strategies: [
        {
          actions: [{ type: 'isolate_network' }, { type: 'notify_soc' }],
          verify: VERIFY,
          rollback: { onFailure: 'maintain_isolation' },
        },
      ],
    };
    place = await open({
      components: {
        shut: isolating,
        porous: isolating,
        unproved: isolating,
        disturbed: isolating,
        released: {
          strategies: [
            {
              actions: [{ type: 'isolate_network', params: { limitSeconds: '5m', afterLimit: 'lift' } }],
              verify: VERIFY,
              rollback: { onFailure: 'maintain_isolation' },
            },
          ],
        },
        muffled: {
          strategies: [
            {
              actions: [{ type: 'enter_safe_mode' }],
              verify: VERIFY,
              rollback: { onFailure: 'enter_safe_mode' },
            },
          ],
        },
      },
    });
  });
  afterAll(() => place?.stop());

  together(
    'completes as contained, calls a person, and does not count as healthy (invariant 7)',
    async () => {
      place.health.pin('shut', [false]);
      await place.signal('shut');
      const { operation, steps, states } = await place.ended('shut');
      expect(operation).toMatchObject({ state: 'COMPLETED', result: 'CONTAINED' });
      expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'COMPLETED']);
      expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
        ['heal-0', 'isolate_network', 'SUCCEEDED'],
        ['heal-1', 'notify_soc', 'SUCCEEDED'],
        ['verify-0', 'verify_containment', 'SUCCEEDED'],
        ['escalate-0', 'notify_architect', 'SUCCEEDED'],
      ]);
      await place
        .poll(() => place.notifications('architect', 'shut'))
        .toMatchObject([
          {
            operationId: operation.operationId,
            result: 'CONTAINED',
            containment: 'isolation',
            message: expect.stringMatching(/contained, not repaired.*selfheal-restore-network/),
          },
        ]);
      expect(await place.execution(operation.operationId)).toEqual({ status: 'SUCCEEDED' });
    },
  );

  together('verifies safe mode as a containment, too', async () => {
    await place.signal('muffled');
    const { operation } = await place.ended('muffled');
    expect(operation).toMatchObject({ state: 'COMPLETED', result: 'CONTAINED' });
    await place
      .poll(() => place.notifications('architect', 'muffled'))
      .toMatchObject([{ containment: 'safe-mode', message: expect.stringContaining('leave-safe-mode') }]);
  });

  together('fails an isolation while the endpoint still answers from outside (invariant 7)', async () => {
    place.health.pin('porous', [true]);
    await place.signal('porous');
    const { operation } = await place.ended('porous');
    expect(operation).toMatchObject({
      state: 'FAILED',
      result: 'FAILED',
      failure: { error: 'NotRecovered', cause: expect.stringContaining('still answers from outside') },
    });
  });

  together('fails a containment that its hosts do not confirm (invariant 7)', async () => {
    place.health.pin('unproved', [false]);
    place.hosts.script('unproved', { verify_containment: 'fail' });
    await place.signal('unproved');
    const { operation } = await place.ended('unproved');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
  });

  together(
    'reports an isolation that something else has lifted, and that the host has put back',
    async () => {
      place.health.pin('disturbed', [false]);
      await place.signal('disturbed');
      const { operation } = await place.ended('disturbed');
      const history = 'something else lifted or changed the isolation, and it was put back';
      const answer = JSON.stringify({ contained: 'isolation', stableSeconds: 0, putBack: 1, history });
      place.hosts.script('disturbed', { verify_containment: { takesMs: 100, answer } });
      const reported = async () => {
        await place.reconcile();
        const notifications = await place.notifications('architect', 'disturbed');
        return notifications.filter(({ kind }) => kind === 'isolation-limit');
      };
      await place
        .poll(reported)
        .toMatchObject([
          { operationId: operation.operationId, message: expect.stringContaining(`: ${history}.`) },
        ]);
      expect(await reported()).toHaveLength(1);
    },
  );

  together('lifts an isolation at its time limit by an operation of its own', async () => {
    place.health.pin('released', [false]);
    await place.signal('released');
    const { operation: isolation } = await place.ended('released');
    expect(isolation).toMatchObject({ result: 'CONTAINED' });
    const limitOf = async () => (await place.store.readFleet()).timeLimits?.[isolation.operationId];
    const limit = await limitOf();
    expect(limit).toMatchObject({ component: 'released', afterLimit: 'lift' });

    place.health.pin('released', [true]);
    await place.store.setTimeLimit(isolation.operationId, limit && { ...limit, dueAtMs: place.nowMs() - 1 });
    await place.reconcile();
    const { operation, steps } = await place.ended('released', 2);
    expect(operation).toMatchObject({
      strategyId: 'lift-isolation',
      result: 'SUCCESS',
      alert: { lifts: isolation.operationId },
    });
    expect(steps.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['restore_network', 'SUCCEEDED'],
      ['notify_architect', 'SUCCEEDED'],
    ]);
    expect(await limitOf()).toBeUndefined();
  });
});
