import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../../functions/core/configuration/schema/strategy-schema.ts';
import { isCheckedInGroup, isReadmitted } from '../../../../functions/core/operation/batch-check.ts';
import { hasEffect, isolationsIn, letBackIn } from '../../../../functions/core/operation/isolations.ts';
import type { PlannedStep, StepRecord } from '../../../../functions/core/operation/operation.ts';
import {
  plannedAction,
  plannedConsequence,
  plannedParams,
} from '../../../../functions/core/operation/planned-step.ts';
import { configured } from '../../../factories/configuration.ts';

const [A, B] = ['i-0000000a', 'i-0000000b'];
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const ONE = {};
const TWO = { layout: { batches: [[A], [B]], skipped: {} } };

function plan(actions: readonly object[], component: object = {}) {
  const { strategies, components } = configured({
    components: { web: { ...component } },
    strategies: [{ actions }],
  });
  const [strategy] = strategies;
  const { web } = components;
  if (!strategy || !web) throw new Error('not configured');
  return { strategy, component: web };
}
const strategyOf = (...actions: readonly object[]): Strategy => plan(actions).strategy;

const STOP = { type: 'graceful_stop', params: { graceSeconds: 20 }, onError: 'rollback' };
const RESTART = strategyOf(STOP, { type: 'start_component' });
const ISOLATE = strategyOf({ type: 'isolate_network' });

function record(action: string, more: Partial<StepRecord> = {}): StepRecord {
  return {
    ...{ operationId: 'o-1', stepId: 'heal-0', component: 'web', action, onError: 'abort' },
    ...{ startedAtMs: 1, targets: [A], outcome: 'SUCCEEDED', ...more },
  };
}

describe('a planned step', () => {
  it('does the action of its strategy, its check, or what was laid out to undo it', () => {
    const undoSteps = [
      { stepId: 'rollback-0', action: { type: 'start_component' } },
      { stepId: 'rollback-1', action: { type: 'restore_network' } },
    ] as unknown as readonly PlannedStep[];
    const action = (stepId: StepRecord['stepId'], laid: object = { ...ONE, undoSteps }) =>
      plannedAction(RESTART, laid, stepId);
    expect([action('heal-0'), action('heal-1'), action('heal-2')]).toEqual([
      ...['graceful_stop', 'start_component', undefined],
    ]);
    expect([action('rollback-0'), action('rollback-1'), action('rollback-2')]).toEqual([
      ...['start_component', 'restore_network', undefined],
    ]);
    expect(action('rollback-0', ONE)).toBeUndefined();
    expect([action('verify-0'), plannedAction(ISOLATE, ONE, 'verify-0')]).toEqual([
      ...['verify_health', 'verify_containment'],
    ]);
    expect([action('escalate-0'), action('keep-0')]).toEqual([undefined, undefined]);
    expect([action('heal-2', TWO), plannedAction(ISOLATE, TWO, 'heal-1')]).toEqual([
      ...['verify_health', 'verify_containment'],
    ]);
  });

  it('begins with the parameters of its action', () => {
    expect(plannedParams(RESTART, ONE, 'heal-0')).toMatchObject({ graceSeconds: 20 });
    expect(plannedParams(RESTART, ONE, 'heal-2')).toBeUndefined();
    expect(plannedParams(RESTART, ONE, 'verify-0')).toBeUndefined();
  });

  it('has the consequence that its action declares, and fails as a batch if it is a check', () => {
    expect(plannedConsequence(RESTART, ONE, 'heal-0')).toStrictEqual({ onError: 'rollback' });
    expect(plannedConsequence(RESTART, ONE, 'heal-9')).toStrictEqual({ onError: 'abort' });
    expect(plannedConsequence(undefined, ONE, 'heal-0')).toStrictEqual({ onError: 'abort' });
    expect(plannedConsequence(RESTART, TWO, 'heal-2')).toStrictEqual({
      ...{ onError: 'abort', failsAs: 'BatchNotHealthy' },
    });
    expect(plannedConsequence(RESTART, ONE, 'rollback-0')).toStrictEqual({ onError: 'continue' });
    expect(plannedConsequence(RESTART, ONE, 'verify-0')).toStrictEqual({ onError: 'continue' });
  });
});

