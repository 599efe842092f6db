import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namePartOf, nearestName, withNearest } from '../../../functions/core/configuration/nearest-name.ts';

describe('the nearest name', () => {
  it.each([
    ['gracefull_stop', 'graceful_stop'],
    ['restore-network', 'restore_network'],
    ['Notify_SOC', 'notify_soc'],
    ['wbe', 'web'],
  ])('the nearest name to %s is %s', (name, nearest) => {
    expect(nearestName(name, ['graceful_stop', 'restore_network', 'notify_soc', 'web'])).toBe(nearest);
  });

  it.each([
    ['ab', 'axy', undefined],
    ['abc', 'abd', 'abd'],
    ['abc', 'axy', undefined],
    ['abcd', 'abxy', 'abxy'],
    ['abcd', 'axyz', undefined],
    ['abcdefghi', 'abcdefxyz', 'abcdefxyz'],
    ['abcdefgh', 'abcdexyz', undefined],
    ['entry', 'entries', 'entries'],
    ['iesa', 'ya', undefined],
    ['abc', 'cba', 'cba'],
    ['max-in.flight', 'maxInFlight', 'maxInFlight'],
  ])('%s is near to %s: %s', (name, candidate, nearest) => {
    expect(nearestName(name, [candidate])).toBe(nearest);
  });

  it('is the first of those that are equally near', () => {
    expect(nearestName('web', ['wed', 'wex', 'other'])).toBe('wed');
  });

  it('is left out of a finding if there is none', () => {
    expect(withNearest('wbe', ['web'])).toStrictEqual({ nearest: 'web' });
    expect(withNearest('colour', ['web'])).toStrictEqual({});
  });

  it.each([
    ['cooldown', 'cooldownSeconds'],
    ['Ids', 'instanceIds'],
    ['stance', undefined],
    ['id', undefined],
  ])('is the one that begins or ends with %s: %s', (name, candidate) => {
    expect(namePartOf(name, ['cooldownSeconds', 'instanceIds'])).toBe(candidate);
  });

  it('does not exist when every candidate is far', () => {
    expect(nearestName('colour', ['paused', 'vpc', 'notify'])).toBeUndefined();
  });

  it('does not exist among no candidates', () => {
    expect(nearestName('web', [])).toBeUndefined();
  });

  it('the nearest name to a candidate is that candidate', () => {
    const name = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), fc.nat(), (names, pick) => {
        const chosen = names[pick % names.length] as string;
        expect(nearestName(chosen, names)).toBe(chosen);
      }),
    );
  });
});
