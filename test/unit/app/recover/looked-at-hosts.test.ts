import { describe, expect, it } from 'vitest';
import { isolatedHosts } from '../../../../functions/app/recover/isolated-hosts.ts';
import type { Operation, StepRecord } from '../../../../functions/core/operation/operation.ts';
import type { OperationPlan } from '../../../../functions/core/operation/operation-plan.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, NODE } from '../../../factories/configuration.ts';
import { BY_GROUPS, GROUP } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';

const OTHER = 'i-0aaaaaaaaaaaaaaaa';
const HYBRID = 'mi-0aaaaaaaaaaaaaaaa';
const LATER_GROUP = 'sg-0000000e';
const FREE = ['sg-0000000a'];

interface Given {
  readonly targets?: readonly string[];
  /** By id, as EC2 has it. */
  readonly states?: Readonly<Record<string, string>>;
  /** By id, what Systems Manager says of its agent. */
  readonly online?: Readonly<Record<string, boolean>>;
  /** The groups of each interface, by the id of its instance. */
  readonly groups?: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly params?: object;
  readonly others?: readonly string[];
  readonly denied?: Error;
}

/** What is known of hosts that `the-isolation` has cut off by a group, and `later` by another. */
async function looked(given: Given = {}) {
  const { targets = [NODE], states = { [NODE]: 'running' }, online = {}, groups = {}, others = [] } = given;
  const { strategies } = configured({
    strategies: [{ actions: [{ type: 'isolate_network', params: given.params ?? BY_GROUPS }] }],
  });
  const asked: string[] = [];
  const recordOf = (id: string) => ({
    ...{ stepId: 'heal-0', action: 'isolate_network', outcome: 'SUCCEEDED', targets },
    change: {
      before: JSON.stringify({ eni: 'sg-0000000a' }),
      intended: JSON.stringify({ eni: id === 'later' ? LATER_GROUP : GROUP }),
    },
  });
  const deps = {
    store: {
      getOperation: async (id: string) => (id === 'forgotten' ? undefined : ({} as Operation)),
      getPlan: async () => ({ strategy: strategies[0] }) as unknown as OperationPlan,
      listSteps: async (id: string) => [recordOf(id)] as unknown as readonly StepRecord[],
    },
    instances: {
      read: async (ids: readonly string[]) => {
        asked.push(`EC2: ${ids.join()}`);
        if (given.denied) throw given.denied;
        return Object.entries(states).map(([id, state]) => ({ id, state }));
      },
      interfaces: async (ids: readonly string[]) => {
        asked.push(`interfaces: ${ids.join()}`);
        return Object.entries(groups).flatMap(([instanceId, all]) =>
          all.map((each, n) => ({ id: `eni-${n}`, instanceId, groups: each })),
        );
      },
    },
    runbooks: {
      resolveTargets: async (selector: object) => {
        asked.push(`SSM: ${Object.values(selector).join()}`);
        return Object.entries(online).map(([id, isOnline]) => node(id, { online: isOnline }));
      },
    },
  };
  const hosts = await isolatedHosts(deps as never, 'the-isolation', targets, others);
  return { ...hosts, asked };
}

describe('an isolated host', () => {
  it.each(['running', 'stopped', 'stopping'])('is there while EC2 says that it is %s', async (state) => {
    const { gone, asked } = await looked({ states: { [NODE]: state } });
    expect(gone).toEqual([]);
    expect(asked).not.toContain(`SSM: ${NODE}`);
  });

  it('is gone once it is terminated, whatever its agent says', async () => {
    expect(await looked({ states: { [NODE]: 'terminated' }, online: { [NODE]: true } })).toMatchObject({
      ...{ gone: [NODE], letIn: [] },
    });
  });

  it.each([
    [OTHER, true, []],
    [OTHER, false, [OTHER]],
    [HYBRID, true, []],
    [HYBRID, false, []],
  ] as const)(
    'that EC2 does not know, %s, is there while Systems Manager has it (online: %s)',
    async (id, isOnline, gone) => {
      expect((await looked({ targets: [id], states: {}, online: { [id]: isOnline } })).gone).toEqual(gone);
    },
  );

  it.each([OTHER, HYBRID])('that neither knows is gone: %s', async (id) => {
    expect((await looked({ targets: [id], states: {} })).gone).toEqual([id]);
  });

  it('is looked for with EC2 if it is an instance, and with Systems Manager if EC2 does not know it', async () => {
    const { asked } = await looked({ targets: [NODE, OTHER, HYBRID] });
    expect(asked.slice(0, 2)).toEqual([`EC2: ${NODE},${OTHER}`, `SSM: ${OTHER},${HYBRID}`]);
    expect((await looked({ targets: [HYBRID], states: {} })).asked).toEqual([`SSM: ${HYBRID}`]);
  });

  it('counts as isolated while nobody may look at it', async () => {
    const denied = new NotPermitted({ action: 'ec2:DescribeInstances' });
    expect(await looked({ denied })).toMatchObject({ gone: [], letIn: [], denial: denied.denial });
    await expect(looked({ denied: new ServiceUnavailable('throttled') })).rejects.toThrow('throttled');
  });
});

describe('a host that groups have cut off', () => {
  it.each([
    ['no interface has the group', [FREE, FREE], [NODE]],
    ['one interface still has the group', [FREE, [GROUP]], []],
    ['none of its interfaces is known', [], []],
  ] as const)('is let in if %s', async (_, interfaces, letIn) => {
    expect((await looked({ groups: { [NODE]: interfaces } })).letIn).toEqual(letIn);
  });

  it('is not let in by the interfaces of another host', async () => {
    expect((await looked({ groups: { [OTHER]: [FREE] } })).letIn).toEqual([]);
  });

  it('is not let in while it has the group of another isolation, or that is not known', async () => {
    const groups = { [NODE]: [[LATER_GROUP]] };
    expect((await looked({ groups })).letIn).toEqual([NODE]);
    expect((await looked({ groups, others: ['later'] })).letIn).toEqual([]);
    expect((await looked({ groups: { [NODE]: [FREE] }, others: ['forgotten'] })).letIn).toEqual([]);
  });

  it('has its interfaces read only where agents have no part in it', async () => {
    const { asked, letIn } = await looked({ params: {}, groups: { [NODE]: [FREE] } });
    expect(letIn).toEqual([]);
    expect(asked).toEqual([`EC2: ${NODE}`]);
  });
});
