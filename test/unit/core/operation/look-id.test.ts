import { expect, it } from 'vitest';
import {
  gateLookId,
  LAYOUT_LOOK,
  standingLookId,
  verificationLookId,
} from '../../../../functions/core/operation/look-id.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

it('no two looks of an operation share an id', () => {
  const ids = [
    LAYOUT_LOOK,
    ...upTo(1_000).flatMap((batch) => upTo(100).map((attempt) => gateLookId(batch, attempt))),
    ...upTo(200).flatMap((round) => upTo(100).map((look) => verificationLookId(round, look))),
    ...upTo(1_000).map((hour) => standingLookId(hour * 3_600_000)),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

it('gateLookId repeats itself after the hundredth try of a gate', () => {
  expect(gateLookId(0, 100)).toBe(gateLookId(0, 99));
  expect(gateLookId(0, 99)).not.toBe(gateLookId(0, 98));
  expect(gateLookId(0, 1_000)).not.toBe(gateLookId(1, 0));
});

it('the looks of each round and each batch come one after another', () => {
  expect([gateLookId(0, 0), gateLookId(0, 7), gateLookId(2, 0)]).toEqual([
    'look-100',
    'look-107',
    'look-300',
  ]);
  expect([verificationLookId(0, 0), verificationLookId(0, 7), verificationLookId(2, 1)]).toEqual([
    ...['look-500000', 'look-500007', 'look-500201'],
  ]);
});

it('a look at what stays isolated has one id in an hour, of at most six digits', () => {
  const NOON = Date.parse('2026-11-22T12:00:00Z');
  expect(standingLookId(NOON)).toBe('look-998708');
  expect(standingLookId(NOON + 3_599_999)).toBe('look-998708');
  expect(standingLookId(NOON + 3_600_000)).toBe('look-998709');
  expect(standingLookId(499_999 * 3_600_000)).toBe('look-999999');
  expect(standingLookId(500_000 * 3_600_000)).toBe('look-900000');
});
