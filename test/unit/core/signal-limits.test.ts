import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventProblem } from '../../../functions/core/signal/event-problem.ts';
import { matchingStrategies } from '../../../functions/core/signal/match-strategy.ts';
import { parseSignal } from '../../../functions/core/signal/parse-signal.ts';
import { ageProblem, timeProblem } from '../../../functions/core/signal/parse-time.ts';
import { configured } from '../../factories/configuration.ts';
import { sampleEvent } from '../../factories/events/sample-event.ts';
import { signalEvent } from '../../factories/events/selfheal-event.ts';
import { alertOf, NOON } from '../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describe('the time that an event gives', () => {
  it('may be 15 minutes ahead, and not a millisecond more', () => {
    expect(timeProblem('time', NOON + 15 * MINUTE_MS, NOON)).toBeUndefined();
    expect(timeProblem('time', NOON + 15 * MINUTE_MS + 1, NOON)).toMatch(
      /^time 2026-11-22T13:45:00.001Z is more than 15 minutes from now/,
    );
  });

  it('may be 14 days old, as dead letters may, and not a millisecond more', () => {
    for (const problem of [timeProblem, ageProblem]) {
      expect(problem('time', NOON - 14 * DAY_MS, NOON)).toBeUndefined();
      expect(problem('time', NOON - 14 * DAY_MS - 1, NOON)).toMatch(/is more than 14 days ago/);
    }
  });

  it('may be from the future where only its age matters', () => {
    expect(ageProblem('time', NOON + DAY_MS, NOON)).toBeUndefined();
  });

  it('has to be a time', () => {
    expect(timeProblem('time', Number.NaN, NOON)).toMatch(/^time \(not a time\)/);
  });
});

describe('a heartbeat that the watchdog reports', () => {
  const { strategies } = configured({
    components: { web: {} },
    strategies: [{ id: 'by-metric', trigger: { metrics: ['heartbeat'] } }],
  });
  const answers = (fields: Parameters<typeof alertOf>[1]) =>
    matchingStrategies(strategies, alertOf('web', { origin: 'watchdog', metric: 'heartbeat', ...fields }))
      .length;

  it('finds a strategy by its metric when it is critical, or suggests an action', () => {
    expect(answers({ severity: 'CRITICAL' })).toBe(1);
    expect(answers({ severity: 'WARNING', suggestedAction: 'restart' })).toBe(1);
  });

  it('finds no strategy by its metric when it is only a first miss', () => {
    expect(answers({ severity: 'WARNING' })).toBe(0);
  });
});

