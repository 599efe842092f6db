import { expect, it } from 'vitest';
import { watchesTruly } from './checkers/watches-truly.ts';
import { FLEETS } from './fleet/fleets.ts';
import { createTrace } from './trace/trace.ts';

const ROUND_MS = Date.parse('2026-11-22T12:00:00Z');
const NEXT_ROUND_MS = ROUND_MS + 60_000;
const { mesh } = FLEETS;
const fleet = { ...mesh, watchdog: { ...mesh.watchdog, missesBeforeRestart: 1 } };

type Reported = readonly [vantagePoint: string, roundAtMs: number, missed: readonly string[]];

/** Violations of a restart of peer-a that was decided when these reports had been recorded, in this order. */
function violations(...reports: readonly Reported[]): readonly string[] {
  const trace = createTrace(() => NEXT_ROUND_MS);
  for (const [vantagePoint, roundAtMs, missed] of reports) {
    const report = { vantagePoint, roundAtMs, missed, peersAsOfMs: ROUND_MS, unchecked: [] };
    trace.note({ kind: 'vantage-report', report });
  }
  trace.note({ kind: 'round-decided', roundAtMs: ROUND_MS, checks: 5 });
  const detail = { peerName: 'peer-a', action: 'restart' };
  const detailType = 'Selfheal Watchdog Escalation';
  trace.note({ kind: 'announced', events: [{ detailType, detail, atMs: ROUND_MS }] });
  return watchesTruly({ trace, fleet, whenQuiet: { atMs: NEXT_ROUND_MS } });
}

it('finds a restart that half of the reports of its round do not support', () => {
  expect(violations(['there', ROUND_MS, []], ['here', ROUND_MS, ['peer-a']])).toEqual([
    'the watchdog asked to restart peer-a after 0 misses of the majority',
  ]);
});

it('disregards a report that comes after one of a later round by the same vantage point', () => {
  const late: Reported = ['there', ROUND_MS, []];
  expect(violations(['there', NEXT_ROUND_MS, []], late, ['here', ROUND_MS, ['peer-a']])).toEqual([]);
});
