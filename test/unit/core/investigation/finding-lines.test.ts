import { describe, expect, it } from 'vitest';
import {
  changeLine,
  countedLine,
  readChangeLine,
  readCountedLine,
} from '../../../../functions/core/investigation/finding-lines.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

describe('a line of what was found', () => {
  it('says how often something was found, and is read back', () => {
    const found = { count: 128, text: 'pool (of 5) exhausted (twice)' };
    for (const where of ['first at 2026-11-22T13:21:07Z, /web', 'trace 1-5f'] as const) {
      const line = countedLine(found, where);
      expect(line).toBe(`128 × pool (of 5) exhausted (twice) (${where})`);
      expect(readCountedLine(line)).toEqual(found);
    }
  });

  it.each([
    'and 3 more, which are rarer',
    '× text (trace 1)',
    '2 × text',
    '2 × text (seen 1)',
    'a 2 × b (trace 1)',
  ])('of another form counts nothing: %s', (line) => {
    expect(readCountedLine(line)).toBeUndefined();
  });

  it('says who changed what, and whether that was refused, and is read back', () => {
    const call = {
      atMs: NOON + 4_500,
      name: 'UpdateService',
      service: 'ecs.amazonaws.com',
      principal: 'role deploy',
    };
    const text = 'UpdateService (ecs.amazonaws.com) on orders by role deploy';
    expect(changeLine(call, 'orders')).toBe(`2026-11-22T13:30:04Z ${text}`);
    expect(readChangeLine(changeLine(call, 'orders'))).toEqual({ at: '2026-11-22T13:30:04Z', text });
    expect(changeLine({ ...call, error: 'AccessDenied' }, 'orders')).toBe(
      `2026-11-22T13:30:04Z ${text}, refused: AccessDenied`,
    );
  });

  it.each([
    '2026-11-22 UpdateService by me',
    '2026-11-22T13:30:04Z nobody',
    'at 2026-11-22T13:30:04Z a by b',
  ])('of another form names no change: %s', (line) => {
    expect(readChangeLine(line)).toBeUndefined();
  });
});
