import { expect, it } from 'vitest';
import { capacityProblem } from '../../../../functions/core/target/scaling-group.ts';

it.each([
  [2, undefined],
  [5, undefined],
  [1, 'the group allows 2 to 5 instances, and 1 were to be set'],
  [6, 'the group allows 2 to 5 instances, and 6 were to be set'],
])('a group of 2 to 5 instances may be set to %i as far as it allows: %s', (count, problem) => {
  expect(capacityProblem({ minimum: 2, maximum: 5 }, count)).toBe(problem);
});
