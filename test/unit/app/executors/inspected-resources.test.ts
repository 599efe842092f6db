import { describe, expect, it } from 'vitest';
import { NotFound, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { inspected, whole } from './inspection.ts';

describe('what is found of a database', () => {
  const since = (ageMs: number) => NOON - ageMs;

  it.each<readonly [string, string, 'SUCCEEDED' | 'FAILED' | undefined, string]>([
    [
      `reboot:${since(29_999)}:orders:`,
      'available',
      undefined,
      'reboot of orders: the instance is available',
    ],
    [
      `reboot:${since(30_000)}:orders:`,
      'available',
      'SUCCEEDED',
      'reboot of orders: the instance is available',
    ],
    [
      `reboot:${since(30_000)}:orders:`,
      'rebooting',
      undefined,
      'reboot of orders: the instance is rebooting',
    ],
    [`reboot:${since(0)}:orders:`, 'failed', 'FAILED', 'reboot of orders: the instance is failed'],
    [
      `class:${since(600_000)}:orders:db.m6g.large`,
      'available',
      'SUCCEEDED',
      'change of orders to db.m6g.large: the instance is available, with db.m6g.large and 100 GiB',
    ],
    [
      `storage:${since(600_000)}:orders:200`,
      'available',
      'FAILED',
      'change of orders to 200 GiB: the instance is available, with db.m6g.large and 100 GiB',
    ],
  ])('says how far an instance has come: %s, %s', async (reference, status, outcome, detail) => {
    const readInstance = async () => ({
      ...{
        id: 'orders',
        status,
        instanceClass: 'db.m6g.large',
        storage: { giB: 100 },
        pending: { others: [] },
      },
    });
    expect(await inspected(`rds:${reference}`, { databases: { readInstance } })).toStrictEqual(
      whole('orders', detail, outcome),
    );
  });

  it.each<readonly [string, string | undefined, 'SUCCEEDED' | 'FAILED' | undefined, string]>([
    ['available', 'shop-2', 'SUCCEEDED', 'the cluster is available, its writer is shop-2'],
    ['available', 'shop-1', undefined, 'the cluster is available, its writer is shop-1'],
    ['failing-over', 'shop-2', undefined, 'the cluster is failing-over, its writer is shop-2'],
    ['stopped', 'shop-1', 'FAILED', 'the cluster is stopped, its writer is shop-1'],
    ['available', undefined, undefined, 'the cluster is available, its writer is none'],
  ])('says which member of a cluster is the writer: %s, %s', async (status, writer, outcome, detail) => {
    const members = ['shop-1', 'shop-2'].map((id) => ({ id, isWriter: id === writer }));
    const readCluster = async () => ({ id: 'shop', status, members });
    expect(
      await inspected(`rds:cluster-failover:${NOON}:shop:shop-2`, { databases: { readCluster } }),
    ).toStrictEqual(whole('shop', `failover of shop to shop-2: ${detail}`, outcome));
  });
});

describe('what is found of instances in a target group', () => {
  const ARN = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef';
  const [A, B] = ['i-0000000000000000a', 'i-0000000000000000b'] as const;
  const group = (a: string, b: string) => ({
    targetGroups: {
      read: async () => [
        { id: A, port: 80, state: a },
        { id: B, port: 80, state: b },
      ],
    },
  });

  it('ends with the last that is drained, and has failed with any', async () => {
    const drained = { targetGroups: { read: async () => [] } };
    const found = async (ports: object) => await inspected(`elb:deregistration:${A},${B}:${ARN}`, ports);
    expect(await found(drained)).toStrictEqual({
      outcome: 'SUCCEEDED',
      detail: `deregistration of ${A}, ${B}: ${A} is drained; ${B} is drained`,
      targets: [
        { id: A, outcome: 'SUCCEEDED', detail: `${A} is drained` },
        { id: B, outcome: 'SUCCEEDED', detail: `${B} is drained` },
      ],
      targetCount: 2,
    });
    expect(await found(group('draining', 'unused'))).toStrictEqual({
      detail: `deregistration of ${A}, ${B}: ${A} is draining on 80; ${B} is unused on 80: someone else has registered it again`,
      targets: [
        { id: A, detail: `${A} is draining on 80` },
        { id: B, outcome: 'FAILED', detail: `${B} is unused on 80: someone else has registered it again` },
      ],
      targetCount: 2,
    });
    expect(await found(group('unused', 'unused'))).toMatchObject({ outcome: 'FAILED' });
  });

  it.each<readonly [number, number, string, 'SUCCEEDED' | 'FAILED' | undefined]>([
    [1, 60_000, 'healthy', undefined],
    [0, 60_000, 'healthy', 'SUCCEEDED'],
    [0, 1, 'unhealthy', undefined],
    [0, 0, 'unhealthy', 'FAILED'],
    [1, 0, 'healthy', 'FAILED'],
  ])(
    'is believed from its time on, and awaited until another: in %i and %i ms, with one %s',
    async (fromMs, untilMs, state, outcome) => {
      const id = `elb-health:${A},${B}:${NOON + fromMs}:${NOON + untilMs}:${ARN}`;
      const ended = (isHealthy: boolean) => outcome && { outcome: isHealthy ? 'SUCCEEDED' : 'FAILED' };
      expect(await inspected(id, group('healthy', state))).toStrictEqual({
        ...(outcome && { outcome }),
        detail: `health of ${A}, ${B} in their target group: ${A} is healthy on 80; ${B} is ${state} on 80`,
        targets: [
          { id: A, ...ended(true), detail: `${A} is healthy on 80` },
          { id: B, ...ended(state === 'healthy'), detail: `${B} is ${state} on 80` },
        ],
        targetCount: 2,
      });
    },
  );
});

it('what was begun on something that no longer exists has failed for all, and says what it was', async () => {
  const aliases = { read: () => Promise.reject(new NotFound('Alias not found')) };
  expect(await inspected('lambda:1:orders:live', { aliases })).toStrictEqual({
    outcome: 'FAILED',
    isWhole: true,
    detail: expect.stringMatching(/: what it was begun on no longer exists \(Alias not found\)$/),
    targets: [],
    targetCount: 1,
  });
});

it('nothing is found while its service is unavailable', async () => {
  const error = new ServiceUnavailable('throttled');
  const aliases = { read: () => Promise.reject(error) };
  await expect(inspected('lambda:1:orders:live', { aliases })).rejects.toBe(error);
});
