import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { configured, NODE } from '../../factories/configuration.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { NOON } from '../../factories/operations/admissions.ts';

const parse = (event: unknown) => parseSignal(event, configured(), NOON);

describe('a Selfheal Signal', () => {
  it('becomes an alert, critical and about all targets unless it says otherwise', () => {
    expect(parse(signalEvent({ component: 'web', metric: 'quorum' }))).toStrictEqual({
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

  it('is an alert, too, if it says so', () => {
    const fields = { component: 'web', metric: 'quorum' };
    expect(parse(signalEvent({ ...fields, kind: 'alert' }))).toStrictEqual(parse(signalEvent(fields)));
  });

  it('may name its own identity, so that a monitor that repeats itself counts once', () => {
    const alert = parse(signalEvent({ component: 'web', metric: 'quorum', signalId: 'outage:7' }));
    expect(alert).toMatchObject({ alert: { signalId: 'outage:7' } });
  });

  it.each([
    ['longer than 200 characters', 'x'.repeat(201)],
    ['with a space', 'alert #12'],
    ['with a line break', 'a\nb'],
    ['empty', ''],
  ])('counts as the same signal each time with an identity %s', (_, signalId) => {
    const idOf = (id: string) => {
      const parsed = parse(signalEvent({ component: 'web', metric: 'quorum', signalId: id }));
      return parsed.kind === 'alert' ? parsed.alert.signalId : undefined;
    };
    expect(idOf(signalId)).toMatch(/^[0-9a-f]{64}$/);
    expect(idOf(signalId)).toBe(idOf(signalId));
    expect(idOf(signalId)).not.toBe(idOf(`${signalId}!`));
  });

  it('may have a number for its identity', () => {
    const alert = parse(signalEvent({ component: 'web', metric: 'quorum', signalId: 4711 }));
    expect(alert).toMatchObject({ alert: { signalId: '4711' } });
  });

  it('may name the strategy and the targets if it comes from a person', () => {
    const detail = { component: 'web', metric: 'manual', origin: 'manual', strategy: 'restart' };
    expect(parse(signalEvent({ ...detail, targets: [NODE] }))).toMatchObject({
      alert: { origin: 'manual', strategyId: 'restart', targets: [NODE] },
    });
  });

  it('may lift an isolation by the strategy for that, and by no other', () => {
    const detail = { component: 'web', metric: 'isolation_limit', lifts: 'an-operation' };
    expect(parse(signalEvent({ ...detail, strategy: 'lift-isolation' }))).toMatchObject({
      alert: { lifts: 'an-operation', strategyId: 'lift-isolation' },
    });
    expect(parse(signalEvent({ ...detail, strategy: 'restart' }))).toEqual({
      kind: 'not-understood',
      problem: 'lifts: only beside `strategy: lift-isolation`; leave it out',
    });
  });

  it('may name as many targets as a component, and no more', () => {
    const of = (count: number) =>
      Array.from({ length: count }, (_, i) => `i-${i.toString(16).padStart(17, '0')}`);
    const named = (count: number) =>
      parse(signalEvent({ component: 'web', metric: 'quorum', targets: of(count) }));
    expect(named(1_000)).toMatchObject({ kind: 'alert', alert: { targets: of(1_000) } });
    expect(named(1_001)).toEqual({
      kind: 'not-understood',
      problem: 'targets a list: 1000 instance ids at most',
    });
  });

  it('reports a recovery if that is its kind', () => {
    expect(parse(signalEvent({ component: 'web', metric: 'quorum', kind: 'recovery' }))).toMatchObject({
      kind: 'recovery',
      recovery: { component: 'web', metric: 'quorum' },
    });
  });

  it('names a component that is not configured', () => {
    expect(parse(signalEvent({ component: 'db', metric: 'quorum' }))).toEqual({
      kind: 'unknown-component',
      name: 'db',
    });
  });

  it.each([
    ['a shell command for a component', { component: 'web; rm -rf /', metric: 'quorum' }],
    ['a shell command for a target', { component: 'web', metric: 'quorum', targets: ['$(reboot)'] }],
    ['a wildcard for a target', { component: 'web', metric: 'quorum', targets: ['*'] }],
    ['a list for its id', { component: 'web', metric: 'quorum', signalId: ['a'] }],
    ['a misspelt key', { component: 'web', metric: 'quorum', severty: 'INFO' }],
    ['an origin that only alarms have', { component: 'web', metric: 'quorum', origin: 'alarm' }],
    [
      'a lift by another strategy, which the group would not hold back',
      { component: 'web', metric: 'isolation', strategy: 'restart', lifts: 'an-operation' },
    ],
    ['a lift by no strategy', { component: 'web', metric: 'isolation', lifts: 'an-operation' }],
    ['a suggestion that nobody knows', { component: 'web', metric: 'quorum', suggestedAction: 'pray' }],
    ['an empty name of a strategy', { component: 'web', metric: 'quorum', strategy: '' }],
    ['a target that is null', { component: 'web', metric: 'quorum', targets: [null] }],
    ['a component that is null', { component: null, metric: 'quorum' }],
  ])('counts as not understood with %s (invariant 9: what an event says is validated)', (_what, detail) => {
    expect(parse(signalEvent(detail))).toMatchObject({ kind: 'not-understood' });
  });
});

describe('a text for people in a Selfheal Signal', () => {
  const alertWith = (fields: object) => {
    const parsed = parse(signalEvent({ component: 'web', metric: 'quorum', ...fields }));
    if (parsed.kind !== 'alert') throw new Error(`not an alert: ${JSON.stringify(parsed).slice(0, 500)}`);
    return parsed.alert;
  };

  it('is shortened to what a record keeps, and is never a reason to drop the signal', () => {
    expect(alertWith({ reason: 'x'.repeat(300) }).reason).toBe('x'.repeat(300));
    expect(alertWith({ reason: 'x'.repeat(301) }).reason).toBe(`${'x'.repeat(299)}…`);
    expect(alertWith({ reason: 'x'.repeat(250_000) }).reason).toHaveLength(300);
    expect(alertWith({ errorType: 'e'.repeat(129) }).errorType).toBe(`${'e'.repeat(127)}…`);
  });

  it('is no reason to drop the signal where it names an alarm or a page, either', () => {
    expect(alertWith({ alarmName: '' })).not.toHaveProperty('alarmName');
    expect(alertWith({ alarmName: 'a'.repeat(256) }).alarmName).toBe(`${'a'.repeat(254)}…`);
    expect(alertWith({ link: `https://a.example/${'q'.repeat(4_078)}` }).link).toHaveLength(4_096);
    expect(alertWith({ link: `https://a.example/${'q'.repeat(4_079)}` })).not.toHaveProperty('link');
  });

  it('becomes one line of whole characters', () => {
    expect(alertWith({ reason: 'Traceback:\r\n\tline 1\u0000' }).reason).toBe('Traceback: line 1 ');
    expect(alertWith({ reason: 'half \ud83d a face' }).reason).toBe('half \ufffd a face');
    expect(alertWith({ reason: `${'x'.repeat(298)}😀 and more` }).reason).toBe(`${'x'.repeat(298)}…`);
  });

  it('may be whatever a monitor writes there', () => {
    expect(alertWith({ reason: 503 }).reason).toBe('503');
    expect(alertWith({ reason: { status: 503 } }).reason).toBe('{"status":503}');
    expect(alertWith({ errorType: ['Timeout'] }).errorType).toBe('["Timeout"]');
    expect(alertWith({ errorType: '' })).not.toHaveProperty('errorType');
  });

  it('stays short, well-formed and on one line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 900 }), fc.jsonValue()), (reason) => {
        const text = alertWith({ reason }).reason;
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('a figure in a Selfheal Signal', () => {
  const figureOf = (current: unknown) => {
    const parsed = parse(signalEvent({ component: 'web', metric: 'quorum', current }));
    return parsed.kind === 'alert' ? parsed.alert.current : parsed;
  };

  it.each([
    [95.5, 95.5],
    ['95', 95],
    [' 1e3 ', 1_000],
    ['-.5', -0.5],
    [2 ** 64, 2 ** 64],
    ['18446744073709551615', 2 ** 64],
    [5e-324, 0],
  ])('may be a number in quotes or without: %o', (written, figure) => {
    expect(figureOf(written)).toBe(figure);
  });

  it.each(['NaN', '+Inf', '', '95%', 'n/a', '0x10', '1,000', true, [95], { value: 95 }, 1e300, '1e999'])(
    'is left out if it is not a number, without dropping the signal: %o',
    (written) => {
      expect(figureOf(written)).toBeUndefined();
    },
  );
});

describe('a link in a Selfheal Signal', () => {
  const linkOf = (link: unknown) => {
    const parsed = parse(signalEvent({ component: 'web', metric: 'quorum', link }));
    if (parsed.kind !== 'alert') throw new Error(JSON.stringify(parsed));
    return parsed.alert;
  };

  it('is kept if it is an address that a browser opens by itself', () => {
    expect(linkOf('https://grafana.example/d/1').link).toBe('https://grafana.example/d/1');
  });

  it.each([
    'http://a.example',
    'see https://a.example',
    'https://a.example now',
    'https://',
    'javascript:1',
    7,
  ])('is left out otherwise: %j', (link) => {
    expect(linkOf(link)).not.toHaveProperty('link');
  });
});

it('half a character in a name of a Selfheal Signal is replaced, as no store accepts it', () => {
  const named = { strategy: 're\ud83dstart', alarmName: 'half \ud83d' };
  expect(parse(signalEvent({ component: 'web', metric: 'quorum', ...named }, 'id \ud83d'))).toMatchObject({
    alert: { strategyId: 're\ufffdstart', alarmName: 'half \ufffd', signalId: 'id \ufffd' },
  });
});

it('a field of a Selfheal Signal that is null is absent', () => {
  const everything = {
    ...{ kind: null, severity: null, origin: null, reason: null, signalId: null, current: null },
    ...{ threshold: null, baseline: null, errorType: null, suggestedAction: null, strategy: null },
    ...{ alarmName: null, targets: null },
  };
  const bare = signalEvent({ component: 'web', metric: 'quorum' });
  expect(parse(signalEvent({ ...bare.detail, ...everything }))).toEqual(parse(bare));
});

describe('a Selfheal Signal that is not understood', () => {
  it.each([
    ['another severity', { severity: 'critical' }, 'severity "critical": one of INFO, WARNING, CRITICAL'],
    ['another kind', { kind: 'alarm' }, 'kind "alarm": one of alert, recovery'],
    [
      'another suggestion',
      { suggestedAction: 'pray' },
      'suggestedAction "pray": one of restart, isolate, rollback',
    ],
    ['a list for an id', { signalId: ['a'] }, 'signalId a list: a text'],
    ['a number for a strategy', { strategy: 7 }, 'strategy 7: a text'],
    ['no strategy', { strategy: '' }, 'strategy "": a text that is not empty'],
    ['a long name of a strategy', { strategy: 'x'.repeat(256) }, '255 characters at most'],
    ['null among texts', { targets: [null] }, 'targets.0 null: a text'],
    ['a text for a list', { targets: NODE }, `targets "${NODE}": a list of instance ids`],
    ['nothing for a metric', { metric: undefined }, 'metric missing: '],
    ['a field that there is not', { severty: 'INFO' }, '"severty": no such field; remove it, or use one of '],
  ])('names field, value and what is allowed: %s', (_what, fields, problem) => {
    expect(parse(signalEvent({ component: 'web', metric: 'quorum', ...fields }))).toMatchObject({
      kind: 'not-understood',
      problem: expect.stringContaining(problem),
    });
  });

  it('may be nested as deeply as an event can be', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown;
    for (const fields of [{ severity: deep }, { labels: deep }, { targets: deep }])
      expect(parse(signalEvent({ component: 'web', metric: 'quorum', ...fields }))).toMatchObject({
        kind: 'not-understood',
      });
    for (const fields of [{ reason: deep }, { current: deep }])
      expect(parse(signalEvent({ component: 'web', metric: 'quorum', ...fields }))).toMatchObject({
        kind: 'alert',
      });
  });
});

describe('a signal’s time that cannot be right', () => {
  const at = (event: object, time: string) => parse({ ...event, time });
  const signal = signalEvent({ component: 'web', metric: 'quorum' });

  it('may be given in any zone', () => {
    expect(at(signal, '2026-11-22T15:00:00+01:30')).toMatchObject({ alert: { occurredAtMs: NOON } });
  });

  it.each(['1969-12-31T23:59:59Z', '2026-11-01T00:00:00Z', '2026-11-22T13:46:00Z'])(
    'a signal with an impossible time is not understood: %s',
    (time) => {
      expect(at(signal, time)).toMatchObject({
        kind: 'not-understood',
        problem: expect.stringMatching(/^time /),
      });
    },
  );
});
