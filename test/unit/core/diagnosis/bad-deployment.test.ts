import { describe, expect, it } from 'vitest';
import {
  deployed,
  found,
  likeliest,
  MINUTE_MS,
  refuted,
  withChanges,
} from '../../../factories/diagnosis/found-causes.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

describe('BAD_DEPLOYMENT', () => {
  it('is supported by a deployment shortly before the trouble, which it names', () => {
    const cause = likeliest(withChanges(deployed(10)));
    expect(cause).toMatchObject({ code: 'BAD_DEPLOYMENT', component: 'web' });
    expect(cause?.confidence).toBeGreaterThanOrEqual(0.8);
    expect(cause?.supports[0]).toContain('deployment d-1 (codedeploy, SUCCEEDED)');
    expect(cause?.supports[0]).toContain('10 minutes before the trouble');
  });

  it('is refuted if the trouble began before the deployment', () => {
    const given = withChanges(deployed(-2));
    expect(refuted({ ...given, nowMs: NOON + 5 * MINUTE_MS })).toContain('BAD_DEPLOYMENT');
  });

  it('is refuted if an alarm of the component was red before the deployment, though the alert is later', () => {
    const redAlarms = [
      {
        alarmName: 'web-latency',
        metric: 'latency',
        severity: 'WARNING' as const,
        sinceMs: NOON - 5 * MINUTE_MS,
      },
    ];
    expect(refuted({ own: { ...withChanges(deployed(3)).own, redAlarms } })).toContain('BAD_DEPLOYMENT');
  });

  it('is not refuted by an alarm that has been red for days', () => {
    const redAlarms = [
      {
        alarmName: 'web-disk',
        metric: 'backlog',
        severity: 'WARNING' as const,
        sinceMs: NOON - 4_000 * MINUTE_MS,
      },
    ];
    expect(likeliest({ own: { ...withChanges(deployed(3)).own, redAlarms } })?.code).toBe('BAD_DEPLOYMENT');
  });

  it.each([
    [59, true],
    [60, false],
  ])('is suspected of a deployment %i minutes before the trouble: %s', (minutes, isSuspected) => {
    const { supported } = found(withChanges(deployed(minutes, { endedAtMs: NOON - minutes * MINUTE_MS })));
    expect(supported.some(({ code }) => code === 'BAD_DEPLOYMENT')).toBe(isSuspected);
  });

  it('loses confidence with its age, until it decides nothing', () => {
    const aged = (minutes: number) =>
      likeliest(withChanges(deployed(minutes, { endedAtMs: NOON - minutes * MINUTE_MS })))?.confidence ?? 0;
    expect(aged(5)).toBeGreaterThan(aged(30));
    expect(aged(59)).toBeLessThan(0.7);
  });

  it('decides only after the grace time while the deployment is in progress', () => {
    const { endedAtMs: _, ...running } = deployed(2, { status: 'IN_PROGRESS' });
    const at = (minutes: number) =>
      likeliest({ ...withChanges(running), nowMs: NOON + minutes * MINUTE_MS })?.confidence ?? 0;
    expect(at(4)).toBeLessThan(0.7);
    expect(at(5)).toBeGreaterThanOrEqual(0.7);
  });

  it('is refuted if Selfheal deployed', () => {
    expect(refuted(withChanges(deployed(5, { operationId: 'o-1' })))).toContain('BAD_DEPLOYMENT');
  });

  it('does not decide over a full disk', () => {
    expect(likeliest({ ...withChanges(deployed(5)), alert: { metric: 'disk' } })?.code).toBe('DISK_FULL');
  });

  it('is not applicable where changes are not watched', () => {
    const { supported, refuted: against } = found({});
    expect([...supported, ...against].map(({ code }) => code)).not.toContain('BAD_DEPLOYMENT');
  });

  it('becomes BAD_CONFIG for a change of configuration', () => {
    expect(likeliest(withChanges(deployed(5, { kind: 'configuration' })))?.code).toBe('BAD_CONFIG');
  });
});
