import { describe, expect, it } from 'vitest';
import type { ActionSubject } from '../../../../functions/app/executors/action-call.ts';
import { liftedIsolation } from '../../../../functions/app/heal/lifted-isolation.ts';
import type { StepRecord } from '../../../../functions/core/operation/operation.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { GROUP } from '../../../factories/ports/isolated-host.ts';

const [A, B, C] = ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'] as const;
const GROUPS = { type: 'restore_network', params: { by: 'security_groups' } };
const AGENT = { type: 'restore_network' };
const changeOf = (...hosts: readonly string[]) => ({
  before: JSON.stringify(Object.fromEntries(hosts.map((id) => [`eni-${id}`, '["sg-a"]']))),
  intended: JSON.stringify(Object.fromEntries(hosts.map((id) => [`eni-${id}`, `["${GROUP}"]`]))),
});

interface Given {
  /** Hosts that the agents have isolated. */
  readonly byAgents?: readonly string[];
  /** Hosts whose security groups were changed. */
  readonly byGroups?: readonly string[];
  /** Hosts that the alert names. @default all */
  readonly named?: readonly string[];
  readonly actions?: readonly object[];
  readonly stepId?: 'heal-0' | 'heal-1' | 'heal-3' | 'heal-4';
  readonly by?: 'agent' | 'security_groups';
  readonly before?: readonly StepRecord[];
  readonly component?: string;
}

/** What a step of a lift is to lift of an isolation that was made agent first. */
async function lifted({
  byAgents = [],
  byGroups = [],
  named = [],
  actions = [GROUPS, AGENT],
  stepId = 'heal-1',
  by = 'agent',
  before = [],
  component = 'web',
}: Given) {
  const contain = {
    actions: [{ type: 'isolate_network', params: { by: 'agent_first', securityGroup: GROUP } }],
  };
  const lift = { id: 'lift-isolation', trigger: { metrics: ['isolation_limit'] }, actions };
  const { strategies } = configured({
    strategies: [{ ...contain, rollback: { onFailure: 'maintain_isolation' } }, lift],
  });
  const made = { component: 'web', outcome: 'SUCCEEDED', action: 'isolate_network', startedAtMs: NOON };
  const steps = [
    { ...made, stepId: 'heal-0', targets: byAgents },
    {
      ...made,
      stepId: 'heal-1',
      targets: byGroups,
      ...(byGroups.length > 0 && { change: changeOf(...byGroups) }),
    },
  ];
  const store = {
    getOperation: async () => ({ operationId: 'first', component: 'web', planId: 'plan' }),
    getPlan: async () => ({ strategy: strategies[0] }),
    listSteps: async () => steps,
  };
  const interfaces = async () => [A, B, C].map((id) => ({ id: `eni-${id}`, instanceId: id }));
  const operation = {
    ...{ component, alert: { lifts: 'first', targets: named } },
    layout: { batches: [[A, B], [C]], skipped: {} },
  };
  const strategy = strategies.find(({ id }) => id === 'lift-isolation');
  if (!strategy) throw new Error('no lift');
  return await liftedIsolation(
    { store, instances: { interfaces } } as never,
    { operation, fence: 1 } as unknown as ActionSubject,
    { stepId, action: { params: { by } } },
    strategy,
    before,
  );
}

const record = (stepId: StepRecord['stepId'], more: Partial<StepRecord> = {}): StepRecord => ({
  ...({
    operationId: 'lift',
    component: 'web',
    stepId,
    action: 'restore_network',
    onError: 'continue',
  } as const),
  ...({ startedAtMs: NOON, targets: [A], outcome: 'FAILED', ...more } as const),
});

describe('what a lift lets back in', () => {
  it('are hosts of its own component alone', async () => {
    expect(await lifted({ byAgents: [A], component: 'api' })).toEqual({
      problem: 'first: no isolation of this component on record',
    });
  });

  it('are the hosts that the alert names, in either way', async () => {
    const isolated = { byAgents: [A, B], byGroups: [C], named: [A] };
    expect(await lifted(isolated)).toEqual({ targets: [A], twice: [] });
    expect(await lifted({ byGroups: [A, C], named: [C], by: 'security_groups', stepId: 'heal-0' })).toEqual({
      ...{ targets: [C], twice: [], change: changeOf(A, C) },
    });
  });

  it('are none where the alert names others', async () => {
    expect(await lifted({ byAgents: [A], byGroups: [B], named: [C] })).toEqual({
      problem: 'first: no isolation of this component on record',
    });
  });

  it('are no hosts of an isolation that only agents have made, by security groups', async () => {
    const found = await lifted({ byAgents: [A], by: 'security_groups', stepId: 'heal-0' });
    expect(found).toStrictEqual({ targets: [], twice: [] });
  });

  it('are none where no action undoes the way in which they were isolated', async () => {
    expect(await lifted({ byGroups: [A, B], actions: [AGENT] })).toEqual({
      problem: `${A}, ${B}: isolated by security_groups, which no \`restore_network\` of this strategy undoes: add one with \`by: security_groups\``,
    });
    expect(await lifted({ byAgents: [A], actions: [GROUPS, { type: 'isolate_network' }] })).toEqual({
      problem: `${A}: isolated by agent, which no \`restore_network\` of this strategy undoes: add one with \`by: agent\``,
    });
  });

  it('are none where hosts were isolated in both ways, and the agents are asked first', async () => {
    expect(await lifted({ byAgents: [A, B, C], byGroups: [A, B], actions: [AGENT, GROUPS] })).toEqual({
      problem: `${A}, ${B}: isolated by security groups, and by the agent: put \`restore_network\` with \`by: security_groups\` before the one with \`by: agent\``,
    });
  });

  it('may be let in in any order where no host was isolated in both ways', async () => {
    expect(await lifted({ byAgents: [C], byGroups: [A, B], actions: [AGENT, GROUPS] })).toEqual({
      ...{ targets: [C], twice: [] },
    });
  });
});

describe('a host that was isolated in both ways', () => {
  const both = { byAgents: [A, B], byGroups: [A] };

  it('is let in by its agent once its security groups are back', async () => {
    expect(await lifted({ ...both, before: [record('heal-0', { outcome: 'SUCCEEDED' })] })).toEqual({
      ...{ targets: [A, B], twice: [A] },
    });
  });

  it('waits where they are not, and keeps no other host waiting', async () => {
    expect(await lifted({ ...both, before: [record('heal-0')] })).toEqual({ targets: [B], twice: [A] });
  });

  it('does not wait for groups that someone else has changed since', async () => {
    const before = [record('heal-0', { failsAs: 'ChangedBySomeoneElse' })];
    expect(await lifted({ ...both, before })).toEqual({ targets: [A, B], twice: [A] });
  });

  it('does not wait for another batch', async () => {
    expect(await lifted({ ...both, before: [record('heal-3')] })).toEqual({ targets: [A, B], twice: [A] });
    const later = { ...both, stepId: 'heal-4' } as const;
    expect(await lifted({ ...later, before: [record('heal-3')] })).toEqual({ targets: [B], twice: [A] });
    const escalation = record('escalate-0', { action: 'notify_architect' });
    expect(await lifted({ ...later, before: [escalation] })).toEqual({ targets: [A, B], twice: [A] });
  });
});
