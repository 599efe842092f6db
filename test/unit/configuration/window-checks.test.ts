import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../../functions/core/configuration/problem.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const used = (windows: string) =>
  configurationText({ settings: 'settings: { window: nights }', windows: `windows: { ${windows} }` });

describe('a window', () => {
  it('may have hours, closed days and urgent severities', () => {
    const hours = '{ days: [fri, sat], from: 22:00, to: 06:00 }, { from: "00:00", to: "24:00" }';
    const closed = '{ from: 2026-12-24, to: 2027-01-01, reason: year end }, { from: 2026-05-01 }';
    const nights = `nights: { timeZone: Europe/Berlin, open: [${hours}], closed: [${closed}], exempt: [CRITICAL] }`;
    expect(problemsOf(used(nights))).toEqual([]);
  });

  it.each<readonly [ProblemCode, string, string]>([
    ['unknown-time-zone', 'nights: { timeZone: ▼Europe/Berln }', 'windows.nights.timeZone'],
    ['invalid-format', 'nights: { open: [{ from: ▼"25:00", to: "06:00" }] }', 'windows.nights.open[0].from'],
    ['invalid-format', 'nights: { open: [{ from: ▼"24:00", to: "06:00" }] }', 'windows.nights.open[0].from'],
    ['invalid-format', 'nights: { open: [{ from: "22:00", to: ▼"6:00" }] }', 'windows.nights.open[0].to'],
    ['invalid-format', 'nights: { closed: [{ from: ▼2026-02-30 }] }', 'windows.nights.closed[0].from'],
    [
      'dates-reversed',
      'nights: { closed: [{ from: 2026-12-24, to: ▼2026-12-23 }] }',
      'windows.nights.closed[0].to',
    ],
    [
      'unknown-value',
      'nights: { open: [{ days: [▼monday], from: "22:00", to: "06:00" }] }',
      'windows.nights.open[0].days[0]',
    ],
    ['unknown-value', 'nights: { exempt: [▼INFO] }', 'windows.nights.exempt[0]'],
  ])('is refused with %s in %s', (code, windows, path) => {
    expectProblem(used(windows), { code, path });
  });

  it('must exist where it is named, and the nearest name is shown', () => {
    const text = configurationText({
      settings: 'settings: { window: ▼nigths }',
      windows: 'windows: { nights: {} }',
    });
    expectProblem(text, {
      code: 'unknown-window',
      path: 'settings.window',
      nearest: 'nights',
      others: ['window-without-use'],
    });
  });

  it('limits nothing if nothing names it, which is worth a warning', () => {
    expectProblem(used('nights: {}, ▼days: {}'), {
      code: 'window-without-use',
      path: 'windows.days',
      severity: 'warning',
    });
  });
});
