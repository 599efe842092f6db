import { describe, expect, it } from 'vitest';
import type { StepCall } from '../../../../functions/app/executors/action-call.ts';
import {
  begin,
  openInstances,
  openInterfaces,
} from '../../../../functions/app/executors/network-interface.ts';
import { stepCall } from './step-call.ts';

const [A, B] = ['i-0000000000000000a', 'i-0000000000000000b'] as const;
const GROUP = 'sg-0123456789abcdef0';
const BEFORE = { before: '{"eni-a":"sg-1,sg-2"}', intended: `{"eni-a":"${GROUP}"}` };

/** EC2 with the interface of each of two instances, whose groups are these. */
function ec2(groups: Readonly<Record<string, readonly string[]>>, readsBehind = 0) {
  const asked: unknown[] = [];
  const slept: number[] = [];
  const now: Record<string, readonly string[]> = { ...groups };
  const owner: Readonly<Record<string, string>> = { 'eni-a': A, 'eni-b': B };
  let behind = 0;
  const listed = (from: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(from).map(([id, own]) => ({ id, instanceId: owner[id] ?? A, groups: own }));
  const instances = {
    interfaces: async (ids: readonly string[]) => {
      behind -= 1;
      return listed(behind >= 0 ? groups : now).filter(({ instanceId }) => ids.includes(instanceId));
    },
    setGroups: async (id: string, own: readonly string[]) => {
      asked.push([id, own]);
      now[id] = own;
      behind = readsBehind;
    },
  };
  const clock = { nowMs: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const step = async (type: string, given: Parameters<typeof stepCall>[0] = {}) => {
    const params = { parse: () => ({ securityGroup: GROUP }) };
    const { call, kept } = stepCall({ targets: [A], ...given });
    const answer = await begin({ instances, clock } as never, { type, params } as never, call as StepCall);
    return { answer, asked, kept, slept };
  };
  return { instances, step };
}

describe('an isolation by security groups', () => {
  const done = {
    outcome: 'SUCCEEDED',
    detail: `security groups of eni-a (${A}) was changed from sg-1,sg-2 to ${GROUP}`,
  };

  it('replaces the groups that are on record by the one that isolates', async () => {
    const { answer, asked, kept, slept } = await ec2({ 'eni-a': ['sg-1', 'sg-2'], 'eni-b': ['sg-3'] }).step(
      'isolate_network',
    );
    expect(answer).toMatchObject(done);
    expect(asked).toEqual([['eni-a', [GROUP]]]);
    expect(kept).toEqual([BEFORE]);
    expect(slept).toEqual([]);
  });

  it.each([
    [4, 'SUCCEEDED'],
    [5, 'FAILED'],
  ])('looks five times whether EC2 shows it: with %i looks in vain, it has %s', async (inVain, outcome) => {
    const { answer, slept } = await ec2({ 'eni-a': ['sg-1', 'sg-2'] }, inVain).step('isolate_network');
    expect(answer).toMatchObject({ outcome });
    expect(slept).toEqual([2_000, 2_000, 2_000, 2_000]);
    if (outcome === 'FAILED')
      expect(answer).toStrictEqual({ outcome, detail: `eni-a of ${A} has sg-1, sg-2, not ${GROUP}` });
  });

  it('isolates none where EC2 knows no interface of one', async () => {
    const { answer, asked } = await ec2({ 'eni-a': ['sg-1'] }).step('isolate_network', { targets: [A, B] });
    expect(answer).toStrictEqual({ outcome: 'FAILED', detail: `EC2 knows no network interface of ${B}` });
    expect(asked).toEqual([]);
  });

  it('is not looked for where someone else’s groups are left', async () => {
    const changes = { earlier: BEFORE };
    const { answer, slept } = await ec2({ 'eni-a': ['sg-9'] }).step('isolate_network', { changes });
    expect(answer).toMatchObject({ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true });
    expect(slept).toEqual([]);
  });

  it('is lifted on each interface whose groups are on record', async () => {
    const changes = { undone: BEFORE };
    const { answer, asked } = await ec2({ 'eni-a': [GROUP] }).step('restore_network', { changes });
    expect(answer).toMatchObject({
      outcome: 'SUCCEEDED',
      detail: `security groups of eni-a (${A}) is back from ${GROUP} to sg-1,sg-2`,
    });
    expect(asked).toEqual([['eni-a', ['sg-1', 'sg-2']]]);
  });

  it('is not lifted on an interface that was given no group, or is detached by then', async () => {
    const changes = { undone: BEFORE };
    const bare = await ec2({ 'eni-a': [] }).step('restore_network', { changes });
    expect(bare.answer).toMatchObject({
      failsAs: 'ChangedBySomeoneElse',
      detail: expect.stringContaining(`security groups of eni-a (${A}) has none, neither ${GROUP} as before`),
    });
    const { instances, step } = ec2({ 'eni-a': [GROUP] });
    const { interfaces } = instances;
    let looks = 0;
    instances.interfaces = async (ids) => {
      looks += 1;
      return looks === 1 ? await interfaces(ids) : [];
    };
    expect((await step('restore_network', { changes })).answer).toMatchObject({
      detail: expect.stringContaining('has none: it is detached, neither'),
    });
  });
});

describe('whether instances are isolated', () => {
  it.each([
    [{ 'eni-a': [GROUP], 'eni-b': [GROUP] }, [], []],
    [{ 'eni-a': [GROUP], 'eni-b': [] }, [B], [`eni-b of ${B} has no group, not ${GROUP}`]],
    [
      { 'eni-a': [GROUP, 'sg-1'] },
      [A, B],
      [`eni-a of ${A} has ${GROUP}, sg-1, not ${GROUP}`, `EC2 knows no network interface of ${B}`],
    ],
    [
      { 'eni-a': [GROUP], 'eni-a2': ['sg-1'], 'eni-b': [GROUP] },
      [A],
      [`eni-a2 of ${A} has sg-1, not ${GROUP}`],
    ],
  ])('takes each of their interfaces: %o', async (groups, open, reasons) => {
    const { instances, step } = ec2(groups);
    expect(await openInstances(instances as never, [A, B], GROUP)).toEqual(open);
    expect(await openInterfaces(instances as never, [A, B], GROUP)).toEqual(reasons);
    expect((await step('verify_containment', { targets: [A, B] })).answer).toStrictEqual(
      reasons.length === 0
        ? { outcome: 'SUCCEEDED', detail: `${A}, ${B}: isolated by ${GROUP}` }
        : { outcome: 'FAILED', detail: reasons.join('; ') },
    );
  });
});
