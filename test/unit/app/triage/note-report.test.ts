import { describe, expect, it } from 'vitest';
import { noteReport } from '../../../../functions/app/triage/note-report.ts';
import { newComponentRecord } from '../../../../functions/core/admission/records.ts';
import { withReport } from '../../../../functions/core/admission/reports.ts';
import { alertOf, NOON } from '../../../factories/operations/admissions.ts';

/** What is written for an alert of this origin. */
async function noted(origin: 'alarm' | 'anomaly' | 'monitor', before?: Parameters<typeof noteReport>[2]) {
  const written: unknown[] = [];
  const store = { noteReport: async (...report: readonly unknown[]) => void written.push(report) };
  await noteReport({ store }, alertOf('web', { origin }), before);
  return written;
}

describe('who reports a component', () => {
  it('is kept where only the reporter can say that it is over', async () => {
    expect(await noted('monitor')).toEqual([['web', 'monitor/memory', NOON]]);
    expect(await noted('alarm')).toEqual([]);
  });

  it('is kept with the metric if the analysis does', async () => {
    expect(await noted('anomaly')).toEqual([['web', 'anomaly', NOON, 'memory']]);
  });

  it('is written only if it is news', async () => {
    const record = newComponentRecord('web');
    expect(await noted('monitor', record)).toHaveLength(1);
    expect(await noted('monitor', withReport(record, alertOf('web', { origin: 'monitor' })))).toEqual([]);
  });
});
