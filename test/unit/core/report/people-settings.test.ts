import { describe, expect, it } from 'vitest';
import type { ComponentRecord, FleetRecord } from '../../../../functions/core/admission/records.ts';
import { actionReports } from '../../../../functions/core/report/action-report.ts';
import { peopleSettings } from '../../../../functions/core/report/people-settings.ts';
import { NOON, stepOf } from '../../../factories/operations/admissions.ts';
import { ranOperation } from '../../../factories/report/records.ts';

const setting = { reason: 'release', sinceMs: NOON - 600_000 };
const ended = { ...setting, untilMs: NOON };
const settings = (fleet: object, components: readonly object[] = [], sinceMs = NOON) =>
  peopleSettings(fleet as FleetRecord, components as readonly ComponentRecord[], sinceMs, NOON);

describe('what people have set', () => {
  it('is listed for each part', () => {
    const given = { givenAtMs: NOON - 600_000, setting };
    const fleet = {
      ...{ pause: setting, groupPauses: { front: given }, windowOpenings: { nights: given } },
      ...{ modes: { everything: given }, groupModes: { back: given } },
    };
    const listed = settings(fleet).map(({ part, name }) => `${part} ${name}`);
    expect(listed).toContain('group front');
    expect(listed).toContain('window nights');
    expect(listed).toContain('group-mode back');
    expect(settings(fleet)[0]).toEqual({
      ...{ part: 'fleet', name: 'everything', givenAtMs: NOON - 600_000, setting },
    });
  });

  it('is left out once it is over, unless it was given lately', () => {
    const of = (given: object, sinceMs: number) => settings({ groupPauses: { front: given } }, [], sinceMs);
    const over = { givenAtMs: NOON - 600_000, setting: ended };
    expect(of(over, NOON - 600_000)).toHaveLength(1);
    expect(of(over, NOON - 599_999)).toEqual([]);
    expect(of({ givenAtMs: NOON - 600_000, setting }, NOON)).toHaveLength(1);
    expect(of({ givenAtMs: NOON - 5 }, NOON - 5)).toEqual([
      { part: 'group', name: 'front', givenAtMs: NOON - 5 },
    ]);
  });

  it('is of the fleet as long as it is paused, and for a while after it was resumed', () => {
    expect(settings({})).toEqual([]);
    expect(settings({ controlledAtMs: NOON - 5 }, [], NOON - 5)).toMatchObject([
      { part: 'fleet', givenAtMs: NOON - 5 },
    ]);
    expect(settings({ controlledAtMs: NOON - 5, pause: setting })).toMatchObject([
      { part: 'fleet', givenAtMs: NOON - 5, setting },
    ]);
  });
});

describe('the mode that people have set for everything', () => {
  it('is listed', () => {
    const given = { givenAtMs: NOON, setting };
    expect(settings({ modeOverride: given })).toEqual([{ part: 'mode', name: 'everything', ...given }]);
  });
});

describe('the report on actions', () => {
  const healed = ranOperation({ component: 'web', raised: 0, ended: 60 });
  const failed = ranOperation({ component: 'api', raised: 0, ended: 60, result: 'FAILED' });

  it('begins with the most frequent, and among equals with the first by name', () => {
    const steps = [
      stepOf(healed, { action: 'restart', outcome: 'SUCCEEDED' }),
      stepOf(healed, { action: 'clean', stepId: 'heal-1', outcome: 'SUCCEEDED' }),
      stepOf(healed, { action: 'clean', stepId: 'verify-0', outcome: 'SUCCEEDED' }),
      stepOf(failed, { action: 'stop', outcome: 'FAILED' }),
      stepOf(healed, { action: 'stop', stepId: 'heal-2', outcome: 'SUCCEEDED' }),
    ];
    for (const given of [steps, steps.toReversed()])
      expect(
        actionReports(given, [healed, failed]).map(({ action, purpose }) => `${action} ${purpose}`),
      ).toEqual(['stop repair', 'clean other', 'clean repair', 'restart repair']);
  });

  it('has a rate of operations only for what was to repair something', () => {
    const of = (stepId: 'heal-0' | 'rollback-0' | 'verify-0') =>
      actionReports([stepOf(healed, { stepId, outcome: 'SUCCEEDED' })], [healed]);
    expect(of('heal-0')).toMatchObject([{ purpose: 'repair', operationSuccessRate: { value: 1 } }]);
    expect(of('rollback-0')).toMatchObject([{ purpose: 'undo' }]);
    expect(of('verify-0')).toMatchObject([{ purpose: 'other' }]);
    for (const stepId of ['rollback-0', 'verify-0'] as const)
      expect(of(stepId)[0]).not.toHaveProperty('operationSuccessRate');
  });

  it('counts what was skipped or still runs neither as success nor as failure', () => {
    const { outcome: _, ...running } = stepOf(healed, { stepId: 'heal-3' });
    const steps = [
      stepOf(healed, { outcome: 'SUCCEEDED' }),
      stepOf(healed, { stepId: 'heal-1', outcome: 'SKIPPED' }),
      stepOf(failed, { outcome: 'FAILED' }),
      running,
    ];
    const [report] = actionReports(steps, [healed, failed]);
    expect(report).toMatchObject({
      ...{ purpose: 'repair', steps: 4 },
      outcomes: { SUCCEEDED: 1, SKIPPED: 1, FAILED: 1, RUNNING: 1 },
    });
    expect([report?.stepSuccessRate?.value, report?.operationSuccessRate?.value]).toEqual([0.5, 0.5]);
  });
});
