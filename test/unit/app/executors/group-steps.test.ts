import { describe, expect, it } from 'vitest';
import * as groupHealth from '../../../../functions/app/executors/group-health.ts';
import * as replacement from '../../../../functions/app/executors/replacement.ts';
import * as targetGroup from '../../../../functions/app/executors/target-group.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { stepCall } from './step-call.ts';

const [A, B, C] = ['a', 'b', 'c'].map((end) => `i-0000000000000000${end}`) as [string, string, string];
const ARN = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
const clock = { nowMs: () => NOON, sleep: async () => undefined };
const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });
const member = (id: string, more: object = {}) => ({
  ...{ id, lifecycle: 'InService', isHealthy: true, isProtectedFromScaleIn: false, weight: 1 },
  ...more,
});
const GROUP = {
  desired: 3,
  suspended: [],
  targetGroups: [ARN],
  instances: [A, B, C].map((id) => member(id)),
};

describe('replacing instances', () => {
  const RECORD = { before: `{"instances":"${A},${B},${C}","sinceMs":${NOON}}`, intended: '"replaced"' };
  const earlier = { before: `{"instances":"${A},${B},${C}","sinceMs":5}`, intended: '"replaced"' };
  const under = (ids: string, sinceMs: number, arn = ARN) => ({
    reference: { executor: 'resource', id: `asg:${ids}:${sinceMs}:web:${A},${B},${C}:${arn}` },
  });
  const begun = async (
    given: Parameters<typeof stepCall>[0],
    { group = {}, isRefreshing = false, refuses = {} as Readonly<Record<string, Error>> } = {},
  ) => {
    const asked: string[] = [];
    const scalingGroups = {
      read: async () => ({ ...GROUP, ...group }),
      isRefreshing: async () => isRefreshing,
      terminate: async (id: string) => {
        const refusal = refuses[id];
        if (refusal) throw refusal;
        asked.push(id);
      },
    };
    const component = { targets: { autoScalingGroup: 'web' }, targetGroup: ARN };
    const { call, kept } = stepCall({ targets: [A, B], component, ...given });
    const begin = replacement.begin({ scalingGroups, clock } as never, call);
    return { answer: await begin.catch((error: Error) => error), asked, kept };
  };

  it('has all instances on record before the first is terminated', async () => {
    expect(await begun({})).toStrictEqual({
      answer: under(`${A},${B}`, NOON),
      asked: [A, B],
      kept: [RECORD],
    });
    const component = { targets: { autoScalingGroup: 'web' } };
    expect((await begun({ component, targets: [A] })).answer).toStrictEqual(under(A, NOON, ''));
  });

  it.each<[string, Parameters<typeof begun>[1]]>([
    [
      'web: an instance refresh of the group is in progress, and replaces instances by itself',
      { isRefreshing: true },
    ],
    ['web: 3 of 4 instances are in service: the group is still launching others', { group: { desired: 4 } }],
    [
      `web: ${B} is protected from scale-in: remove the protection before it is replaced`,
      { group: { instances: [member(A), member(B, { isProtectedFromScaleIn: true }), member(C)] } },
    ],
    [
      'web: someone has suspended Launch of the group: resume it before instances are replaced',
      { group: { suspended: ['Launch'] } },
    ],
  ])('terminates none: %s', async (detail, place) => {
    expect(await begun({}, place)).toStrictEqual({ answer: failed(detail), asked: [], kept: [] });
  });

  it('goes on when it is repeated, though the group has too few by then, and terminates none twice', async () => {
    const changes = { earlier };
    const left = { instances: [member(A, { lifecycle: 'Terminating' }), member(B), member(C)] };
    expect(await begun({ changes }, { group: left })).toStrictEqual({
      ...{ answer: under(`${A},${B}`, 5), asked: [B], kept: [] },
    });
    const refreshing = await begun({ changes }, { group: left, isRefreshing: true });
    expect(refreshing).toMatchObject({ answer: { outcome: 'FAILED' }, asked: [] });
    const both = { instances: [member(C)], suspended: ['Launch'] };
    expect((await begun({ changes }, { group: both, isRefreshing: true })).answer).toStrictEqual(
      under(`${A},${B}`, 5),
    );
  });

  const denied = new NotPermitted({ action: 'autoscaling:TerminateInstanceInAutoScalingGroup' });
  it('names what was terminated where another one is refused, and fails as it is refused where none was', async () => {
    expect(await begun({}, { refuses: { [B]: denied } })).toMatchObject({
      answer: failed(`${B}: ${denied.message}; ${A}: terminated, and being replaced`),
      asked: [A],
    });
    expect((await begun({}, { refuses: { [A]: denied } })).answer).toBe(denied);
    const throttled = new ServiceUnavailable('throttled');
    expect((await begun({}, { refuses: { [B]: throttled } })).answer).toBe(throttled);
  });
});

