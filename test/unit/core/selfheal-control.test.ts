import { describe, expect, it } from 'vitest';
import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { configured } from '../../factories/configuration.ts';
import { controlEvent } from '../../factories/events/selfheal-event.ts';
import { NOON } from '../../factories/operations/admissions.ts';

const parse = (event: unknown) => parseSignal(event, configured(), NOON);

describe('a Selfheal Control', () => {
  const GIVEN = Date.parse('2026-11-22T13:30:00Z');
  const control = (detail: Readonly<Record<string, unknown>>) => parse(controlEvent(detail));

  it.each(['pause', 'resume'])('carries the command %s and its reason', (command) => {
    expect(control({ command, reason: 'release night' })).toEqual({
      kind: 'control',
      control: { command, reason: 'release night', givenAtMs: GIVEN },
    });
  });

  it.each([{}, { reason: null }, { reason: '' }])('needs no reason: %o', (fields) => {
    for (const command of ['pause', 'resume'])
      expect(control({ command, ...fields })).toMatchObject({
        kind: 'control',
        control: { command, reason: 'no reason given' },
      });
  });

  it('may have a reason of any length', () => {
    expect(control({ command: 'pause', reason: 'x'.repeat(5_000) })).toMatchObject({
      control: { reason: `${'x'.repeat(299)}…` },
    });
  });

  it.each([
    [{ for: '2h' }, GIVEN + 7_200_000],
    [{ for: 90 }, GIVEN + 90_000],
    [{ untilMs: GIVEN + 1 }, GIVEN + 1],
    [{ untilMs: null, for: null }, undefined],
  ])('may carry the end of a pause: %o', (end, untilMs) => {
    const parsed = control({ command: 'pause', ...end });
    if (parsed.kind !== 'control') throw new Error(JSON.stringify(parsed));
    expect(parsed.control.untilMs).toBe(untilMs);
  });

  it.each([
    [
      'another command',
      { command: 'stop' },
      'command "stop": pause, resume, exclude, include, open_window, close_window or set_mode',
    ],
    ['no command', { reason: 'why' }, 'command missing: pause, resume, exclude'],
    ['an exclusion of nothing', { command: 'exclude' }, 'component missing'],
    [
      'an exclusion for ever',
      { command: 'exclude', component: 'web', for: '31d' },
      'a duration from 1m to 30d',
    ],
    [
      'a misspelt field',
      { command: 'pause', fro: '2h' },
      '"fro": no such field; remove it, or use one of command, group, reason, for, untilMs',
    ],
    [
      'an end of a resume',
      { command: 'resume', for: '2h' },
      '"for": no such field; remove it, or use one of command, group, reason',
    ],
    [
      'a component to be paused',
      { command: 'pause', component: 'web' },
      '"component": no such field; remove it, or use one of command, group, reason, for, untilMs',
    ],
    [
      'a mode that does not exist',
      { command: 'set_mode', mode: 'off' },
      'mode "off": observe, propose or auto',
    ],
    [
      'a mode for two parts',
      { command: 'set_mode', mode: 'observe', group: 'a', component: 'b' },
      'exclude each',
    ],
    ['an end of what is lifted', { command: 'set_mode', mode: 'auto', for: '2h' }, 'leave `for`'],
    ['two ends', { command: 'pause', for: '2h', untilMs: GIVEN + 1 }, 'exclude each other'],
    ['less than a minute', { command: 'pause', for: '59s' }, 'for "59s": a duration from 1m to 30d'],
    ['a time in quotes', { command: 'pause', untilMs: String(GIVEN) }, 'without quotes'],
  ])('counts as not understood with %s', (_what, detail, problem) => {
    expect(control(detail)).toMatchObject({
      kind: 'not-understood',
      problem: expect.stringContaining(problem),
    });
  });

  it('names what is declared, or that nothing is, if its part does not exist', () => {
    const two = configured({ components: { web: {}, db: {} } });
    const exclude = controlEvent({ command: 'exclude', component: 'wbe' });
    expect(parseSignal(exclude, two, NOON)).toEqual({
      kind: 'not-understood',
      problem: 'component wbe: there is no such name; declared: web, db',
    });
    expect(parseSignal(controlEvent({ command: 'pause', group: 'front' }), two, NOON)).toEqual({
      kind: 'not-understood',
      problem: 'group front: there is no such name; declared: none',
    });
  });

  it('is not understood from long ago, and accepted from a clock that is ahead', () => {
    const event = controlEvent({ command: 'pause', reason: 'release night' });
    const at = (time: string) => parse({ ...event, time });
    expect(at('1969-12-31T23:59:59Z')).toEqual({
      kind: 'not-understood',
      problem: 'time 1969-12-31T23:59:59.000Z is more than 14 days ago; correct the sender’s clock',
    });
    expect(at('2036-01-01T00:00:00Z')).toMatchObject({
      kind: 'control',
      control: { command: 'pause', givenAtMs: NOON + 60_000 },
    });
  });
});
