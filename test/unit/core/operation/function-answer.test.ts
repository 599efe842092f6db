import { describe, expect, it } from 'vitest';
import { functionOutcome } from '../../../../functions/core/operation/function-answer.ts';

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

  it('counts as a failure if its undo needs more than a record can hold', () => {
    const { outcome, detail, undo } = functionOutcome('f', { outcome: 'succeeded', undo: 'ä'.repeat(2_048) });
    expect([outcome, undo]).toEqual(['FAILED', undefined]);
    expect(detail).toContain('its `undo` has 4098 bytes, and 4096 are kept at most');
    expect(functionOutcome('f', { outcome: 'succeeded', undo: 'ä'.repeat(2_047) }).outcome).toBe('SUCCEEDED');
  });
});
