import { describe, expect, it } from 'vitest';
import { logFindings } from '../../../../functions/core/investigation/log-findings.ts';
import { newSignatures } from '../../../../functions/core/investigation/log-signatures.ts';
import { onsetWindows } from '../../../../functions/core/investigation/onset-windows.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const MINUTE_MS = 60_000;
const line = (text: string, seconds = 0) => ({ text, atMs: NOON + seconds * 1_000 });

describe('new signatures', () => {
  it('are the groups of lines that were not there before, the most frequent first', () => {
    expect(
      newSignatures(
        [line('cache miss failed 1')],
        [
          line('pool exhausted after 30 s', 9),
          line('cache miss failed 2', 1),
          line('refused by 10.0.0.1', 2),
          line('pool exhausted after 31 s', 5),
        ],
      ),
    ).toEqual([
      { template: 'pool exhausted after <n> s', count: 2, firstMs: NOON + 5_000 },
      { template: 'refused by <ip>', count: 1, firstMs: NOON + 2_000 },
    ]);
  });

  it('are in the order in which they began where they are equally frequent, and then in that of their texts', () => {
    const since = [line('refused', 2), line('pool exhausted', 1), line('disk failed', 2)];
    expect(newSignatures([], since).map(({ template }) => template)).toEqual([
      ...['pool exhausted', 'disk failed', 'refused'],
    ]);
    expect(newSignatures([], since.toReversed()).map(({ template }) => template)).toEqual([
      ...['pool exhausted', 'disk failed', 'refused'],
    ]);
  });

  it('leave out lines that say that they are about no error', () => {
    expect(newSignatures([], [line('{"level":"info","message":"0 errors"}')])).toEqual([]);
  });
});

describe('the windows around an onset', () => {
  it('are of the same length, and the onset is before the alert', () => {
    expect(onsetWindows(NOON, NOON + 5 * MINUTE_MS)).toEqual({
      before: { fromMs: NOON - 25 * MINUTE_MS, toMs: NOON - 10 * MINUTE_MS },
      since: { fromMs: NOON - 10 * MINUTE_MS, toMs: NOON + 5 * MINUTE_MS },
    });
  });

  it('are no longer than an hour, and begin no later than the clock of the function allows', () => {
    const { since } = onsetWindows(NOON, NOON + 600 * MINUTE_MS);
    expect(since.toMs - since.fromMs).toBe(60 * MINUTE_MS);
    const { since: early } = onsetWindows(NOON, NOON - 60 * MINUTE_MS);
    expect(early.toMs - early.fromMs).toBe(10 * MINUTE_MS);
  });
});

describe('the findings in logs', () => {
  const signature = (template: string, count: number) => ({ template, count, firstMs: NOON });
  const group = (logGroup: string, signatures?: ReturnType<typeof signature>[], problems: string[] = []) => ({
    ...{ logGroup, problems, bytesScanned: 1.5e9 },
    ...(signatures && { signatures }),
  });

  it('name the five most frequent signatures of all groups, and where each is', () => {
    const many = [7, 6, 5, 4].map((count) => signature(`a${count}`, count));
    const { outcome, isNews, lines } = logFindings(NOON, [
      group('/web', many),
      group('/job', [signature('b', 9), signature('c', 1)]),
    ]);
    expect([outcome, isNews]).toEqual(['SUCCEEDED', true]);
    expect(lines).toEqual([
      '6 kinds of error lines are new since 2026-11-22T13:30:00Z (3.00 GB scanned)',
      '9 × b (first at 2026-11-22T13:30:00Z, /job)',
      '7 × a7 (first at 2026-11-22T13:30:00Z, /web)',
      '6 × a6 (first at 2026-11-22T13:30:00Z, /web)',
      '5 × a5 (first at 2026-11-22T13:30:00Z, /web)',
      '4 × a4 (first at 2026-11-22T13:30:00Z, /web)',
      'and 1 more, which are rarer',
    ]);
  });

  it('say so when nothing is new, which is no news', () => {
    expect(logFindings(NOON, [group('/web', [])])).toEqual({
      outcome: 'SUCCEEDED',
      isNews: false,
      lines: ['No kind of error line is new since 2026-11-22T13:30:00Z (1.50 GB scanned)'],
    });
  });

  it('name what could not be searched, and have failed if that is all', () => {
    const failed = group('/gone', undefined, ['not searched: NotFound: no such group']);
    expect(logFindings(NOON, [failed])).toEqual({
      outcome: 'FAILED',
      isNews: false,
      lines: ['/gone: not searched: NotFound: no such group'],
    });
    expect(logFindings(NOON, [failed, group('/web', [signature('a', 1)])])).toMatchObject({
      outcome: 'SUCCEEDED',
      lines: [
        '1 kind of error lines is new since 2026-11-22T13:30:00Z (3.00 GB scanned)',
        '1 × a (first at 2026-11-22T13:30:00Z, /web)',
        '/gone: not searched: NotFound: no such group',
      ],
    });
  });
});
