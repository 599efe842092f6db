import { describe, expect, it } from 'vitest';
import type { StepOutcome, StepRecord } from '../../../functions/core/operation/operation.ts';
import { rollbackPlan } from '../../../functions/core/operation/rollback-plan.ts';
import { configured } from '../../factories/configuration.ts';

/** What would undo a strategy of these actions, all of them done; `undo`: but for the last, whose `onError` counts. */
function plan(
  rollback: Readonly<Record<string, unknown>>,
  undo = false,
  ran: readonly string[] = [],
  onError = 'rollback',
) {
  const actions = [...ran.map((type) => ({ type })), { type: 'clear_temp_files', onError }];
  const components = { web: { tempPaths: ['/var/tmp/web'] } };
  const configuration = configured({ components, strategies: [{ actions, rollback }] });
  const [strategy] = configuration.strategies;
  const { web: component } = configuration.components;
  if (!strategy || !component) throw new Error('not configured');
  const recordOf = (index: number, outcome: StepOutcome): StepRecord => ({
    operationId: 'operation',
    stepId: `heal-${index}`,
    component: 'web',
    action: actions[index]?.type ?? '',
    onError: 'abort',
    startedAtMs: index,
    reference: { executor: 'run_command', id: `command-${index}` },
    targets: [`i-0000000${index}`],
    outcome,
  });
  const done = ran.map((_, index) => recordOf(index, 'SUCCEEDED'));
  const last = recordOf(ran.length, undo ? 'FAILED' : 'SUCCEEDED');
  const steps = [...done, last];
  return rollbackPlan({ strategy, component, operation: {}, steps, pending: undefined });
}
const types = (...args: Parameters<typeof plan>) => plan(...args).map(({ action }) => action.type);

describe('a rollback plan', () => {
  it('consists of what the strategy says', () => {
    const actions = [{ type: 'start_component', params: { mode: 'restart' } }, { type: 'notify_soc' }];
    expect(types({ actions })).toEqual(['start_component', 'notify_soc']);
    expect(types({})).toEqual([]);
  });

  it('undoes what succeeded, the last first, before the strategy’s own steps', () => {
    const ran = ['graceful_stop', 'clear_temp_files', 'isolate_network', 'enter_safe_mode'];
    expect(types({ actions: [{ type: 'notify_soc' }] }, true, ran)).toEqual([
      'leave_safe_mode',
      'restore_network',
      'start_component',
      'notify_soc',
    ]);
    expect(types({ actions: [{ type: 'notify_soc' }] }, false, ran)).toEqual(['notify_soc']);
  });

  it('leaves what was done as it is, if the action that stopped the repair says onError: abort', () => {
    const actions = [{ type: 'notify_soc' }];
    expect(types({ actions }, true, ['graceful_stop', 'isolate_network'], 'abort')).toEqual(['notify_soc']);
  });

  it('goes on after an inverse that fails, and gives it what it needs', () => {
    expect(plan({}, true, ['isolate_network'])).toEqual([
      {
        stepId: 'rollback-0',
        action: {
          type: 'restore_network',
          params: { by: 'agent' },
          timeoutSeconds: 60,
          onError: 'continue',
        },
        undoes: 'heal-0',
        targets: ['i-00000000'],
      },
    ]);
  });

  it('never restores the network if it maintains isolation', () => {
    const actions = [{ type: 'restore_network' }, { type: 'notify_soc' }];
    expect(types({ onFailure: 'maintain_isolation', actions }, true, ['isolate_network'])).toEqual([
      'notify_soc',
    ]);
  });

  it('ends where it enters safe mode, once', () => {
    expect(types({ onFailure: 'enter_safe_mode' })).toEqual(['enter_safe_mode']);
    const own = { onFailure: 'enter_safe_mode', actions: [{ type: 'enter_safe_mode' }] };
    expect(types(own)).toEqual(['enter_safe_mode']);
  });
});