describe('the end of a replacement', () => {
  const NEW = 'i-0000000000000000f';
  const found = async (
    instances: readonly object[],
    {
      targetGroup: arn = undefined as string | undefined,
      nodes = [node(NEW)],
      state = 'healthy',
      failure = undefined as string | undefined,
    } = {},
  ) => {
    const looked: unknown[] = [];
    const deps = {
      scalingGroups: {
        read: async () => ({ ...GROUP, instances }),
        failedLaunch: async (...asked: readonly unknown[]) => {
          looked.push(asked);
          return failure;
        },
      },
      targetGroups: { read: async () => [{ id: NEW, port: 80, state }] },
      runbooks: {
        resolveTargets: async (selector: unknown) => {
          looked.push(selector);
          return nodes;
        },
      },
    };
    const reference = { ids: [A], sinceMs: 5, group: 'web', known: [A, B, C], targetGroup: arn };
    return { inspection: await replacement.inspect(deps as never, reference), looked };
  };
  const result = (said: string, more: object = {}) => ({
    ...('outcome' in more && { outcome: more.outcome }),
    detail: `replacement of ${A} in web: ${said}`,
    targets: [{ id: A, detail: said, exists: true, ...more }],
    targetCount: 1,
  });
  const others = [member(B), member(C)];

  it('names the one that has taken its place', async () => {
    const { inspection, looked } = await found([...others, member(NEW)]);
    expect(inspection).toStrictEqual(
      result(`${A}: replaced by ${NEW}`, { outcome: 'SUCCEEDED', replacedBy: NEW }),
    );
    expect(looked).toEqual([{ instanceIds: [NEW] }]);
  });

  it('is without one where the group is smaller by then', async () => {
    const smaller = [...others, member(C, { id: 'i-0000000000000000d' })];
    const { inspection } = await found(smaller, { nodes: [node('i-0000000000000000d', { online: false })] });
    expect(inspection).not.toHaveProperty('outcome');
  });

  const waiting = `${A}: terminated; 2 of 3 instances can serve;`;
  it.each<[string, Parameters<typeof found>[1], string]>([
    ['its agent is missing', { nodes: [] }, `${NEW} has no agent online`],
    ['its agent is offline', { nodes: [node(NEW, { online: false })] }, `${NEW} has no agent online`],
    ['only another agent is online', { nodes: [node(B)] }, `${NEW} has no agent online`],
    [
      'it is not healthy in the target group',
      { targetGroup: ARN, state: 'initial' },
      `${NEW} is initial on 80`,
    ],
  ])('waits for the new instance while %s', async (_, place, why) => {
    const { inspection, looked } = await found([...others, member(NEW)], place);
    expect(inspection).toStrictEqual(result(`${waiting} ${why}`));
    expect(looked.at(-1)).toEqual(['web', 5]);
  });

  it('asks nobody about instances before there is a new one, and says why none was launched', async () => {
    const { inspection, looked } = await found(others, { failure: 'no capacity' });
    expect(inspection).toStrictEqual(
      result(`${waiting} no new instance yet; the last launch failed: no capacity`),
    );
    expect(looked).toEqual([['web', 5]]);
  });
});

describe('instances in a target group', () => {
  const OTHER_PORTS = [
    { id: A, port: 8080, state: 'healthy' },
    { id: A, port: 80, state: 'healthy' },
  ];
  const begun = async (
    type: string,
    listed: readonly object[],
    given: Parameters<typeof stepCall>[0] = {},
  ) => {
    const asked: unknown[] = [];
    let now = listed;
    const targetGroups = {
      read: async () => now,
      deregister: async (...values: readonly unknown[]) => {
        asked.push(['deregister', ...values]);
        now = [];
      },
      register: async (...values: readonly unknown[]) => void asked.push(['register', ...values]),
    };
    const { call, kept } = stepCall({ targets: [A, B], component: { targetGroup: ARN }, ...given });
    return { answer: await targetGroup.begin({ targetGroups } as never, type, call), asked, kept };
  };
  const drained = { before: `{"${A}":"80,8080","${B}":""}`, intended: `{"${A}":"","${B}":""}` };
  const under = (change: string) => ({
    reference: { executor: 'resource', id: `elb:${change}:${A}:${ARN}` },
    targets: [A],
  });

  it('are drained on each of their ports, and only those are waited for that were in it', async () => {
    expect(await begun('drain_target', OTHER_PORTS)).toStrictEqual({
      answer: under('deregistration'),
      asked: [['deregister', ARN, A, [80, 8080]]],
      kept: [drained],
    });
    expect((await begun('drain_target', [])).answer).toStrictEqual(
      succeeded(`registration of ${A} in web is none; registration of ${B} in web is none already`),
    );
  });

  it('are put back on the ports that they had', async () => {
    const changes = { undone: drained };
    expect(await begun('restore_target', [], { changes })).toStrictEqual({
      ...{ answer: under('registration'), asked: [['register', ARN, A, [80, 8080]]], kept: [] },
    });
    const theirs = [{ id: A, port: 8443, state: 'healthy' }];
    expect((await begun('restore_target', theirs, { changes })).answer).toStrictEqual({
      ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true },
      detail: `registration of ${A} in web has port 8443, neither none as before nor port 80,8080 as intended: someone else has changed it, and it is left as it is`,
    });
    expect((await begun('restore_target', [])).answer).toStrictEqual(
      succeeded(`${A}, ${B}: this operation has drained none of them`),
    );
  });

  it('are left where the group lists no instances', async () => {
    const { answer, asked } = await begun('drain_target', [{ id: '10.0.0.7', port: 80, state: 'healthy' }]);
    expect(answer).toStrictEqual(
      failed(
        `registration of ${A} in web: it lists 10.0.0.7, which is no instance id: only target groups of the type \`instance\` can be drained`,
      ),
    );
    expect(asked).toEqual([]);
  });

  it('are awaited to be healthy in it between two times', async () => {
    const wait = { settleSeconds: 30, timeoutSeconds: 90 };
    const begin = async (id: string) =>
      await groupHealth.begin(
        { targetGroups: { read: async () => [{ id, port: 80, state: 'healthy' }] }, clock },
        ARN,
        [A, B],
        wait,
      );
    expect(await begin(A)).toStrictEqual({
      reference: {
        executor: 'resource',
        id: `elb-health:${A},${B}:${NOON + 30_000}:${NOON + 90_000}:${ARN}`,
      },
    });
    expect(await begin('10.0.0.7')).toStrictEqual(
      failed(
        'target group: it lists 10.0.0.7, which is no instance id: only target groups of the type `instance` can be drained',
      ),
    );
  });
});
