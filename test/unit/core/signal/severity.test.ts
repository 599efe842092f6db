import { describe, expect, it } from 'vitest';
import { leastSevere } from '../../../../functions/core/signal/severity.ts';

describe('the less severe of two severities', () => {
  it.each([
    ['INFO', 'WARNING'],
    ['INFO', 'CRITICAL'],
    ['WARNING', 'CRITICAL'],
  ] as const)('is %s beside %s, in either order', (less, more) => {
    expect(leastSevere(less, more)).toBe(less);
    expect(leastSevere(more, less)).toBe(less);
  });
});
