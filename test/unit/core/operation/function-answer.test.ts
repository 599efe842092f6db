import { describe, expect, it } from 'vitest';
import { functionOutcome, lookOutcome } from '../../../../functions/core/operation/function-answer.ts';

describe('the answer of a user’s function', () => {
  it('counts as a success, and keeps what its undo needs', () => {
    const answer = { outcome: 'succeeded', detail: 'moved to v41', undo: { version: 'v42' } };
    expect(functionOutcome('f', answer)).toEqual({
      outcome: 'SUCCEEDED',
      detail: 'f succeeded: moved to v41',
      undo: '{"version":"v42"}',
    });
  });

  it('counts as a success where there was nothing to do', () => {
    expect(functionOutcome('f', { outcome: 'nothing_to_do', undo: null })).toEqual({
      outcome: 'SUCCEEDED',
      detail: 'f nothing to do',
    });
  });

  it('counts as a failure in its own words, and may still be undone', () => {
    expect(functionOutcome('f', { outcome: 'failed', detail: 'half done', undo: 'x' })).toEqual({
      outcome: 'FAILED',
      detail: 'f failed: half done',
      undo: '"x"',
    });
  });

  it.each([undefined, null, 'ok', true, {}, { outcome: 'SUCCEEDED' }, { statusCode: 200 }, []])(
    'counts as a failure if it is %j',
    (payload) => {
      const { outcome, detail } = functionOutcome('f', payload);
      expect(outcome).toBe('FAILED');
      expect(detail).toContain('did not answer {"outcome"');
    },
  );

  it('says what was not understood, as far as a record should hold it', () => {
    const asked = 'f did not answer {"outcome": "succeeded" | "nothing_to_do" | "failed" | "running"}, but';
    expect(functionOutcome('f', undefined).detail).toBe(`${asked} nothing`);
    expect(functionOutcome('f', 'x'.repeat(200)).detail).toBe(`${asked} "${'x'.repeat(99)}`);
    expect(functionOutcome('f', { outcome: 'cancelled' }).detail).toBe(`${asked} {"outcome":"cancelled"}`);
  });

  it('goes on under the name that it gives to what it has started', () => {
    expect(functionOutcome('f', { outcome: 'running', reference: 'build-17' })).toStrictEqual({
      ...{ detail: 'f is still running', reference: 'build-17' },
    });
  });

  it('counts as a failure if its undo needs more than a record can hold', () => {
    const { outcome, detail, undo } = functionOutcome('f', { outcome: 'succeeded', undo: 'ä'.repeat(2_048) });
    expect([outcome, undo]).toEqual(['FAILED', undefined]);
    expect(detail).toContain('its `undo` has 4098 bytes, and 4096 are kept at most');
    expect(functionOutcome('f', { outcome: 'succeeded', undo: 'ä'.repeat(2_047) }).outcome).toBe('SUCCEEDED');
  });
});

describe('the answer of a function that is asked how far it has come', () => {
  it.each([
    [{ outcome: 'succeeded' }, { outcome: 'SUCCEEDED', detail: 'f succeeded' }],
    [
      { outcome: 'cancelled', detail: 'by ada' },
      { outcome: 'CANCELLED', detail: 'f cancelled: by ada' },
    ],
    [{ outcome: 'unknown' }, { outcome: 'UNKNOWN', detail: 'f does not know what it was asked for' }],
    [{ outcome: 'running' }, { detail: 'f is still running' }],
    [{ outcome: 'odd' }, { detail: 'f did not say how far it has come, but {"outcome":"odd"}' }],
    [undefined, { detail: 'f did not say how far it has come, but nothing' }],
  ])('means, by %j, %j', (payload, outcome) => {
    expect(lookOutcome('f', payload)).toStrictEqual(outcome);
  });

  it('keeps going though it asks for more to be kept than a record can hold', () => {
    const answer = { outcome: 'running', undo: 'x'.repeat(5_000), reference: 'build-17' };
    expect(lookOutcome('f', answer)).toStrictEqual({
      detail: 'f is still running; its `undo` has 5002 bytes, and 4096 are kept at most',
      reference: 'build-17',
    });
  });
});
