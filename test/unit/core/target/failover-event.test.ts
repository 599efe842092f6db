import { describe, expect, it } from 'vitest';
import {
  type FailoverEvent,
  formerWriterProblem,
  lastReportMs,
  movesSince,
  recentFailoverSeconds,
} from '../../../../functions/core/target/failover-event.ts';

const MINUTE_MS = 60_000;
const NOW = 100 * MINUTE_MS;
const event = (phase: FailoverEvent['phase'], atMs: number, to?: string): FailoverEvent => ({
  ...{ phase, atMs },
  ...(to !== undefined && { to }),
});

describe('what RDS reports of failovers', () => {
  it('ends with its last report, if there is any', () => {
    expect(lastReportMs([event('started', 5), event('completed', 9), event('other', 7)])).toBe(9);
    expect(lastReportMs([])).toBe(0);
  });

  it('names the members that have become the writer since', () => {
    const events = [
      ...[event('completed', 5, 'a'), event('completed', 6, 'b'), event('started', 7, 'c')],
      ...[event('completed', 8), event('completed', 9, 'd')],
    ];
    expect(movesSince(events, 5)).toEqual(['b', 'd']);
  });

  it('is recent for ten minutes, whatever the clock of RDS says', () => {
    const ago = (ms: number) => recentFailoverSeconds([event('other', NOW - ms)], NOW);
    expect(ago(599_600)).toBe(600);
    expect(ago(600_000)).toBeUndefined();
    expect(ago(-5_000)).toBe(0);
  });

  it('keeps a Multi-AZ cluster from failing over again for twenty minutes', () => {
    const problem = (ms: number) => formerWriterProblem('shop', [event('completed', NOW - ms)], NOW);
    expect(problem(20 * MINUTE_MS)).toBeUndefined();
    expect(problem(19 * MINUTE_MS)).toBe(
      'RDS last reported a failover of shop 1140 s ago: the writer from before may not serve again for 20 minutes, and a further failover could leave no reader to acknowledge what is written',
    );
    expect(formerWriterProblem('shop', [event('abandoned', NOW)], NOW)).toBeUndefined();
  });
});
