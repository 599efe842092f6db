import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationSeconds,
  formatDuration,
  parseDurationSeconds,
} from '../../../functions/core/configuration/duration.ts';

const seconds = fc.integer({ min: 0, max: 9_999_999 });

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['30s', 30],
    ['5m', 300],
    ['2h', 7_200],
    ['1d', 86_400],
  ])('%s is %i seconds', (text, expected) => {
    expect(parseDurationSeconds(text)).toBe(expected);
  });

  it.each(['', '5', 's', '-5s', '1.5m', '05s', '5 m', '5M', '1h30m', '99999999s'])(
    'is not written %j',
    (text) => {
      expect(parseDurationSeconds(text)).toBeUndefined();
    },
  );

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

  it('is accepted exactly within its limits', () => {
    fc.assert(
      fc.property(seconds, seconds, seconds, (min, max, amount) => {
        const isAccepted = durationSeconds({ min, max }).safeParse(amount).success;
        expect(isAccepted).toBe(min <= amount && amount <= max);
      }),
    );
  });
});
