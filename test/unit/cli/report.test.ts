import { describe, expect, it } from 'vitest';
import { chartLines } from '../../../cli/presenters/report/chart.ts';
import { reportLines } from '../../../cli/presenters/report/report.ts';
import { reportOf } from '../../../functions/core/report/report.ts';
import { stepOf } from '../../factories/operations/admissions.ts';
import { ranOperation, recordsOf, refused } from '../../factories/report/records.ts';
import { recordedContext } from './output.ts';

const output = recordedContext();
const failed = ranOperation({ component: 'api', raised: 100, ended: 400, result: 'FAILED', cause: '=cmd()' });
const report = reportOf(
  recordsOf({
    operations: [
      ranOperation({ component: 'web', raised: 0, started: 2, ended: 60, cause: 'leak | "slow", again' }),
      failed,
    ],
    steps: [
      stepOf(failed, {
        ...{ stepId: 'keep-1', action: 'read_logs', outcome: 'SUCCEEDED' },
        detail: '2 × disk failed (first at 2026-11-22T13:30:00Z)',
      }),
    ],
    refusals: [refused('api', 'COOLDOWN', 410)],
    components: ['api', 'db', 'web'],
  }),
);
const linesOf = (format: Parameters<typeof reportLines>[2]) => reportLines(output, report, format);

describe('a report', () => {
  it('comes as readable text, with every figure and its meaning', () => {
    const text = linesOf('text').join('\n');
    expect(text).toMatch(/^From 2026-11-22 13:30:00Z to 2026-11-22 17:30:00Z$/m);
    expect(text).toMatch(/^MTTR +1m 00s +first signal to verified recovery$/m);
    expect(text).toMatch(/^MTTD +1.5 s \(median 1.5 s, 90 % 2.0 s\) +first signal to first decision$/m);
    expect(text).toMatch(/^Success rate +50.0 % \(9.5–90.5\) /m);
    expect(text).toMatch(/^Uptime +at most 99.\d{3} % /m);
    expect(text).toMatch(/^COOLDOWN +1$/m);
    expect(text).not.toMatch(/^db /m);
  });

  it('comes as Markdown whose tables survive bars in names', () => {
    const lines = linesOf('markdown');
    expect(lines[0]).toBe('# Self-healing report');
    expect(lines).toContainEqual(expect.stringMatching(/^\| leak \\\| "slow", again \| 1 \| 100.0 % /));
    const rows = lines.filter((line) => line.startsWith('| '));
    for (const row of rows) expect(row).toMatch(/ \|$/);
  });

  it('has what investigations found, in every format', () => {
    expect(linesOf('text').join('\n')).toMatch(/^logs +disk failed +2 +1 +api$/m);
    expect(linesOf('markdown')).toContain('| logs | disk failed | 2 | 1 | api |');
    expect(JSON.parse(linesOf('json').join('\n'))).toMatchObject({ findings: [{ name: 'disk failed' }] });
    expect(linesOf('csv')).toContain('findings.[disk failed].count,2');
  });

  it('comes as JSON as it was computed', () => {
    expect(JSON.parse(linesOf('json').join('\n'))).toEqual(report);
  });

  it('comes as CSV with one figure a line, which no spreadsheet takes for a formula', () => {
    const lines = linesOf('csv');
    expect(lines[0]).toBe('figure,value');
    expect(lines).toContain('timeToRecover.meanMs,60000');
    expect(lines).toContain('byStrategy.[restart].operations,2');
    expect(lines).toContain('"byErrorType.[leak | ""slow"", again].operations",1');
    expect(lines).toContain("byErrorType.[=cmd()].name,'=cmd()");
    expect(lines).toContain('days.[2026-11-22].faults.HEALED,1');
  });

  it('says when there are more records than could be read', () => {
    const [, cut] = reportLines(output, { ...report, isCut: true }, 'text');
    expect(cut).toContain('Name fewer days');
  });
});

describe('the chart', () => {
  it('has a bar for each day, scaled to the terminal, and explains its marks', () => {
    const days = [
      { day: '2026-11-21', faults: { HEALED: 300, OPEN: 30 } },
      { day: '2026-11-22', faults: {} },
      { day: '2026-11-23', faults: { ENDED_UNKNOWN: 1 } },
    ];
    const [first = '', second, third, legend, ...more] = chartLines(recordedContext(50), days);
    expect(first).toMatch(/^2026-11-21 {2}330 █{29,31}!{3,4}$/);
    expect(first.length).toBeLessThanOrEqual(50);
    expect(second).toBe('2026-11-22    0');
    expect(third).toBe('2026-11-23    1 ░');
    expect(legend).toBe('█ healed  ! open  ░ ended, time not on record');
    expect(more).toEqual([]);
  });

  it('does not appear if there is nothing to show', () => {
    expect(chartLines(output, [{ day: '2026-11-21', faults: {} }])).toEqual([]);
  });
});
