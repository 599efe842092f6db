import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from '../../../functions/core/configuration/nearest-name.ts';

describe('the nearest name', () => {
  it.each([
    ['gracefull_stop', 'graceful_stop'],
    ['restore-network', 'restore_network'],
    ['Notify_SOC', 'notify_soc'],
    ['wbe', 'web'],
  ])('the nearest name to %s is %s', (name, nearest) => {
    expect(nearestName(name, ['graceful_stop', 'restore_network', 'notify_soc', 'web'])).toBe(nearest);
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
