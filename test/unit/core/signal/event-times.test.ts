import { describe, expect, it } from 'vitest';
import { alarmTime, expired } from '../../../../functions/core/signal/alarm-time.ts';
import { fittingId } from '../../../../functions/core/signal/fitting-id.ts';
import { componentNamedBy } from '../../../../functions/core/signal/named-component.ts';
import { ageProblem, timeProblem } from '../../../../functions/core/signal/parse-time.ts';
import { configured, memoryAlarm } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const FORTNIGHT_MS = 14 * 86_400_000;

describe('the time in an event', () => {
  it('is plausible for two weeks, and a quarter of an hour ahead', () => {
    expect(timeProblem('time', NOON - FORTNIGHT_MS, NOON)).toBeUndefined();
    expect(timeProblem('time', NOON + 15 * MINUTE_MS, NOON)).toBeUndefined();
    expect(ageProblem('until', NOON + FORTNIGHT_MS, NOON)).toBeUndefined();
  });

  it.each([
    ['too old', NOON - FORTNIGHT_MS - 1, 'time 2026-11-08T13:29:59.999Z is more than 14 days ago'],
    ['ahead', NOON + 15 * MINUTE_MS + 1, 'time 2026-11-22T13:45:00.001Z is more than 15 minutes from now'],
    ['no time', Number.NaN, 'time (not a time) is more than 14 days ago'],
  ])('is a problem that names the field if it is %s', (_, timeMs, problem) => {
    expect(timeProblem('time', timeMs, NOON)).toBe(`${problem}; correct the sender’s clock`);
  });

  it('of an alarm is read with an offset, with or without a colon', () => {
    for (const offset of ['Z', '+0000', '+00:00'])
      expect(alarmTime(`2026-11-22T13:30:00.000${offset}`, NOON)).toEqual({ occurredAtMs: NOON });
    expect(alarmTime('2026-11-22T15:00:00.000+0130', NOON)).toEqual({ occurredAtMs: NOON });
    expect(alarmTime('yesterday', NOON)).toEqual({ problem: 'state.timestamp "yesterday" is not a time' });
    expect(alarmTime('2026-11-01T00:00:00Z', NOON)).toEqual({
      problem: expect.stringMatching(/^state\.timestamp 2026-11-01T00:00:00\.000Z is more than 14 days ago/),
    });
  });

  it('of an alarm says something about the present for an hour', () => {
    const at = (agoMs: number) => expired('web-memory', 'web', NOON - agoMs, NOON);
    expect(at(60 * MINUTE_MS)).toBeUndefined();
    expect(at(60 * MINUTE_MS + 1)).toEqual({
      ...{ kind: 'withheld', why: 'EXPIRED', component: 'web' },
      detail:
        'alarm web-memory changed its state at 2026-11-22T12:29:59.999Z, more than 60 minutes ago, so it says nothing about the present; if it is still red, the reconciler asks for its repair',
    });
  });
});

describe('the component that an event names', () => {
  const configuration = configured();

  it.each([
    ['that of its alarm, whatever else it says', { alarmName: memoryAlarm(), component: 'db' }, 'web'],
    ['the one that it says, with an alarm that is not known', { alarmName: 'else', component: 'db' }, 'db'],
    ['the one that it says', { component: 'db' }, 'db'],
    ['the one that it says, with a list for an alarm', { alarmName: [memoryAlarm()], component: 'db' }, 'db'],
    ['nobody, by the name of what every object has', { alarmName: 'constructor' }, 'unknown'],
    ['nobody, by a name that no component can have', { component: 'No Name' }, 'unknown'],
    ['nobody, without a detail', null, 'unknown'],
  ])('is %s', (_, detail, component) => {
    expect(componentNamedBy({ detail }, configuration)).toBe(component);
  });

  it('is nobody where there is no event', () => {
    for (const event of [null, undefined, 'text'])
      expect(componentNamedBy(event, configuration)).toBe('unknown');
  });
});

describe('the id of an event', () => {
  it('is kept if it fits, and replaced by its SHA-256 otherwise', () => {
    expect(fittingId('run-1', /^[a-z0-9-]+$/)).toBe('run-1');
    expect(fittingId('abc', /^\d+$/)).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
