import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alarmDetail,
  alarmEntry,
  alarmEnvelope,
  MUTED,
  SUPPRESSED,
} from '../factories/deployed-engine/events.ts';
import { alarmOf } from '../factories/deployed-engine/landscape.ts';
import { MONITOR } from '../factories/events/selfheal-event.ts';
import type { Place } from './places/place.ts';
import { PLACES_WITHOUT_HOSTS } from './places/places.ts';

const CONCURRENT_ALARMS = 50;

describe.each(PLACES_WITHOUT_HOSTS)(
  'a signal that does not lead to an operation, $name',
  ({ open, lacks }) => {
    const speaksForAws = !lacks.includes('aws events');
    const hasHosts = !lacks.includes('hosts');
    let place: Place;
    beforeAll(async () => {
      place = await open({
        components: {
          healthy: { strategies: [{ components: ['healthy', 'excluded', 'informed'], cooldownSeconds: 0 }] },
          muted: {},
          suppressed: {},
          excluded: { strategies: [], more: { excluded: true } },
          informed: { strategies: [], severity: 'INFO' },
          patient: { strategies: [{ trigger: { metrics: ['error_rate'], consecutiveFailures: 3 } }] },
          crowded: {},
          repeated: {},
          lacking: {},
          foreign: {},
          wordy: {},
          paused: {},
        },
      });
    });
    afterAll(() => place?.stop());
    const refused = (component: string) => place.poll(() => place.reasons(component));
    const untouched = (component: string) =>
      expect(place.hosts.requests.filter((run) => run.component === component)).toEqual([]);

    it('records a signal that cannot be understood, and uses nothing of it (invariants 6 and 9)', async () => {
      await place.putEvent({
        source: MONITOR,
        detailType: 'Selfheal Signal',
        detail: { component: 'healthy; reboot', metric: 'error_rate' },
      });
      await refused('unknown').toEqual(['NOT_UNDERSTOOD']);
      untouched('healthy');
    });

    it.runIf(speaksForAws)(
      'records an alarm’s event that lacks what alarms have (invariants 6 and 9)',
      async () => {
        await place.putEvent(alarmEntry({ alarmName: alarmOf('lacking'), state: { value: 'ALARM' } }));
        await refused('lacking').toEqual(['NOT_UNDERSTOOD']);
        untouched('lacking');
      },
    );

    it('records a signal under the component that it names, whatever else in it is not understood (invariant 6)', async () => {
      await place.signal('lacking', { labels: { team: 'web' } });
      await place.poll(() => place.reasons('lacking')).toContain('NOT_UNDERSTOOD');
      untouched('lacking');
    });

    it('refuses a signal from another account or Region, however it arrived (invariants 6 and 9)', async () => {
      const envelope = alarmEnvelope(alarmDetail('foreign', place.nowMs()), place.nowMs(), place.home);
      for (const origin of [{ account: '999999999999' }, { region: 'eu-central-2' }])
        expect(await place.invoke('selfheal-triage', { ...envelope, ...origin })).toMatchObject({
          decision: 'refuse',
          reason: 'FOREIGN_EVENT',
        });
      expect(await place.reasons('foreign')).toContain('FOREIGN_EVENT');
      untouched('foreign');
    });

    it('ignores a signal whose source may not send it', async () => {
      for (const detailType of ['Selfheal Signal', 'Selfheal Control']) {
        const detail =
          detailType === 'Selfheal Signal'
            ? { component: 'unheard', metric: 'error_rate' }
            : { command: 'pause', reason: 'unheard' };
        await place.putEvent({ source: 'me', detailType, detail });
      }
      await place.signal('heard');
      await refused('heard').toEqual(['UNKNOWN_COMPONENT']);
      expect(await place.reasons('unheard')).toEqual([]);
      expect((await place.store.readFleet()).pause).toBeUndefined();
    });

    it.runIf(hasHosts)('heals a signal whatever its texts for people contain', async () => {
      const reason = `${'it does not answer, '.repeat(5_000)}\u0007\ud800`;
      await place.signal('wordy', { reason, errorType: { code: 503 }, current: null, strategy: null });
      const { operation } = await place.ended('wordy');
      expect(operation).toMatchObject({ state: 'COMPLETED', alert: { errorType: '{"code":503}' } });
      expect(operation.alert.reason).toMatch(/^it does not answer, .*…$/);
    });

    it('records a signal under the name of a component that does not exist (invariant 6)', async () => {
      await place.signal('stranger');
      await refused('stranger').toEqual(['UNKNOWN_COMPONENT']);
    });

    it.runIf(speaksForAws)(
      'drops the event of a muted or suppressed alarm in the rule (invariant 4)',
      async () => {
        await place.putEvent(alarmEntry(alarmDetail('muted', place.nowMs(), {}, MUTED)));
        await place.putEvent(alarmEntry(alarmDetail('suppressed', place.nowMs(), SUPPRESSED)));
        // What comes after them has been handled; they have not.
        await place.signal('bystander');
        await refused('bystander').toHaveLength(1);
        expect([...(await place.reasons('muted')), ...(await place.reasons('suppressed'))]).toEqual([]);
        untouched('muted');
        untouched('suppressed');
      },
    );

    it('refuses a muted or suppressed alarm in triage too, however it arrived (invariants 4 and 6)', async () => {
      const triage = (detail: Parameters<typeof alarmEnvelope>[0]) =>
        place.invoke('selfheal-triage', alarmEnvelope(detail, place.nowMs(), place.home));
      expect(await triage(alarmDetail('muted', place.nowMs(), {}, MUTED))).toMatchObject({ reason: 'MUTED' });
      expect(await triage(alarmDetail('suppressed', place.nowMs(), SUPPRESSED))).toMatchObject({
        reason: 'SUPPRESSED',
      });
      expect(await place.reasons('muted')).toEqual(['MUTED']);
      expect(await place.reasons('suppressed')).toEqual(['SUPPRESSED']);
    });

    it('refuses a signal for an excluded component, of severity INFO, or for another component’s target (invariants 4, 6 and 10)', async () => {
      await place.signal('excluded');
      await place.setAlarm('informed', 'ALARM', 'just so you know');
      await place.signal('healthy', { targets: ['i-0000000000000ffff'] });
      await place.signal('healthy', { metric: 'latency_p99' });
      await refused('excluded').toEqual(['EXCLUDED']);
      await refused('informed').toEqual(['SEVERITY_TOO_LOW']);
      await place
        .poll(async () => (await place.reasons('healthy')).toSorted())
        .toEqual(['NO_STRATEGY', 'UNKNOWN_TARGET']);
      for (const component of ['excluded', 'informed', 'healthy']) untouched(component);
    });

    it.runIf(hasHosts)(
      'waits for as many signals in a row as the trigger requires, and a recovery restarts the count',
      async () => {
        const recover = async () => {
          await place.setAlarm('patient', 'ALARM', 'too many errors');
          await refused('patient').toHaveLength(2);
          await place.setAlarm('patient', 'OK', 'fine again');
          await place.signal('patient', { kind: 'recovery' });
          await place
            .poll(async () => (await place.store.readLimits('patient')).limits.component.failuresMs)
            .toEqual({});
        };
        await place.signal('patient');
        await refused('patient').toEqual(['TRIGGER_PENDING']);
        await recover();
        const first = place.nowMs();
        for (const number of [3, 4]) {
          // Alerts in a row differ by their times, which events give in seconds.
          await place.until('the next second', 3, () =>
            place.nowMs() - first > (number - 3) * 1_100 ? true : undefined,
          );
          await place.signal('patient');
          await refused('patient').toHaveLength(number);
        }
        untouched('patient');
        await place.until('the next second', 4, () => (place.nowMs() - first > 2_200 ? true : undefined));
        await place.signal('patient');
        expect((await place.ended('patient')).operation.state).toBe('COMPLETED');
      },
    );

    it('turns fifty simultaneous signals into one operation and forty-nine refusals (invariants 1 and 6)', async () => {
      place.hosts.script('crowded', { start_component: 'wait' });
      await Promise.all(
        Array.from({ length: CONCURRENT_ALARMS }, (_, index) =>
          place.signal('crowded', { signalId: `crowd-${index}` }),
        ),
      );
      await refused('crowded').toHaveLength(CONCURRENT_ALARMS - 1);
      // The last of these if the table does not answer in time, as on a busy machine.
      for (const reason of await place.reasons('crowded'))
        expect(['IN_PROGRESS', 'COOLDOWN', 'LIMITS_UNKNOWN']).toContain(reason);
      place.hosts.finish('crowded', 'start_component');
      await place.ended('crowded');
      const operations = await place.store.listOperations(100);
      expect(operations.filter(({ component }) => component === 'crowded')).toHaveLength(1);
      expect(place.hosts.effects.filter(({ component }) => component === 'crowded')).toHaveLength(
        hasHosts ? 1 : 0,
      );
    });

    it.runIf(speaksForAws)(
      'starts nothing for a repeated signal: its first operation stays the only one (invariants 1 and 6)',
      async () => {
        const detail = alarmDetail('repeated', place.nowMs());
        await Promise.all([1, 2, 3].map(() => place.putEvent(alarmEntry(detail))));
        const { operation } = await place.ended('repeated');
        await place.putEvent(alarmEntry(detail));
        await place.signal('passer-by');
        await refused('passer-by').toHaveLength(1);
        expect(operation).toMatchObject({ state: 'COMPLETED', attempt: 1 });
        expect(await place.reasons('repeated')).toEqual([]);
        const operations = await place.store.listOperations(100);
        expect(operations.filter(({ component }) => component === 'repeated')).toHaveLength(1);
      },
    );

    it.skipIf(lacks.includes('settings'))(
      'is refused while the settings say paused, or that nothing is healed at all (invariants 4 and 6)',
      async () => {
        for (const [settings, reason] of [
          [{ paused: true }, 'PAUSED'],
          [{ autoHealEnabled: false }, 'AUTO_HEAL_DISABLED'],
        ] as const) {
          await place.withSettings(settings, async () => {
            await place.signal('paused', { signalId: reason });
            await place.poll(() => place.reasons('paused')).toContain(reason);
          });
        }
        untouched('paused');
      },
    );

    it('keeps a signal in the dead-letter queue if triage cannot reach its table (invariant 6)', async () => {
      const reason = `kept ${randomUUID()}`;
      let letter = '';
      await place.whileBroken('selfheal-triage', async () => {
        await place.signal('healthy', { reason });
        letter = await place.until('a dead letter', 90, async () => (await place.deadLetters())[0]);
      });
      expect(letter).toContain(reason);
      untouched('healthy');

      const { event } = JSON.parse(letter) as { readonly event: unknown };
      expect(await place.invoke('selfheal-triage', event)).toMatchObject({ decision: 'heal' });
    });
  },
);
