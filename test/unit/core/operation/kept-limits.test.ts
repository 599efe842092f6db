import { describe, expect, it } from 'vitest';
import { haveRoom, limitsAfter } from '../../../../functions/core/operation/kept-limits.ts';
import type { Operation, StepRecord } from '../../../../functions/core/operation/operation.ts';
import type { TimeLimit } from '../../../../functions/core/operation/time-limit.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const [A, B] = ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'];
const GROUPS = { by: 'security_groups', securityGroup: 'sg-0123456789abcdef0' };
const LIMIT: TimeLimit = {
  component: 'web',
  targets: [A, B],
  dueAtMs: NOON,
  limitSeconds: 3_600,
  afterLimit: 'lift',
};

/** The limits after a lift of two batches, of one host each. */
function afterLift(steps: readonly Partial<StepRecord>[]) {
  const isolate = { type: 'isolate_network', params: { ...GROUPS, limitSeconds: '1h', afterLimit: 'lift' } };
  const { strategies } = configured({ strategies: [{ actions: [isolate] }] });
  const lift = strategies.find(({ id }) => id === 'lift-isolation');
  if (!lift) throw new Error('no strategy lifts isolations');
  const operation = {
    operationId: 'the-lift',
    component: 'web',
    alert: { lifts: 'the-isolation', targets: [A, B] },
    layout: { batches: [[A], [B]], skipped: {} },
  } as unknown as Operation;
  const records = steps.map((step) => ({ action: 'restore_network', startedAtMs: NOON, ...step }));
  const limits = { 'the-isolation': LIMIT };
  return limitsAfter(lift, operation, records as readonly StepRecord[], limits, new Set(), NOON);
}

describe('the limit of an isolation that was lifted in part', () => {
  it('stays for the hosts of the batches that were not begun', () => {
    const restored = { stepId: 'heal-0', outcome: 'SUCCEEDED', targets: [A] } as const;
    expect(afterLift([restored])).toEqual({ 'the-isolation': { ...LIMIT, targets: [B] } });
  });

  it('stays where someone else has changed the groups: only these say whether the host is let in', () => {
    const changed = {
      stepId: 'heal-0',
      outcome: 'FAILED',
      failsAs: 'ChangedBySomeoneElse',
      targets: [A],
    } as const;
    expect(afterLift([changed])).toEqual({ 'the-isolation': LIMIT });
  });

  it('stays for hosts whose restoring failed, was skipped, or has no outcome', () => {
    const failed = { stepId: 'heal-0', outcome: 'FAILED', targets: [A] } as const;
    const skipped = { stepId: 'heal-3', outcome: 'SKIPPED', targets: [] } as const;
    expect(afterLift([failed, skipped])).toEqual({ 'the-isolation': LIMIT });
    expect(afterLift([{ stepId: 'heal-0', targets: [A] }])).toEqual({ 'the-isolation': LIMIT });
  });

  it('ends once all are let back in, whatever evidence was kept meanwhile', () => {
    const each = [A, B].map((host, batch) => ({
      stepId: `heal-${batch * 3}` as const,
      outcome: 'SUCCEEDED' as const,
      targets: [host],
    }));
    expect(afterLift(each)).toEqual({});
    const kept = { stepId: 'keep-1', action: 'read_logs', outcome: 'SUCCEEDED', targets: [] } as const;
    expect(afterLift([kept, ...each])).toEqual({});
  });
});

describe('the limits of hosts that are isolated once more', () => {
  const isolate = {
    type: 'isolate_network',
    params: { ...GROUPS, limitSeconds: '2h', afterLimit: 'lift' },
  };
  const [strategy] = configured({ strategies: [{ actions: [isolate] }] }).strategies;
  if (!strategy) throw new Error('no strategy isolates');
  const operation = {
    operationId: 'the-third',
    component: 'web',
    alert: { targets: [A, B] },
    layout: { batches: [[A, B]], skipped: {} },
  } as unknown as Operation;
  const step = { action: 'isolate_network', stepId: 'heal-0', outcome: 'SUCCEEDED', targets: [A, B] };

  it('stay, as reminders, where a plan of an earlier release has set none', () => {
    const [action] = strategy.actions;
    if (!action) throw new Error('the strategy has no action');
    const { limitSeconds: _, ...params } = action.params;
    const unlimited = { ...strategy, actions: [{ ...action, params }] };
    const steps = [{ ...step, startedAtMs: NOON }] as unknown as readonly StepRecord[];
    const limits = { 'the-first': { ...LIMIT, targets: [A, B] } };
    expect(limitsAfter(unlimited, operation, steps, limits, new Set(), NOON)).toEqual({
      'the-first/the-third': {
        ...{ ...LIMIT, targets: [A, B], afterLimit: 'remind' },
        isolatedBy: 'the-first',
      },
    });
  });

  it('become one that has the hosts of all, where the same operation had isolated them first', () => {
    const limits = {
      'the-first': { ...LIMIT, targets: [B] },
      'the-first/the-second': { ...LIMIT, targets: [A], isolatedBy: 'the-first' },
    };
    const steps = [{ ...step, startedAtMs: NOON }] as unknown as readonly StepRecord[];
    const after = limitsAfter(strategy, operation, steps, limits, new Set(), NOON);
    expect(after).toMatchObject({ 'the-first/the-third': { targets: [A, B], isolatedBy: 'the-first' } });
    expect(after['the-first/the-third']).not.toHaveProperty('isolatedAgainBy');
  });
});

describe('the fleet’s record', () => {
  const limits = (count: number, hosts: readonly string[]) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`operation-${index}`, { ...LIMIT, targets: hosts }]),
    );
  const hosts = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);

  it('has room for the limits of 100 operations, and of 1,000 hosts in all', () => {
    expect(haveRoom({})).toBe(true);
    expect(haveRoom(limits(100, [A]))).toBe(true);
    expect(haveRoom(limits(101, [A]))).toBe(false);
    expect(haveRoom(limits(10, hosts(100)))).toBe(true);
    expect(haveRoom({ ...limits(10, hosts(100)), more: LIMIT })).toBe(false);
  });
});