describe('the isolations of an operation', () => {
  const isolations = (strategy: Strategy, ...steps: readonly StepRecord[]) =>
    isolationsIn(strategy, ONE, steps);

  it('are its steps that may have cut hosts off, and who did it', () => {
    const done = record('isolate_network');
    expect(isolations(ISOLATE, done)).toEqual([{ record: done, byGroups: false }]);
    const unknown = record('isolate_network', { outcome: 'UNKNOWN' });
    const params = { by: 'security_groups', securityGroup: 'sg-0123456789abcdef0' };
    expect(isolations(strategyOf({ type: 'isolate_network', params }), unknown)).toEqual([
      { record: unknown, byGroups: true },
    ]);
    expect(isolations(ISOLATE, record('isolate_network', { outcome: 'SKIPPED' }))).toEqual([]);
    expect(isolations(RESTART, record('graceful_stop'))).toEqual([]);
    expect(isolations(ISOLATE, record('isolate_network', { stepId: 'heal-7' }))).toEqual([]);
  });

  it('changed something, unless EC2 was to do it and recorded no change', () => {
    const bare = record('isolate_network');
    const changed = record('isolate_network', { change: {} as NonNullable<StepRecord['change']> });
    expect(hasEffect({ record: bare, byGroups: false })).toBe(true);
    expect(hasEffect({ record: bare, byGroups: true })).toBe(false);
    expect(hasEffect({ record: changed, byGroups: true })).toBe(true);
  });

  it('are over for hosts that were let back in, each in its own way', () => {
    const back = (by: string) =>
      ({
        undoSteps: [{ stepId: 'rollback-0', action: { type: 'restore_network', params: { by } } }],
      }) as unknown as Parameters<typeof letBackIn>[1];
    const isolated = record('isolate_network', { targets: [A, B] });
    const restored = record('restore_network', { stepId: 'rollback-0', startedAtMs: 2, targets: [A, B] });
    const inAgain = (by: string, ...steps: readonly StepRecord[]) => letBackIn(ISOLATE, back(by), steps);
    expect(inAgain('agent', isolated, restored)).toEqual({ byAgents: [A, B], byGroups: [] });
    expect(inAgain('security_groups', isolated, restored)).toEqual({ byAgents: [], byGroups: [A, B] });
    expect(inAgain('agent', isolated)).toEqual({ byAgents: [], byGroups: [] });
    expect(inAgain('agent', isolated, { ...restored, outcome: 'FAILED' })).toEqual({
      ...{ byAgents: [], byGroups: [] },
    });
    const again = record('isolate_network', { startedAtMs: 3, targets: [B] });
    expect(inAgain('agent', isolated, restored, again)).toEqual({ byAgents: [A], byGroups: [] });
  });
});

describe('the check of a batch', () => {
  const CLEAN = { type: 'clear_temp_files' };
  const NOTIFY = { type: 'notify_soc' };
  const isInGroup = (actions: readonly object[], component: object) => {
    const planned = plan(actions, { tempPaths: ['/var/tmp/web'], ...component });
    return isCheckedInGroup(planned.strategy, planned.component);
  };
  const inGroup = { service: undefined, targetGroup: GROUP };

  it('comes before its hosts are put back, where that is the last that is done on them', () => {
    const drained = [{ type: 'drain_target' }, CLEAN, { type: 'restore_target' }];
    expect(isReadmitted(strategyOf(...drained, NOTIFY))).toBe(true);
    expect(isReadmitted(strategyOf(...drained, CLEAN))).toBe(false);
    expect(isReadmitted(strategyOf(NOTIFY))).toBe(false);
  });

  it('reads the target group if nothing on the hosts says more, and something is done on them', () => {
    expect(isInGroup([CLEAN], inGroup)).toBe(true);
    expect(isInGroup([CLEAN], { targetGroup: GROUP })).toBe(false);
    expect(isInGroup([CLEAN], { service: undefined })).toBe(false);
    expect(isInGroup([NOTIFY], inGroup)).toBe(false);
    expect(isInGroup([{ type: 'drain_target' }, CLEAN, { type: 'restore_target' }], inGroup)).toBe(false);
    expect(isInGroup([CLEAN], { ...inGroup, health: { url: 'https://web.example.com' } })).toBe(false);
  });
});
