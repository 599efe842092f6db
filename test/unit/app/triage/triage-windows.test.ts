import { describe, expect, it } from 'vitest';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { triage } from '../../../../functions/app/triage/triage.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { signalEvent } from '../../../factories/events/selfheal-event.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const NIGHTS = { calendars: ['releases'] };
const limited = () =>
  createWorld(
    configured({ windows: { nights: NIGHTS }, components: { web: withMemoryAlarm({ window: 'nights' }) } }),
  );
const signal = (world: ReturnType<typeof limited>, id = 'event') =>
  triage(world, signalEvent({ component: 'web', metric: 'memory' }, id));

describe('a component whose window has a calendar', () => {
  it('begins a repair while the calendar is open', async () => {
    const world = limited();
    world.calendars.named.set('releases', { state: 'OPEN' });
    expect(await signal(world)).toMatchObject({ decision: 'heal' });
  });

  it('begins no repair while it is closed, and the refusal on record says when it opens', async () => {
    const world = limited();
    const opensAtMs = world.clock.now + 60_000;
    world.calendars.named.set('releases', { state: 'CLOSED', opensAtMs });
    expect(await signal(world)).toMatchObject({ decision: 'refuse', reason: 'OUTSIDE_WINDOW' });
    expect(await world.store.listRefusals('web', 1)).toMatchObject([{ eligibleAtMs: opensAtMs }]);
  });

  it('begins no repair if the calendar does not exist, or cannot be reached', async () => {
    const world = limited();
    expect(await signal(world)).toMatchObject({
      reason: 'OUTSIDE_WINDOW',
      detail: expect.stringContaining('no calendar releases'),
    });
    world.calendars.named.set('releases', { state: 'UNKNOWN', problem: 'throttled' });
    expect(await signal(world, 'next')).toMatchObject({
      reason: 'OUTSIDE_WINDOW',
      detail: expect.stringContaining('throttled'),
    });
  });

  it('begins no repair if the calendar may not be read, and the permission is noted', async () => {
    const world = limited();
    const denial = { action: 'ssm:GetCalendarState', resource: 'releases', role: 'triage' };
    const state = () => Promise.reject(new NotPermitted(denial));
    expect(await signal({ ...world, calendars: { ...world.calendars, state } })).toMatchObject({
      reason: 'OUTSIDE_WINDOW',
    });
    expect(await world.store.listDenials()).toMatchObject([{ action: 'ssm:GetCalendarState' }]);
  });

  it('fails triage by a defect, which is no closed calendar', async () => {
    const world = limited();
    const state = () => Promise.reject(new TypeError('not a calendar'));
    await expect(signal({ ...world, calendars: { ...world.calendars, state } })).rejects.toThrow(
      'not a calendar',
    );
  });

  it('returns to triage when the calendar opens', async () => {
    const world = limited();
    world.alarms.named.set(memoryAlarm(), 'ALARM');
    world.calendars.named.set('releases', { state: 'CLOSED' });
    await reconcileAlarms(world);
    expect(world.events.signals).toEqual([]);
    world.calendars.named.set('releases', { state: 'OPEN' });
    await reconcileAlarms(world);
    expect(world.events.signals).toMatchObject([{ component: 'web', origin: 'reconciler' }]);
  });
});
