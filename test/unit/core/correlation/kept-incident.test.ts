import { describe, expect, it } from 'vitest';
import {
  type CorrelatedIncident,
  correlatedIncident,
} from '../../../../functions/core/correlation/correlated-incident.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const ALERT = { component: 'web', metric: 'errors', severity: 'CRITICAL', occurredAtMs: NOON } as const;
const CAUSE = { component: 'db', code: 'DISK_FULL', confidence: 0.6 } as const;
const CALLS = { db: { status: 'CALLED', atMs: NOON }, web: { status: 'CALLING', atMs: 0 } } as const;
const INCIDENT: CorrelatedIncident = {
  ...{ incidentId: 'one', absorbed: ['two'], components: { web: NOON }, alerts: [ALERT] },
  ...{ atFault: 'db', causes: [CAUSE], operationIds: ['op'], changeIds: ['run'], hosts: ['i-1'] },
  ...{ beganAtMs: NOON, detectedAtMs: NOON, lastAlertMs: NOON, acknowledgedAtMs: NOON, resolvedAtMs: NOON },
  ...{ personCalls: CALLS, score: 0.6 },
};
const isKept = (incident: object) => correlatedIncident().safeParse(incident).success;
const without = (whole: object, field: string) =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field));

describe('an incident as it is kept', () => {
  it('has exactly the shape that it is read back in', () => {
    expect(correlatedIncident().parse(INCIDENT)).toStrictEqual(INCIDENT);
  });

  it('lacks nothing but when it was acknowledged and when it ended', () => {
    const spared = Object.keys(INCIDENT).filter((field) => isKept(without(INCIDENT, field)));
    expect(spared).toEqual(['acknowledgedAtMs', 'resolvedAtMs']);
  });

  it.each(['component', 'metric', 'severity', 'occurredAtMs'])('has the %s of each alert', (field) => {
    expect(isKept({ ...INCIDENT, alerts: [without(ALERT, field)] })).toBe(false);
  });

  it('may have a cause without a code, and none without a component or a confidence', () => {
    const spared = Object.keys(CAUSE).filter((field) =>
      isKept({ ...INCIDENT, causes: [without(CAUSE, field)] }),
    );
    expect(spared).toEqual(['code']);
  });

  it.each([
    { status: 'HUNG_UP', atMs: NOON },
    { status: 'CALLED' },
    { atMs: NOON },
    { status: 'CALLED', atMs: -1 },
  ])('has no call like %j', (call) => {
    expect(isKept({ ...INCIDENT, personCalls: { db: call } })).toBe(false);
  });
});
