import { describe, expect, it } from 'vitest';
import { diagnoseAlert } from '../../../../functions/app/diagnosis/diagnose-alert.ts';
import { signalHash } from '../../../../functions/core/operation/operation-id.ts';
import { memoryAlarm } from '../../../factories/configuration.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';
import { alarmed, goRed, goSilent, HEALTH, worldOf } from './dependent-world.ts';

const ELSEWHERE = { looksElsewhere: true, judgesCauses: false };

describe('the signal to a component at fault', () => {
  it('says what the watchdog would of one that misses its heartbeats', async () => {
    const world = worldOf(HEALTH);
    await goSilent(world, 'database');
    const alert = alertOf('gateway', { severity: 'WARNING' });
    await diagnoseAlert(world, alert, ELSEWHERE);
    expect(world.events.signals).toStrictEqual([
      {
        ...{ component: 'database', metric: 'heartbeat', severity: 'CRITICAL', origin: 'diagnosis' },
        signalId: `caused:${signalHash('database', alert.signalId)}`,
        reason:
          'gateway is unhealthy because of it: confidence 0.90: database has not answered its heartbeat since 2026-11-22T13:30:00.000Z',
        suggestedAction: 'restart',
      },
    ]);
  });
});

describe('a component that depends on another', () => {
  it('is marked as unhealthy only if the other is at fault', async () => {
    const world = worldOf();
    const isUnhealthy = async () => (await world.store.readFleet()).unhealthy.includes('gateway');
    await diagnoseAlert(world, alertOf('gateway'), ELSEWHERE);
    expect(await isUnhealthy()).toBe(false);
    goRed(world, 'database');
    await diagnoseAlert(world, alertOf('gateway'), ELSEWHERE);
    expect(await isUnhealthy()).toBe(true);
  });

  it('may be asked about again at any time if one at fault is not being healed', async () => {
    const world = worldOf();
    goRed(world, 'database');
    expect(await diagnoseAlert(world, alertOf('gateway'), ELSEWHERE)).toStrictEqual({
      refusal: {
        reason: 'CAUSE_ELSEWHERE',
        detail:
          'database is at fault (confidence 0.79: alarm selfheal-database-memory has been red since 2026-11-22T13:30:00.000Z)',
      },
    });
  });
});

describe('the call of a person about a component at fault', () => {
  const messagesOf = ({ notifier }: ReturnType<typeof worldOf>) =>
    notifier.sent.map(({ body }) => body['message']);

  it('says that no strategy is for what is wrong with it, however that is reported of its caller', async () => {
    const alarms = { errors: { adopt: memoryAlarm('database'), metric: 'error_rate' } };
    const world = worldOf({ alarms });
    goRed(world, 'database');
    await diagnoseAlert(world, alertOf('gateway', { severity: 'WARNING' }), ELSEWHERE);
    expect(messagesOf(world)).toStrictEqual([
      'gateway was left alone: its dependency database is at fault and cannot be healed automatically: NO_STRATEGY: no strategy for metric error_rate, severity CRITICAL.',
    ]);
  });

  it('says that it is only observed, also if that is so by its strategy', async () => {
    const byStrategy = [
      { id: 'watch', components: ['database'], mode: 'observe' },
      { id: 'heal', components: ['gateway', 'database'] },
    ];
    for (const world of [worldOf({ mode: 'observe' }), worldOf({}, {}, byStrategy)]) {
      goRed(world, 'database');
      await alarmed(world);
      expect(messagesOf(world)).toStrictEqual([
        'gateway was left alone: its dependency database is at fault and cannot be healed automatically: it is in observe mode.',
      ]);
    }
  });

  it('is left out where nobody counts on the healing of either', async () => {
    const world = worldOf({ mode: 'observe' }, { mode: 'observe' });
    goRed(world, 'database');
    await alarmed(world);
    expect(world.notifier.sent).toStrictEqual([]);
  });

  it('is left out if people have been called about the alarmed component already', async () => {
    const world = worldOf({ excluded: true });
    await world.store.noteExhaustionNotified('gateway', NOON - 1);
    goRed(world, 'database');
    await alarmed(world);
    expect(world.notifier.sent).toStrictEqual([]);
  });

  it('goes on record for the alarmed component', async () => {
    const world = worldOf({ excluded: true });
    goRed(world, 'database');
    await alarmed(world);
    expect(await world.store.readComponents(['gateway'])).toMatchObject([{ exhaustionNotifiedAtMs: NOON }]);
  });
});
