import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../../functions/core/configuration/schema/schema.ts';
import type { SuspectedChange } from '../../../../functions/core/diagnosis/cause.ts';
import type { Operation, StepRecord } from '../../../../functions/core/operation/operation.ts';
import { rolledBackBy, withEarlier } from '../../../../functions/core/operation/rolled-back.ts';
import { configured } from '../../../factories/configuration.ts';
import { alertOf, configurationOf, grantFor, stepOf } from '../../../factories/operations/admissions.ts';
import { limitsWith } from '../../../factories/operations/limits.ts';

type Action = Strategy['actions'][number];

function strategyWith(type: string, params: object): Strategy {
  const [strategy] = configured().strategies;
  const [action] = strategy?.actions ?? [];
  if (!strategy || !action) throw new Error('no action');
  return { ...strategy, actions: [{ ...action, type, params } as Action] };
}

/** What is on record after an action of this type, while a deployment is suspected. */
function recordAfter(type: string, params: object, source: SuspectedChange['source'] = 'pipeline') {
  const { operation } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
  const startedAtMs = operation.startedAtMs - 60_000;
  const change: SuspectedChange = {
    changeId: 'v42',
    source,
    resource: 'shop/production',
    kind: 'deployment',
    summary: 'v42',
    startedAtMs,
    isInProgress: true,
  };
  const suspecting: Operation = { ...operation, alert: { ...operation.alert, change } };
  const steps = [stepOf(operation, { action: type, outcome: 'SUCCEEDED' })];
  return { record: rolledBackBy(suspecting, strategyWith(type, params), steps), startedAtMs, operation };
}

describe('the record of what an operation has rolled back', () => {
  it.each([
    ['rollback_deployment', {}, {}],
    ['invoke_function', { rollsChangeBack: true }, { isWhole: true, resource: 'shop/production' }],
  ])(
    'names the suspected deployment after %s, as a whole if the action was handed it',
    (type, params, whole) => {
      const { record, startedAtMs } = recordAfter(type, params);
      expect(record).toEqual({
        ...{ startedUpToMs: startedAtMs, kinds: ['deployment'], source: 'pipeline', changeId: 'v42' },
        ...(whole as object),
      });
    },
  );

  it('names the suspected deployment of CodeDeploy for every component, if CodeDeploy goes back', () => {
    const { record } = recordAfter('rollback_deployment', { by: 'code_deploy' }, 'codedeploy');
    expect(record).toMatchObject({ isWhole: true, resource: 'shop/production', kinds: ['deployment'] });
    const other = recordAfter('rollback_deployment', { by: 'code_deploy' }, 'pipeline').record;
    expect(other).not.toHaveProperty('isWhole');
    expect(other).not.toHaveProperty('resource');
  });

  it('names no deployment if AppConfig goes back', () => {
    const { record, operation } = recordAfter('rollback_deployment', { by: 'app_config' }, 'codedeploy');
    expect(record).toEqual({ startedUpToMs: operation.startedAtMs, kinds: ['configuration'] });
  });

  it('does not name the suspected deployment if only a configuration was rolled back', () => {
    const { record, operation } = recordAfter('rollback_config', { apply: 'restart' });
    expect(record).toEqual({ startedUpToMs: operation.startedAtMs, kinds: ['configuration'] });
  });

  it('is none where nothing was done, or it was undone', () => {
    const { operation } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
    const [undo] = strategyWith('rollback_deployment', { phase: 'undo' }).actions;
    if (!undo) throw new Error('no action');
    const action = 'rollback_deployment';
    const isOnRecord = (facts: Partial<StepRecord>, undone?: StepRecord['outcome']) => {
      const steps = [stepOf(operation, { action, ...facts })];
      if (undone) steps.push(stepOf(operation, { stepId: 'rollback-0', action, outcome: undone }));
      const undoSteps = [{ stepId: 'rollback-0', action: undo, undoes: 'heal-0' }] as const;
      return rolledBackBy({ ...operation, undoSteps }, strategyWith(action, {}), steps) !== undefined;
    };
    for (const outcome of ['FAILED', 'CANCELLED', 'SKIPPED'] as const)
      expect(isOnRecord({ outcome })).toBe(false);
    for (const outcome of ['SUCCEEDED', 'TIMED_OUT', 'UNKNOWN'] as const)
      expect(isOnRecord({ outcome })).toBe(true);
    expect(isOnRecord({})).toBe(true);
    expect(isOnRecord({ outcome: 'FAILED', change: { before: '{}', intended: '{}' } })).toBe(true);
    expect(isOnRecord({ outcome: 'SUCCEEDED' }, 'SUCCEEDED')).toBe(false);
    expect(isOnRecord({ outcome: 'SUCCEEDED' }, 'FAILED')).toBe(true);
  });

  it('keeps the nine that were rolled back before', () => {
    const now = { startedUpToMs: 20 };
    expect(withEarlier(now, undefined)).toBe(now);
    expect(withEarlier(now, { startedUpToMs: 10 })).toEqual({ ...now, earlier: [{ startedUpToMs: 10 }] });
    const earlier = Array.from({ length: 9 }, (_, index) => ({ startedUpToMs: 9 - index }));
    expect(withEarlier(now, { startedUpToMs: 10, earlier }).earlier).toEqual([
      { startedUpToMs: 10 },
      ...earlier.slice(0, 8),
    ]);
  });

  it('names no kind where an action was handed a change and none was suspected', () => {
    const { operation } = grantFor(alertOf('web'), configurationOf({ components: ['web'] }), limitsWith());
    const rolledBack = (type: string, params: object) =>
      rolledBackBy(operation, strategyWith(type, params), [
        stepOf(operation, { action: type, outcome: 'SUCCEEDED' }),
      ]);
    const { startedAtMs: startedUpToMs } = operation;
    expect(rolledBack('invoke_function', { rollsChangeBack: true })).toStrictEqual({ startedUpToMs });
    expect(rolledBack('rollback_deployment', {})).toStrictEqual({ startedUpToMs, kinds: ['deployment'] });
    expect(rolledBack('start_component', {})).toBeUndefined();
  });
});
