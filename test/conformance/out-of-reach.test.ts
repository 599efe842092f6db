import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admitUnnoticed } from '../factories/deployed-engine/operations.ts';
import { OPERATOR } from '../factories/events/selfheal-event.ts';
import type { Place } from './places/place.ts';
import { PLACES_WITHOUT_HOSTS } from './places/places.ts';

describe.each(PLACES_WITHOUT_HOSTS)(
  'an incident on a host that is out of reach, $name',
  ({ open, lacks }) => {
    let place: Place;
    beforeAll(async () => {
      place = await open({ components: { away: {}, alarmed: {}, reported: {}, held: {}, unbegun: {} } });
      place.hosts.disconnect(place.landscape.nodes.map(({ instanceId }) => instanceId));
    });
    afterAll(() => place?.stop());
    const failed = async (component: string) => {
      const ended = await place.ended(component);
      expect(ended.operation).toMatchObject({
        state: 'FAILED',
        result: 'FAILED',
        failure: { error: 'TargetsUnavailable' },
      });
      expect(ended.steps).toMatchObject([
        { stepId: 'heal-0', outcome: 'FAILED', targets: [] },
        { stepId: 'escalate-0', outcome: 'SUCCEEDED' },
      ]);
      expect(place.hosts.requests.filter((run) => run.component === component)).toEqual([]);
      expect(await place.store.getClaim(component)).toBeUndefined();
      return ended;
    };

    it('escalates and ends an incident on an unreachable host without acting on it (invariants 5, 8 and 10)', async () => {
      await place.signal('away');
      const { operation, steps, states } = await failed('away');
      expect(states).toEqual(['DIAGNOSING', 'HEALING', 'ROLLING_BACK', 'FAILED']);
      expect(await place.execution(operation.operationId)).toMatchObject({ status: 'FAILED' });
      expect(await place.entered(operation.operationId)).toEqual(
        expect.arrayContaining(['Diagnose', 'Prepare rollback', 'Escalate', 'Failed', 'Not healed']),
      );
      await place
        .poll(() => place.notifications('architect', 'away'))
        .toMatchObject([{ operationId: operation.operationId, failure: { error: 'TargetsUnavailable' } }]);
      if (!lacks.includes('hosts')) expect(steps[0]?.detail).toContain('offline');
    });

    it('starts the cooldown of a component whose host is unreachable (invariant 4)', async () => {
      await place.signal('away');
      await place.poll(() => place.reasons('away')).toEqual(['COOLDOWN']);
    });

    it('notices the recovery of the alarm that an incident began with', async () => {
      await place.setAlarm('alarmed', 'ALARM', 'too many errors');
      const { operation } = await failed('alarmed');
      expect(operation.alert).toMatchObject({ origin: 'alarm', reason: 'too many errors' });
      await place.setAlarm('alarmed', 'OK', 'fine again');
    });

    it('starts one operation, however often its signal arrives (invariants 1 and 6)', async () => {
      const signal = { signalId: 'the-same' };
      await Promise.all([1, 2, 3].map(() => place.signal('reported', signal)));
      await failed('reported');
      const operations = (await place.store.listOperations(100)).filter(
        ({ component }) => component === 'reported',
      );
      expect(operations).toHaveLength(1);
    });

    it('leaves an incident alone while healing is paused (invariant 4)', async () => {
      const control = (command: string) =>
        place.putEvent({
          source: OPERATOR,
          detailType: 'Selfheal Control',
          detail: { command, reason: 'maintenance' },
        });
      const pause = async () => (await place.store.readFleet()).pause?.reason;
      await control('pause');
      await place.poll(pause).toBe('maintenance');
      await place.signal('held');
      await place.poll(() => place.reasons('held')).toEqual(['PAUSED']);
      await place.sleep(1_100);
      await control('resume');
      await place.poll(pause).toBeUndefined();
      await place.signal('held');
      await failed('held');
    });

    it('has the reconciler begin an operation that triage admitted and did not start (invariants 5 and 6)', async () => {
      const operationId = await admitUnnoticed(place, 'unbegun', 40_000);
      await place.reconcile();
      const { operation } = await failed('unbegun');
      expect(operation.operationId).toBe(operationId);
    });
  },
);
