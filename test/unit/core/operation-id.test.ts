import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  operationIdOf,
  operationOfExecution,
  undoExecutionName,
} from '../../../functions/core/operation/operation-id.ts';
import { alertOf, NOON } from '../../factories/operations/admissions.ts';

describe('an operation’s id', () => {
  it('stays the same for the same signal, whatever else its event says', () => {
    expect(operationIdOf(alertOf('web'))).toMatch(/^20261122T133000Z-[0-9a-f]{12}$/);
    expect(operationIdOf(alertOf('web', { reason: 'again', current: 99 }))).toBe(
      operationIdOf(alertOf('web')),
    );
  });

  it('differs by component and by signal', () => {
    const ids = [alertOf('web'), alertOf('db'), alertOf('web', { signalId: 'other' })].map(operationIdOf);
    expect(new Set(ids).size).toBe(3);
  });

  it('sorts by time, and is safe as an execution’s name (invariant 9)', () => {
    const time = fc.integer({ min: 0, max: 4_102_444_800 });
    fc.assert(
      fc.property(time, time, fc.string(), (first, second, signalId) => {
        const idAt = (seconds: number) =>
          operationIdOf(alertOf('web', { signalId, occurredAtMs: seconds * 1_000 }));
        expect(idAt(first)).toMatch(/^[A-Za-z0-9-]{8,75}$/);
        expect(Math.sign(idAt(first).localeCompare(idAt(second)))).toBe(Math.sign(first - second));
      }),
    );
  });

  it('can be read from the names of both its executions', () => {
    const operationId = operationIdOf(alertOf('web', { occurredAtMs: NOON }));
    expect(operationOfExecution(operationId)).toEqual({ operationId, undo: false });
    expect(operationOfExecution(undoExecutionName(operationId))).toEqual({ operationId, undo: true });
  });
});
