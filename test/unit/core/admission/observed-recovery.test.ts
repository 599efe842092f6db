import { describe, expect, it } from 'vitest';
import { withoutObserved } from '../../../../functions/core/admission/observed-recovery.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

const UNTIL = NOON + 90;
const observed = {
  ...{ operationId: 'op-2', strategyId: 'restart', untilMs: UNTIL, unrecovered: ['op-1', 'op-2'] },
  attemptsMs: { restart: [NOON - 900, NOON], other: [NOON + 50] },
  cooldownUntilMs: { restart: UNTIL + 300, other: UNTIL },
};
const ofFleet = {
  untilMs: { web: UNTIL, db: UNTIL },
  strategyCooldownUntilMs: { restart: UNTIL + 300, other: UNTIL },
};
const limits = limitsWith({ revision: 4, observed }, { revision: 6, observed: ofFleet });

describe('the recovery of a component whose repair was observed', () => {
  it('ends the operation, even if no record says when that began', () => {
    const untimed = limitsWith({ observed: { ...observed, attemptsMs: {} } });
    expect(withoutObserved(untimed, NOON).component.observed).toMatchObject({ unrecovered: [] });
  });

  it('ends the operation then, and has its cooldown begin then', () => {
    const after = withoutObserved(limits, NOON + 30);
    expect(after.component).toStrictEqual({
      ...limits.component,
      revision: 5,
      observed: {
        ...observed,
        untilMs: NOON + 30,
        cooldownUntilMs: { restart: NOON + 330, other: UNTIL },
        unrecovered: [],
      },
    });
    expect(after.fleet).toStrictEqual({
      ...limits.fleet,
      revision: 7,
      observed: {
        untilMs: { web: NOON + 30, db: UNTIL },
        strategyCooldownUntilMs: { restart: NOON + 330, other: UNTIL },
      },
    });
  });

  it('changes no time of one that would have ended before', () => {
    const after = withoutObserved(limits, UNTIL + 5);
    expect(after.component.observed).toEqual({ ...observed, unrecovered: [] });
    expect(after.fleet.observed).toEqual(ofFleet);
  });

  it('ends it at its very beginning, but not if it came before', () => {
    expect(withoutObserved(limits, NOON).component.observed?.untilMs).toBe(NOON);
    expect(withoutObserved(limits, NOON - 1)).toEqual(limits);
  });

  it('adds no cooldown where there is none, and nothing to a fleet that knows of none', () => {
    const alone = limitsWith({ observed: { ...observed, cooldownUntilMs: {} } });
    const after = withoutObserved(alone, NOON + 30);
    expect(after.component.observed?.cooldownUntilMs).toStrictEqual({});
    expect(after.fleet).toStrictEqual({ ...alone.fleet, revision: 1 });
  });

  it('leaves limits alone that know of none, or of none since the last recovery', () => {
    const over = limitsWith({ observed: { ...observed, unrecovered: [] } });
    expect(withoutObserved(over, NOON + 30)).toEqual(over);
    expect(withoutObserved(limitsWith(), NOON + 30)).toEqual(limitsWith());
  });
});
