import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../functions/core/configuration/schema/action-schema.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import {
  isLifting,
  liftingActions,
  limitedIsolation,
  notLifted,
  reminderSeconds,
  waysBack,
} from '../../../../functions/core/operation/time-limit.ts';

const isolation = (params: Action['params']): Action => ({
  ...{ type: 'isolate_network', params, timeoutSeconds: 60, onError: 'abort' },
});
const restart: Action = { type: 'start_component', params: {}, timeoutSeconds: 60, onError: 'abort' };
const limited = isolation({ by: 'agent', limitSeconds: 600, afterLimit: 'remind' });
const lifting = isolation({ by: 'agent', limitSeconds: 600, afterLimit: 'lift' });

describe('the time limit of an isolation', () => {
  it('is that of the last isolation that has one', () => {
    expect(limitedIsolation([limited, lifting, isolation({}), restart])).toBe(lifting);
    expect(limitedIsolation([isolation({}), restart])).toBeUndefined();
    expect(limitedIsolation([{ ...restart, params: { limitSeconds: 600 } }])).toBeUndefined();
  });

  it('lifts it only where the strategy says so', () => {
    expect(isLifting(lifting)).toBe(true);
    expect(isLifting(limited)).toBe(false);
    expect(isLifting(isolation({ afterLimit: 'lift' }))).toBe(false);
    expect(isLifting({ ...lifting, type: 'start_component' })).toBe(false);
  });

  it('is followed by reminders as far apart as it is long, and a day at least', () => {
    expect(reminderSeconds({ limitSeconds: 3_600 })).toBe(86_400);
    expect(reminderSeconds({ limitSeconds: 172_800 })).toBe(172_800);
  });
});

describe('the lift of isolations', () => {
  it.each([
    [['agent'], ['agent']],
    [['security_groups'], ['security_groups']],
    [['agent_first'], ['security_groups', 'agent']],
    [
      ['agent', 'security_groups'],
      ['security_groups', 'agent'],
    ],
    [[], []],
  ])('is made in each way in which they were made: %j', (made, back) => {
    expect(waysBack(made.map((by) => isolation({ by })))).toEqual(back);
  });

  it('lets hosts back in, and then notifies the architect', () => {
    expect(liftingActions([isolation({ by: 'agent' })])).toEqual([
      { type: 'restore_network', params: { by: 'agent' }, timeoutSeconds: 60, onError: 'continue' },
      {
        ...{ type: 'notify_architect', timeoutSeconds: 30, onError: 'continue' },
        params: {
          message: 'The isolation has reached its time limit: each host that can be let back in was.',
        },
      },
    ]);
  });

  it('says which hosts were not let back in, or are not healthy', () => {
    const step = (stepId: StepRecord['stepId'], more: Partial<StepRecord>): StepRecord => ({
      ...{ operationId: 'op', component: 'web', onError: 'continue', startedAtMs: 0, targets: [] },
      ...{ stepId, action: 'restore_network', ...more },
    });
    const fine = [
      step('heal-0', { outcome: 'SUCCEEDED' }),
      step('heal-1', { outcome: 'SKIPPED' }),
      step('heal-2', { action: 'notify_architect', outcome: 'FAILED', detail: 'no topic' }),
    ];
    expect(notLifted(fine)).toBeUndefined();
    const checked = step('heal-4', {
      ...{ action: 'verify_health', outcome: 'FAILED', failsAs: 'BatchNotHealthy', detail: 'is inactive' },
    });
    expect(notLifted([...fine, step('heal-3', {}), checked])).toBe(
      'not everything was lifted: heal-3 has not ended; heal-4 is inactive',
    );
  });
});
