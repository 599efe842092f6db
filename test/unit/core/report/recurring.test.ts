import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../../functions/core/report/report.ts';
import { momentAt, type Ran, ranOperation, recordsOf } from '../../../factories/report/records.ts';

const DAY = 86_400;
const healedOn = (day: number, more: Partial<Ran> = {}) =>
  ranOperation({ component: 'payments', raised: day * DAY, ended: day * DAY + 60, ...more });
const recurring = (...operations: readonly ReturnType<typeof healedOn>[]) =>
  reportOf(recordsOf({ operations }, 30 * 24)).recurring;

describe('recurring faults', () => {
  it('include those that came three times within a week, with what was tried', () => {
    expect(recurring(healedOn(1), healedOn(3, { strategyId: 'scale' }), healedOn(7.9))).toEqual([
      {
        ...{ component: 'payments', cause: 'memory exhaustion', count: 3, strategyIds: ['restart', 'scale'] },
        ...{ firstBeganAtMs: momentAt(DAY), lastBeganAtMs: momentAt(7.9 * DAY) },
      },
    ]);
  });

  it('exclude those that came less often, or on other components, or for other causes', () => {
    expect(recurring(healedOn(1), healedOn(3), healedOn(8))).toEqual([]);
    expect(recurring(healedOn(1), healedOn(2, { component: 'cart' }), healedOn(3))).toEqual([]);
    expect(recurring(healedOn(1), healedOn(2, { cause: 'disk full' }), healedOn(3))).toEqual([]);
  });

  it('count those of the latest week, where two were equally full', () => {
    const [fault] = recurring(...[1, 2, 3, 15, 16, 17].map((day) => healedOn(day)));
    expect(fault).toMatchObject({ count: 3, firstBeganAtMs: momentAt(15 * DAY) });
  });

  it('count those of the fullest week, and of the latest such week', () => {
    const [fault] = recurring(...[1, 2, 3, 15, 16, 17, 18].map((day) => healedOn(day)));
    expect(fault).toMatchObject({ count: 4, firstBeganAtMs: momentAt(15 * DAY) });
  });
});
