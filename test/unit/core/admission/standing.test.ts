import { describe, expect, it } from 'vitest';
import { EMPTY_FLEET, newComponentRecord } from '../../../../functions/core/admission/records.ts';
import { standingOf } from '../../../../functions/core/admission/standing.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const LADDER = configured({ strategies: [{ maxAttempts: 1 }, { id: 'replace', maxAttempts: 2 }] });
const record = newComponentRecord('web');
const standing = (changes: Partial<typeof record>) =>
  standingOf(LADDER, { component: { ...record, ...changes }, fleet: EMPTY_FLEET }, NOON);

describe('a component’s standing', () => {
  it('has no refusal as long as one strategy may be used', () => {
    const { refusal, strategies } = standing({ attemptsMs: { restart: [NOON - 1_000] } });
    expect(refusal).toBeUndefined();
    expect(strategies.map(({ refusal: why }) => why?.reason)).toEqual(['ATTEMPTS_SPENT', undefined]);
    expect(strategies.map(({ attempts }) => attempts)).toEqual([1, 0]);
  });

  it('gives the refusal that ends first if no strategy may be used', () => {
    const { refusal } = standing({
      attemptsMs: { restart: [NOON - 1_000] },
      cooldownUntilMs: { replace: NOON + 60_000 },
    });
    expect(refusal).toMatchObject({ reason: 'COOLDOWN', eligibleAtMs: NOON + 60_000 });
  });

  it('does not count an attempt that has left its window', () => {
    const { strategies } = standing({ attemptsMs: { restart: [NOON - 3_600_000] } });
    expect(strategies[0]).toStrictEqual({ strategyId: 'restart', attempts: 0, maxAttempts: 1, mode: 'auto' });
  });

  it('gives the mode of each strategy', () => {
    const configuration = configured({
      strategies: [{ mode: 'observe' }, { id: 'replace', mode: 'propose' }],
    });
    const { strategies } = standingOf(configuration, { component: record, fleet: EMPTY_FLEET }, NOON);
    expect(strategies.map(({ mode }) => mode)).toEqual(['observe', 'propose']);
  });

  it('gives the waiting proposal as the refusal', () => {
    const configuration = configured({ settings: { mode: 'propose' } });
    const proposal = { proposalId: 'p-1', expiresAtMs: NOON + 60_000 };
    const component = { ...record, proposal };
    const { refusal } = standingOf(configuration, { component, fleet: EMPTY_FLEET }, NOON);
    expect(refusal).toEqual({
      reason: 'AWAITING_APPROVAL',
      detail: 'proposal p-1',
      eligibleAtMs: NOON + 60_000,
    });
  });

  it('is that for a critical alert, which a window may let through', () => {
    const closed = { open: [{ from: '20:00', to: '21:00' }], exempt: ['CRITICAL'] };
    const configuration = configured({ windows: { nights: closed }, settings: { window: 'nights' } });
    expect(
      standingOf(configuration, { component: record, fleet: EMPTY_FLEET }, NOON).refusal,
    ).toBeUndefined();
  });

  it('considers only strategies that apply to the component', () => {
    const configuration = configured({ strategies: [{ components: ['other'] }] });
    const { strategies, refusal } = standingOf(
      configuration,
      { component: record, fleet: EMPTY_FLEET },
      NOON,
    );
    expect(strategies).toEqual([]);
    expect(refusal).toEqual({ reason: 'NO_STRATEGY', detail: 'no strategy applies to web' });
  });

  it('prefers a refusal that stops every strategy over the lack of a strategy', () => {
    const configuration = configured({
      components: { web: { excluded: true } },
      strategies: [{ components: ['other'] }],
    });
    const { refusal } = standingOf(configuration, { component: record, fleet: EMPTY_FLEET }, NOON);
    expect(refusal).toMatchObject({ reason: 'EXCLUDED' });
  });
});
