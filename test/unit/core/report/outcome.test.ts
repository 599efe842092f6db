import { expect, it } from 'vitest';
import { outcomeOf } from '../../../../functions/core/report/outcome.ts';
import { ranOperation } from '../../../factories/report/records.ts';

it.each([
  ['COMPLETED', 'SUCCESS'],
  ['FAILED', 'FAILED'],
  ['HEALING', 'RUNNING'],
] as const)('counts an operation that is %s, and without a result on record, as %s', (state, outcome) => {
  const { result, ...rest } = ranOperation({ component: 'web', raised: 0, ended: 60, result: 'SUCCESS' });
  expect(result).toBe('SUCCESS');
  expect(outcomeOf({ ...rest, state })).toBe(outcome);
});
