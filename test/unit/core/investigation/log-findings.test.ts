import { describe, expect, it } from 'vitest';
import { logFindings } from '../../../../functions/core/investigation/log-findings.ts';
import { beforeAlert, onsetWindows } from '../../../../functions/core/investigation/onset-windows.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const signature = (template: string, count: number, minutes = 0) => ({
  ...{ template, count, firstMs: NOON + minutes * MINUTE_MS },
});
const group = (logGroup: string, ...signatures: readonly ReturnType<typeof signature>[]) => ({
  ...{ logGroup, signatures, problems: [], bytesScanned: 5e8 },
});

describe('what was found in logs', () => {
  it('is the five most frequent kinds of lines, the earlier first, and how many more there are', () => {
    const kinds = [1, 3, 2, 9, 4, 5].map((count, index) => signature(`kind ${index}`, count));
    const { lines, isNews, outcome } = logFindings(NOON, [
      group('/web', ...kinds),
      group('/api', signature('later', 9, 2), signature('earlier', 9, 1)),
    ]);
    expect([isNews, outcome]).toEqual([true, 'SUCCEEDED']);
    expect(lines).toEqual([
      '8 kinds of error lines are new since 2026-11-22T13:30:00Z (1.00 GB scanned)',
      '9 × kind 3 (first at 2026-11-22T13:30:00Z, /web)',
      '9 × earlier (first at 2026-11-22T13:31:00Z, /api)',
      '9 × later (first at 2026-11-22T13:32:00Z, /api)',
      '5 × kind 5 (first at 2026-11-22T13:30:00Z, /web)',
      '4 × kind 4 (first at 2026-11-22T13:30:00Z, /web)',
      'and 3 more, which are rarer',
    ]);
  });

  it('counts no kinds beyond five, and names no group where there is one', () => {
    const kinds = [5, 4, 3, 2, 1].map((count) => signature(`kind ${count}`, count));
    const { lines } = logFindings(NOON, [group('/web', ...kinds)]);
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe('1 × kind 1 (first at 2026-11-22T13:30:00Z)');
  });

  it('has failed only if no group could be searched, and says why', () => {
    const problem = { logGroup: '/api', problems: ['not searched: no such group'], bytesScanned: 0 };
    expect(logFindings(NOON, [problem])).toEqual({
      ...{ outcome: 'FAILED', isNews: false, lines: ['/api: not searched: no such group'] },
    });
    expect(logFindings(NOON, [group('/web'), problem])).toEqual({
      ...{ outcome: 'SUCCEEDED', isNews: false },
      lines: [
        'No kind of error line is new since 2026-11-22T13:30:00Z (0.50 GB scanned)',
        '/api: not searched: no such group',
      ],
    });
  });
});

describe('the time of a fault', () => {
  it('began ten minutes before its alert, and is searched from then on, for an hour at most', () => {
    const onsetMs = NOON - 10 * MINUTE_MS;
    const minutes = (nowMs: number) => {
      const { before, since } = onsetWindows(NOON, nowMs);
      expect([before.toMs, since.fromMs]).toEqual([onsetMs, onsetMs]);
      expect(since.toMs - since.fromMs).toBe(before.toMs - before.fromMs);
      return (since.toMs - since.fromMs) / MINUTE_MS;
    };
    expect([-5, 0, 5, 49, 50, 51, 500].map((after) => minutes(NOON + after * MINUTE_MS))).toEqual([
      10, 10, 15, 59, 60, 60, 60,
    ]);
  });

  it('may have been caused in the hour before it, and until its alert', () => {
    expect(beforeAlert(NOON)).toEqual({ fromMs: NOON - 70 * MINUTE_MS, toMs: NOON });
  });
});
