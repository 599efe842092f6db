import { expect, it } from 'vitest';
import { needsPerson, type Outlook } from '../../../../functions/core/issue/outlook.ts';

it.each<[Outlook, boolean]>([
  [{ kind: 'none' }, true],
  [{ kind: 'refused', refusal: { reason: 'COOLDOWN', detail: '' } }, false],
  [{ kind: 'refused', refusal: { reason: 'ATTEMPTS_SPENT', detail: '' } }, true],
  [{ kind: 'admitted', strategyId: 'restart', mode: 'auto' }, false],
  [{ kind: 'admitted', strategyId: 'restart', mode: 'propose' }, false],
  [{ kind: 'admitted', strategyId: 'restart', mode: 'observe' }, true],
  [{ kind: 'in-flight', operationId: 'op', strategyId: 'restart' }, false],
  [{ kind: 'proposed', proposalId: 'op', expiresAtMs: 1 }, false],
])('an issue with the outlook %j stays until a person acts: %s', (outlook, expected) => {
  expect(needsPerson(outlook)).toBe(expected);
});
