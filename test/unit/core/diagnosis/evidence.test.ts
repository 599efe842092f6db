import { describe, expect, it } from 'vitest';
import { onsetMs, troubleSinceMs } from '../../../../functions/core/diagnosis/evidence.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const alert = alertOf('web', { alarmName: 'itself' });

/** Alarms that are red, by how many minutes before noon they went red. */
const evidenceOf = (red: Readonly<Record<string, number>>) => ({
  alert,
  components: [
    {
      ...{ component: 'web', silentPeers: [] },
      redAlarms: Object.entries(red).map(([alarmName, minutes]) => ({
        ...{
          alarmName,
          metric: 'memory',
          severity: 'CRITICAL' as const,
          sinceMs: NOON - minutes * MINUTE_MS,
        },
      })),
    },
  ],
});
const minutesBefore = (atMs: number) => (NOON - atMs) / MINUTE_MS;

describe('the beginning of trouble', () => {
  it.each<[string, Readonly<Record<string, number>>, number]>([
    ['when the alert was raised', {}, 0],
    ['not after the alert', { itself: -5 }, 0],
    ['when its alarm went red', { itself: 40 }, 40],
    ['when another alarm did, up to 15 minutes before', { other: 15 }, 15],
    ['not when one did that was red before', { other: 15.1 }, 0],
    ['when another alarm did shortly before its own', { itself: 40, other: 55 }, 55],
    ['when the first one did shortly before', { second: 3, first: 9 }, 9],
  ])('is %s', (_, red, minutes) => {
    expect(minutesBefore(troubleSinceMs(evidenceOf(red)))).toBe(minutes);
  });

  it('may have been long before, as far as any alarm of the component tells', () => {
    expect(minutesBefore(onsetMs(evidenceOf({ itself: 5, other: 900 })))).toBe(900);
    expect(minutesBefore(onsetMs(evidenceOf({ itself: -5 })))).toBe(0);
  });

  it('is that of the alert where nothing is known of its component', () => {
    expect(onsetMs({ alert, components: [] })).toBe(NOON);
    expect(troubleSinceMs({ alert, components: [] })).toBe(NOON);
  });
});
