import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Place } from './places/place.ts';
import { PLACES } from './places/places.ts';

describe.each(PLACES)('verification, $name', ({ open, together }) => {
  let place: Place;
  beforeAll(async () => {
    const verified = (verify: Readonly<Record<string, unknown>>) => ({ strategies: [{ verify }] });
    place = await open({
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
        patient: verified({ timeoutSeconds: 90, stableSeconds: 2, settleSeconds: 5 }),
        alarmed: verified({ by: 'alarm', timeoutSeconds: 20, stableSeconds: 1 }),
        mute: verified({ by: 'alarm', timeoutSeconds: 3, stableSeconds: 0 }),
        watched: verified({ by: 'runbook', timeoutSeconds: 5, stableSeconds: 1 }),
        doubted: verified({ by: 'runbook', timeoutSeconds: 5, stableSeconds: 1 }),
      },
    });
  });
  afterAll(() => place?.stop());

  together(
    'a repair that does not help is rolled back, escalated and failed (invariants 5, 7 and 8)',
    async () => {
      place.health.pin('sick', [false]);
      await place.signal('sick');
      const { operation, steps, states } = await place.ended('sick');
      expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
      expect(states).toEqual(['DIAGNOSING', 'HEALING', 'VERIFYING', 'ROLLING_BACK', 'FAILED']);
      expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
        ['heal-0', 'start_component', 'SUCCEEDED'],
        ['rollback-0', 'graceful_stop', 'SUCCEEDED'],
        ['rollback-1', 'enter_safe_mode', 'SUCCEEDED'],
        ['escalate-0', 'notify_architect', 'SUCCEEDED'],
      ]);
      expect(await place.execution(operation.operationId)).toEqual({
        status: 'FAILED',
        error: 'NotRecovered',
      });
      await place
        .poll(() => place.notifications('architect', 'sick'))
        .toMatchObject([{ operationId: operation.operationId, failure: { error: 'NotRecovered' } }]);
      expect(await place.store.getClaim('sick')).toBeUndefined();
    },
  );

  together('a flapping endpoint is not a recovery (invariant 7)', async () => {
    place.health.pin('flapping', [true, false, true, false, true, false, true, false, true, false]);
    await place.signal('flapping');
    const { operation } = await place.ended('flapping');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
  });

  together('the stability window starts again after a bad look (invariant 7)', async () => {
    place.health.pin('unsteady', [true, true, false, true]);
    await place.signal('unsteady');
    const { operation } = await place.ended('unsteady');
    expect(operation.state).toBe('COMPLETED');
    const looks = place.health.looks('unsteady');
    const since = looks[looks.findLastIndex(({ good }) => !good) + 1]?.atMs ?? 0;
    expect((operation.completedAtMs ?? 0) - since).toBeGreaterThanOrEqual(4_000);
  });

  together('verification waits over several rounds for a component that takes long', async () => {
    place.health.pin('patient', [...Array.from({ length: 14 }, () => false), true]);
    await place.signal('patient');
    const { operation } = await place.ended('patient', 1, 90);
    expect(operation.state).toBe('COMPLETED');
    const entered = await place.entered(operation.operationId);
    expect(entered.filter((name) => name === 'Hold')).toHaveLength(1);
    expect(entered.filter((name) => name === 'Verify recovery')).toHaveLength(2);
  });

  together('verification by the alarm that fired waits until the alarm is OK', async () => {
    await place.setAlarm('alarmed', 'ALARM', 'too many errors');
    const operationId = await place.acting('alarmed', 'heal-0');
    await place.poll(async () => (await place.store.getClaim('alarmed'))?.step?.stepId).toBe('verify-0');
    await place.setAlarm('alarmed', 'OK', 'fine again');
    const { operation } = await place.ended('alarmed');
    expect(operation).toMatchObject({ operationId, state: 'COMPLETED' });
  });

  together('no answer does not count as a good answer (invariants 7 and 10)', async () => {
    await place.signal('mute');
    const { operation } = await place.ended('mute');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
    expect(operation.failure?.cause).toContain('no-answer');
  });

  together('verification by a runbook asks the hosts', async () => {
    await place.signal('watched');
    const { operation, steps } = await place.ended('watched');
    expect(operation.state).toBe('COMPLETED');
    expect(steps.map(({ stepId, action, outcome }) => [stepId, action, outcome])).toEqual([
      ['heal-0', 'start_component', 'SUCCEEDED'],
      ['verify-0', 'verify_health', 'SUCCEEDED'],
    ]);
    expect(place.health.looks('watched')).toEqual([]);
  });

  together('a runbook that finds the service unhealthy fails the repair', async () => {
    place.hosts.script('doubted', { verify_health: 'fail' });
    await place.signal('doubted');
    const { operation } = await place.ended('doubted');
    expect(operation).toMatchObject({ state: 'FAILED', failure: { error: 'NotRecovered' } });
    expect(operation.failure?.cause).toContain('selfheal: BROKEN');
  });
});