describe('the problem of an event that is not understood', () => {
  const problemIn = (schema: z.ZodType, event: unknown, known?: readonly string[]) => {
    const { error } = schema.safeParse(event);
    if (!error) throw new Error('nothing is wrong');
    return eventProblem(error, event, known);
  };
  const strict = z.strictObject({ inner: z.strictObject({ a: z.string() }).optional() });

  it('names a field that does not exist, and those that do if it is one of the event’s own', () => {
    expect(problemIn(strict, { b: 1 })).toBe('"b": no such field; remove it');
    expect(problemIn(strict, { b: 1 }, ['inner', 'c'])).toBe(
      '"b": no such field; remove it, or use one of inner, c',
    );
    expect(problemIn(strict, { b: 1, c: 2 })).toBe('"b", "c": no such field; remove it');
    expect(problemIn(strict, { inner: { a: '', b: 1 } }, ['inner'])).toBe(
      '"b" in inner: no such field; remove it',
    );
  });

  it('names a value that is wrong, or says that it is missing', () => {
    expect(problemIn(strict, { inner: { a: 7 } })).toMatch(/^inner.a 7: /);
    expect(problemIn(strict, { inner: {} })).toMatch(/^inner.a missing: /);
    expect(problemIn(strict, { inner: [] })).toMatch(/^inner a list: /);
    expect(problemIn(strict, { inner: { a: {} } })).toBe('inner.a a mapping: a text');
    expect(problemIn(strict, null)).toMatch(/^detail null: a mapping$/);
  });

  it.each([
    [z.string().check(z.minLength(1)), '', 'a "": 1 character at least'],
    [z.string().check(z.minLength(2)), '', 'a "": 2 characters at least'],
    [z.string().check(z.maxLength(2)), 'abc', 'a "abc": 2 characters at most'],
    [z.string().check(z.minLength(1)), [], 'a a list: a text'],
    [z.array(z.string()).check(z.maxLength(1)), ['b', 'c'], 'a a list: 1 entry at most'],
    [z.array(z.string()).check(z.minLength(2)), [], 'a a list: 2 entries at least'],
    [z.number().max(2), 3, 'a 3: 2 at most'],
    [z.enum(['b', 'c']), 'd', 'a "d": one of b, c'],
    [z.iso.datetime(), 'noon', 'a "noon": a time such as 2026-11-30T12:00:00Z'],
    [z.string().check(z.regex(/b/, { error: 'a b' })), 'c', 'a "c": a b'],
    [z.nonoptional(z.unknown()), undefined, 'a missing: a value'],
  ])('says in plain words what is allowed: %#', (schema, a, problem) => {
    expect(problemIn(z.object({ a: schema }), { a })).toBe(problem);
  });

  it('names each value that is wrong', () => {
    const two = z.strictObject({ a: z.string(), b: z.number() });
    expect(problemIn(two, { a: 7 })).toBe('a 7: a text; b missing: a number');
  });

  it('shows sixty characters of a value at most', () => {
    const shown = (length: number) => problemIn(z.strictObject({ a: z.number() }), { a: 'x'.repeat(length) });
    expect(shown(58)).toBe(`a "${'x'.repeat(58)}": a number`);
    expect(shown(59)).toBe(`a "${'x'.repeat(58)}…: a number`);
  });

  it('finds no field in a text, whatever properties a text has, and none in null', () => {
    const length = z.any().refine(() => false, { path: ['length'], message: 'wrong' });
    for (const a of ['abc', null])
      expect(problemIn(z.object({ a: length }), { a })).toBe('a.length missing: wrong');
  });
});

describe('the answer to an event that heals nothing', () => {
  const sources = { signals: ['my.monitor', 'my.pipeline'] };
  const configuration = configured({ settings: { sources }, components: { web: {} } });

  it('names a source and detail type that are not known', () => {
    const event = { ...signalEvent({}), 'detail-type': 'Selfheal Rumour' };
    expect(parseSignal(event, configuration, NOON)).toEqual({
      kind: 'not-understood',
      problem: 'source selfheal, detail-type Selfheal Rumour: not a known signal',
    });
  });

  it('names the sources that may send it', () => {
    const event = { ...signalEvent({ component: 'web', metric: 'memory' }), source: 'me' };
    expect(parseSignal(event, configuration, NOON)).toMatchObject({
      kind: 'unknown-source',
      problem: expect.stringMatching(
        / is accepted from (selfheal, )?my.monitor, my.pipeline(, selfheal)?; send it/,
      ),
    });
  });

  it('says that an alarm has no data', () => {
    const event = sampleEvent('metric-alarm-insufficient-data');
    const adopting = configured({
      components: { web: { alarms: { cpu: { adopt: 'ServerCpuTooHigh', metric: 'cpu' } } } },
    });
    expect(parseSignal(event, adopting, Date.parse(String(event['time'])))).toEqual({
      kind: 'ignored',
      detail: 'alarm ServerCpuTooHigh has no data: neither healthy nor unhealthy',
    });
  });
});

it('a recovery keeps the alarm that it is of, if it names one', () => {
  const configuration = configured({ components: { web: {} } });
  const recovery = (more: object) => {
    const detail = { component: 'web', metric: 'memory', kind: 'recovery', ...more };
    const parsed = parseSignal(signalEvent(detail), configuration, NOON);
    return parsed.kind === 'recovery' ? parsed.recovery : undefined;
  };
  expect(recovery({ alarmName: 'web-memory' })).toMatchObject({ alarmName: 'web-memory' });
  expect(recovery({})).not.toHaveProperty('alarmName');
  expect(recovery({ origin: 'manual' })).not.toHaveProperty('reporter');
});
