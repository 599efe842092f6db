import { describe, expect, it } from 'vitest';
import type { CorrelatedIncident } from '../../../../functions/core/correlation/correlated-incident.ts';
import { repairPriority, severityScore } from '../../../../functions/core/correlation/priority.ts';
import type { Severity } from '../../../../functions/core/signal/severity.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

describe('the severity score of alerts', () => {
  it.each([
    ['memory', 'CRITICAL', 1],
    ['error_rate', 'WARNING', 0.5],
    ['error_rate', 'INFO', 0.2],
    ['cpu', 'CRITICAL', 0.9],
    ['queue_throttles', 'WARNING', 0.6],
    ['index_fragmentation', 'CRITICAL', 0.9],
    ['learning_drift', 'CRITICAL', 0.7],
  ] as const)('follows from metric and severity: %s, %s', (metric, severity, score) => {
    expect(severityScore([{ metric, severity }])).toBe(score);
  });

  it('takes the worst alert, and is 0 without any', () => {
    const alert = (severity: Severity) => ({ metric: 'memory', severity });
    expect(severityScore([alert('WARNING'), alert('CRITICAL'), alert('INFO')])).toBe(1);
    expect(severityScore([])).toBe(0);
  });
});

describe('the priority of a repair', () => {
  const CRITICAL = [{ metric: 'errors', severity: 'CRITICAL' }] as const;
  const incident: CorrelatedIncident = {
    ...{
      incidentId: 'one',
      absorbed: [],
      alerts: [],
      causes: [],
      operationIds: [],
      changeIds: [],
      hosts: [],
    },
    ...{ beganAtMs: NOON, detectedAtMs: NOON, lastAlertMs: NOON, personCalls: {} },
    components: { gateway: NOON, orders: NOON, database: NOON },
    atFault: 'database',
    score: 0.9,
  };

  it('follows the incident for the component at fault, and its own share for one that suffers', () => {
    expect(repairPriority('database', CRITICAL, incident)).toBe(0.9);
    expect(repairPriority('gateway', CRITICAL, incident)).toBe(0.17);
  });

  it('assumes even odds for a cause of which nothing is known', () => {
    expect(repairPriority('web', CRITICAL)).toBe(0.5);
  });

  it('never falls below what the component’s own alarms say', () => {
    expect(
      repairPriority('web', CRITICAL, { ...incident, components: { web: NOON }, atFault: 'web', score: 0 }),
    ).toBe(0.5);
  });
});
