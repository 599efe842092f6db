import { describe, expect, it } from 'vitest';
import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { NOON } from '../../factories/admissions.ts';
import { configured, NODE } from '../../factories/configuration.ts';
import { controlEvent, signalEvent } from '../../factories/selfheal-event.ts';

const parse = (event: unknown) => parseSignal(event, configured(), NOON);

describe('a Selfheal Signal', () => {
  it('is an alert, critical and about all targets unless it says otherwise', () => {
    expect(parse(signalEvent({ component: 'web', metric: 'quorum' }))).toEqual({
      kind: 'alert',
      alert: {
        signalId: 'event-1',
        origin: 'monitor',
        component: 'web',
        metric: 'quorum',
        severity: 'CRITICAL',
        occurredAtMs: Date.parse('2026-11-22T13:30:00Z'),
        reason: 'monitor signal on quorum',
        targets: [],
      },
    });
  });

  it('may name its own identity, so that a monitor that repeats itself is heard once', () => {
    const alert = parse(signalEvent({ component: 'web', metric: 'quorum', signalId: 'outage:7' }));
    expect(alert).toMatchObject({ alert: { signalId: 'outage:7' } });
  });

  it('of a person may name the strategy and the targets', () => {
    const detail = { component: 'web', metric: 'manual', origin: 'manual', strategy: 'restart' };
    expect(parse(signalEvent({ ...detail, targets: [NODE] }))).toMatchObject({
      alert: { origin: 'manual', strategyId: 'restart', targets: [NODE] },
    });
  });

  it('of a recovery is one', () => {
    expect(parse(signalEvent({ component: 'web', metric: 'quorum', kind: 'recovery' }))).toMatchObject({
      kind: 'recovery',
      recovery: { component: 'web', metric: 'quorum' },
    });
  });

  it('about a component that is not configured names it', () => {
    expect(parse(signalEvent({ component: 'db', metric: 'quorum' }))).toEqual({
      kind: 'unknown-component',
      name: 'db',
    });
  });

  it.each([
    ['a shell command for a component', { component: 'web; rm -rf /', metric: 'quorum' }],
    ['a shell command for a target', { component: 'web', metric: 'quorum', targets: ['$(reboot)'] }],
    ['a wildcard for a target', { component: 'web', metric: 'quorum', targets: ['*'] }],
    ['a line break in its id', { component: 'web', metric: 'quorum', signalId: 'a\nb' }],
    ['a misspelt key', { component: 'web', metric: 'quorum', severty: 'INFO' }],
    ['an origin that only alarms have', { component: 'web', metric: 'quorum', origin: 'alarm' }],
    ['an endless reason', { component: 'web', metric: 'quorum', reason: 'x'.repeat(301) }],
  ])('with %s is not understood (invariant 9: what an event says is validated)', (_what, detail) => {
    expect(parse(signalEvent(detail))).toMatchObject({ kind: 'not-understood' });
  });
});

describe('a Selfheal Control', () => {
  it.each(['pause', 'resume'])('says %s, and why', (command) => {
    expect(parse(controlEvent({ command, reason: 'release night' }))).toEqual({
      kind: 'control',
      command,
      reason: 'release night',
      givenAtMs: Date.parse('2026-11-22T13:30:00Z'),
    });
  });

  it('without a reason is not understood', () => {
    expect(parse(controlEvent({ command: 'pause' }))).toMatchObject({ kind: 'not-understood' });
  });
});

describe('a time that can’t be true', () => {
  const at = (event: object, time: string) => parse({ ...event, time });
  const signal = signalEvent({ component: 'web', metric: 'quorum' });
  const pause = controlEvent({ command: 'pause', reason: 'release night' });

  it.each(['1969-12-31T23:59:59Z', '2026-11-01T00:00:00Z', '2026-11-22T13:46:00Z'])(
    'of a signal is not understood: %s',
    (time) => {
      expect(at(signal, time)).toMatchObject({
        kind: 'not-understood',
        problem: expect.stringMatching(/^time /),
      });
    },
  );

  it('of a word to pause is not understood when it is long ago, and taken from a clock that is ahead', () => {
    expect(at(pause, '1969-12-31T23:59:59Z')).toMatchObject({ kind: 'not-understood' });
    expect(at(pause, '2036-01-01T00:00:00Z')).toMatchObject({ kind: 'control', command: 'pause' });
  });
});
