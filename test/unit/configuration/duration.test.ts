import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DURATION,
  durationSeconds,
  formatDuration,
  parseDurationSeconds,
} from '../../../functions/core/configuration/duration.ts';
import { meantDuration } from '../../../functions/core/configuration/meant-duration.ts';

const seconds = fc.integer({ min: 0, max: 9_999_999 });

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['30s', 30],
    ['5m', 300],
    ['2h', 7_200],
    ['1d', 86_400],
    ['1h30m', 5_400],
    ['1d12h', 129_600],
    ['1m0s', 60],
    ['1d1h1m1s', 90_061],
  ])('%s is %i seconds', (text, expected) => {
    expect(parseDurationSeconds(text)).toBe(expected);
  });

  it.each(['', '5', 's', '-5s', '1.5m', '05s', '5 m', '5M', '30m1h', '1h 30m', '1h30', '1m1m', '99999999s'])(
    'cannot be written %j',
    (text) => {
      expect(parseDurationSeconds(text)).toBeUndefined();
    },
  );

  it.each([
    ['5 min', '5m'],
    ['5 minutes', '5m'],
    ['5M', '5m'],
    ['1.5m', '90s'],
    ['1,5 h', '90m'],
    ['1h 30m', '90m'],
    ['1 hour and 30 minutes', '90m'],
    ['30m1h', '90m'],
    ['90 Sec', '90s'],
    ['500ms', '1s'],
    ['0.1m', '6s'],
    ['2w', '14d'],
    ['PT5M', '5m'],
    ['PT1H30M', '90m'],
    ['P1D', '1d'],
    ['P1DT12H', '36h'],
    ['PT0.5S', '1s'],
    ['00:05:00', '5m'],
    ['300', '5m'],
    [' 5 min ', '5m'],
    ['P10D', '10d'],
    ['P1.5D', '36h'],
    ['P0,25D', '6h'],
    ['P1.25D', '30h'],
    ['1.25m', '75s'],
    ['01:00:30', '3630s'],
    ['1s, 2s and 3s + 4s', '10s'],
    [1.5, '2s'],
    [0, '0s'],
  ])('is suggested for %j: %s', (written, meant) => {
    expect(meantDuration(written)).toBe(meant);
  });

  it.each([
    '',
    'soon',
    '-5m',
    'P1M',
    'PT',
    'P',
    '5 apples',
    'm5',
    'a P1D',
    'P1DT5M or so',
    'P1D or so',
    'at 00:05:00',
    '00:05:00 or so',
    '00:60:00',
    '1h & 3m',
    null,
    true,
    ['5m'],
    -1,
    Number.NaN,
  ])('is not suggested for %j', (written) => {
    expect(meantDuration(written)).toBeUndefined();
  });

  it('leaves a correctly written duration unchanged', () => {
    const text = fc.stringMatching(/^(\d{1,3}d)?(\d{1,3}h)?(\d{1,3}m)?(\d{1,3}s)?$/);
    fc.assert(
      fc.property(text, (written) => {
        const parsed = parseDurationSeconds(written);
        if (parsed !== undefined) expect(meantDuration(written)).toBe(formatDuration(parsed));
      }),
    );
  });

  it('survives being written and read', () => {
    fc.assert(
      fc.property(seconds, (amount) => {
        expect(parseDurationSeconds(formatDuration(amount))).toBe(amount);
      }),
    );
  });

  it('means the same as a number and as a text', () => {
    const schema = durationSeconds({ min: 0, max: 9_999_999 });
    fc.assert(
      fc.property(seconds, (amount) => {
        expect(schema.parse(amount)).toBe(schema.parse(formatDuration(amount)));
      }),
    );
  });

  it.each([
    [59, 'a duration from 1m to 1h'],
    ['59s', 'a duration from 1m to 1h'],
    [3_601, 'a duration from 1m to 1h'],
    [60.5, DURATION],
    ['60', DURATION],
    [true, DURATION],
  ])('is refused with what is expected instead: %j', (written, expected) => {
    const { error } = durationSeconds({ min: 60, max: 3_600 }).safeParse(written);
    expect(error?.issues.map(({ message }) => message)).toEqual([expected]);
  });

  it('is accepted exactly within its limits', () => {
    fc.assert(
      fc.property(seconds, seconds, seconds, (min, max, amount) => {
        const isAccepted = durationSeconds({ min, max }).safeParse(amount).success;
        expect(isAccepted).toBe(min <= amount && amount <= max);
      }),
    );
  });
});
