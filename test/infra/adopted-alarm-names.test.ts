import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adoptedAlarmNamePatterns, type NamePattern } from '../../infra/constructs/adopted-alarm-names.ts';

const ROOM = { rules: 4, charactersPerRule: 1_600 };

const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme' }).filter((text) => text.length <= 255),
  fc.integer({ min: 0, max: 999 }).map((number) => `${'Orders service in production: '.repeat(6)}${number}`),
);

function matches(pattern: NamePattern, alarmName: string): boolean {
  return typeof pattern === 'string' ? pattern === alarmName : alarmName.startsWith(pattern.prefix);
}

describe('patterns for the names of adopted alarms', () => {
  it('match every name once, in lists that fit', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 300 }), (names) => {
        const lists = adoptedAlarmNamePatterns(names, ROOM);
        if (!lists) return;
        expect(lists.length).toBeLessThanOrEqual(ROOM.rules);
        for (const list of lists) expect(JSON.stringify(list).length).toBeLessThanOrEqual(1_602);
        const patterns = lists.flat();
        for (const each of names) {
          expect(patterns.filter((pattern) => matches(pattern, each))).toHaveLength(1);
        }
      }),
    );
  });

  it('equal the names themselves as long as the rules have room for them', () => {
    const names = Array.from({ length: 150 }, (_, index) => `Orders: too many errors, ${index}`);
    expect(adoptedAlarmNamePatterns(names, ROOM)?.flat().toSorted()).toEqual(names.toSorted());
  });

  it('become the longest prefixes that fit, when the names do not', () => {
    const names = Array.from(
      { length: 300 },
      (_, index) => `Orders ${index % 30}: ${'x'.repeat(100)} ${index}`,
    );
    const patterns = adoptedAlarmNamePatterns(names, ROOM)?.flat() ?? [];
    expect(patterns).not.toHaveLength(0);
    expect(patterns.every((pattern) => typeof pattern === 'object' && pattern.prefix.length > 90)).toBe(true);
  });

  it('never get as short as to match alarms on Selfheal itself', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `${index * 7_919} is the first word ${index}`);
    expect(adoptedAlarmNamePatterns(names, ROOM)).toBeUndefined();
  });
});
