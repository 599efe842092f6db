import { describe, expect, it } from 'vitest';
import { msUntilBothAlarmsSee } from '../../../../local/demo/incidents/damaged-database.ts';

describe('the damage of a database whose caller has an alarm too', () => {
  it.each([
    [0, 0, 'both alarms turn red at the end of this period'],
    [3_999, 0, 'they still do'],
    [4_000, 3_000, 'the share of failed requests is too close to the limit of the caller'],
    [5_500, 1_500, 'the alarm of the database alone would turn red'],
    [6_999, 1, 'the share is too close to the limit of the database'],
    [7_000, 0, 'neither turns red before the end of the next period, and both do then'],
    [9_999, 0, 'so they do'],
  ])('%i ms into a period, it waits for %i ms: %s', (passedMs, waitsMs) => {
    expect(msUntilBothAlarmsSee(Date.parse('2026-11-30T10:00:20Z') + passedMs)).toBeCloseTo(waitsMs);
  });
});
