import { describe, expect, it } from 'vitest';
import type { CorrelatedIncident } from '../../../../functions/core/correlation/correlated-incident.ts';
import { reportOf } from '../../../../functions/core/report/report.ts';
import { momentAt, recordsOf } from '../../../factories/report/records.ts';

/** An incident of the first hour, of two components. */
function incident(incidentId: string, fields: Partial<CorrelatedIncident> = {}): CorrelatedIncident {
  const alert = {
    component: 'web',
    metric: 'memory',
    severity: 'CRITICAL',
    occurredAtMs: momentAt(60),
  } as const;
  return {
    ...{ incidentId, atFault: 'database', components: { database: momentAt(60), web: momentAt(60) } },
    ...{ alerts: [alert, alert, alert], operationIds: ['op'], score: 0.5, beganAtMs: momentAt(60) },
    ...{ detectedAtMs: momentAt(61), lastAlertMs: momentAt(60), causes: [], changeIds: [], hosts: [] },
    ...{ absorbed: [], personCalls: {}, ...fields },
  };
}
const found = (...incidents: readonly CorrelatedIncident[]) =>
  reportOf(recordsOf({}), incidents).acrossComponents;

describe('the report on incidents across components', () => {
  it('says what was at fault, how much was about it, and how long it took', () => {
    expect(found(incident('i', { resolvedAtMs: momentAt(360) }))).toEqual([
      {
        ...{ name: 'i', atFault: 'database', components: 2, alerts: 3, operations: 1, score: 0.5 },
        tookMs: 300_000,
      },
    ]);
    expect(found(incident('i'))[0]).not.toHaveProperty('tookMs');
  });

  it('leaves out incidents of one component, and of another time', () => {
    expect(found(incident('i', { components: { web: momentAt(60) } }))).toEqual([]);
    expect(found(incident('i', { beganAtMs: momentAt(-1) }))).toEqual([]);
    expect(found(incident('i', { beganAtMs: momentAt(0) }))).toHaveLength(1);
    expect(found(incident('i', { beganAtMs: momentAt(4 * 3_600) }))).toEqual([]);
  });

  it('begins with the gravest, and among equals with the first by name', () => {
    const incidents = [
      incident('c', { score: 0.2 }),
      incident('b'),
      incident('a'),
      incident('d', { score: 0.9 }),
    ];
    for (const given of [incidents, incidents.toReversed()])
      expect(found(...given).map(({ name }) => name)).toEqual(['d', 'a', 'b', 'c']);
  });
});
