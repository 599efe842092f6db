import { describe, expect, it } from 'vitest';
import {
  type ClusterCopyDeps,
  restoreBesideCluster,
} from '../../../../functions/app/executors/cluster-copy.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const NAME = `selfheal-shop-${OPERATION_ID.toLowerCase()}`;
const NIGHTLY = {
  name: 'nightly',
  isAutomated: true,
  status: 'available',
  takenAtMs: NOON - 7_200_000,
  engineVersion: '15.8',
};
const CLUSTER = {
  status: 'available',
  madeBy: `${OPERATION_ID}/heal-0`,
  snapshot: 'nightly',
  isProtected: false,
  isMultiAz: false,
  members: [NAME],
};
const INSTANCE = { status: 'available', madeBy: `${OPERATION_ID}/heal-1`, isProtected: false };
const MULTI_AZ = { ...CLUSTER, isMultiAz: true, members: ['one', 'two'], endpoint: 'shop:5432' };
const COPY = {
  before: 'null',
  intended: `{"copy":"${NAME}","engineVersion":"15.8","snapshot":"nightly"}`,
};
const ADDED = { before: 'null', intended: `{"instance":"${NAME}","like":"shop-1"}` };
const under = (change: string) => ({
  reference: { executor: 'resource', id: `rds:${change}:${NOON}:shop:${NAME}` },
});
const left = (why: string) => ({
  ...{ outcome: 'FAILED', detail: `${why}: it is left as it is` },
  ...{ failsAs: 'ChangedBySomeoneElse', isFinal: true },
});

interface Place {
  readonly id?: string;
  readonly source?: object;
  readonly snapshots?: readonly object[];
  readonly cluster?: object | undefined;
  readonly instance?: object | undefined;
}

/** Carries out a step beside a cluster of Aurora, and lists what it asks RDS to change. */
async function carryOut(
  { id = 'shop', source, snapshots = [NIGHTLY], cluster, instance }: Place,
  given: Parameters<typeof stepCall>[0],
) {
  const asked: unknown[] = [];
  const noting =
    (what: string) =>
    async (...values: readonly unknown[]) =>
      void asked.push([what, ...values]);
  const members = [{ id: 'shop-1', isWriter: true, promotionTier: 1 }];
  const databases = {
    readCluster: async () => ({ engine: 'aurora-postgresql', members, ...source }),
    listClusterSnapshots: async () => snapshots,
    readClusterCopy: async () => cluster,
    readCopy: async () => instance,
    ...{ restoreCluster: noting('restore'), addInstance: noting('add') },
    ...{ deleteCopy: noting('delete instance'), deleteCluster: noting('delete cluster') },
  } as unknown as ClusterCopyDeps['databases'];
  const clock = { nowMs: () => NOON, sleep: async () => undefined };
  const { call, kept } = stepCall({ params: { maxAgeSeconds: 86_400 }, ...given });
  const answer = await restoreBesideCluster({ databases, clock }, id, call).catch((error: Error) => error);
  return { answer, asked, kept };
}

describe('restoring a cluster beside another', () => {
  it('shortens a long name, and leaves out the snapshot that this operation has taken of it', async () => {
    const own = { ...NIGHTLY, name: `selfheal-production-${OPERATION_ID.toLowerCase()}-heal-0` };
    const { asked } = await carryOut(
      { id: 'production-shop', snapshots: [{ ...own, takenAtMs: NOON }, NIGHTLY] },
      {},
    );
    expect(asked).toMatchObject([
      [
        'restore',
        'production-shop',
        { name: 'nightly' },
        { name: `selfheal-production-sh-${OPERATION_ID.toLowerCase()}` },
      ],
    ]);
  });

  const restored = [
    'restore',
    'shop',
    { name: 'nightly', engineVersion: '15.8' },
    { name: NAME, madeBy: `${OPERATION_ID}/heal-0` },
  ];

  it('has the snapshot on record, and is followed by its name', async () => {
    const { answer, asked, kept } = await carryOut({}, {});
    expect(answer).toStrictEqual(under('cluster-copy'));
    expect(asked).toEqual([restored]);
    expect(kept).toEqual([COPY]);
  });

  it.each<[string, Place]>([
    [`cluster ${NAME} exists already, and is not of this step`, { cluster: CLUSTER }],
    [
      'shop runs neptune, and only clusters of Aurora, MySQL and PostgreSQL are restored; for others, use run_automation with a document of yours',
      { source: { engine: 'neptune' } },
    ],
    ['shop: it has no complete snapshot (`from: latest`); 0 are not complete', { snapshots: [] }],
  ])('fails, and asks RDS for nothing: %s', async (detail, place) => {
    expect(await carryOut(place, {})).toStrictEqual({
      answer: { outcome: 'FAILED', detail },
      asked: [],
      kept: [],
    });
  });

  it('takes a snapshot of its own only where it is named', async () => {
    const { answer } = await carryOut({}, { params: { from: 'operation', maxAgeSeconds: 86_400 } });
    expect(answer).toMatchObject({
      detail: 'shop: it has no complete snapshot that this operation has taken; 0 are not complete',
    });
  });

  it('restores what is on record when it is repeated, and not twice', async () => {
    const changes = { earlier: COPY };
    expect((await carryOut({ snapshots: [] }, { changes })).asked).toEqual([restored]);
    expect(await carryOut({ cluster: CLUSTER }, { changes })).toStrictEqual({
      ...{ answer: under('cluster-copy'), asked: [], kept: [] },
    });
    expect(
      (await carryOut({ cluster: { ...CLUSTER, madeBy: undefined } }, { changes })).answer,
    ).toStrictEqual({
      ...{ outcome: 'FAILED', detail: `cluster ${NAME} exists, and is not of this step` },
    });
  });
});

describe('the instance of a restored cluster', () => {
  const step = { stepId: 'heal-1', params: { phase: 'instance' } } as const;

  it('is like the writer of the original, and followed by its name', async () => {
    const { answer, asked, kept } = await carryOut({ cluster: CLUSTER }, step);
    expect(answer).toStrictEqual(under('copy-instance'));
    expect(asked).toEqual([['add', 'shop-1', NAME, { name: NAME, madeBy: `${OPERATION_ID}/heal-1` }]]);
    expect(kept).toEqual([ADDED]);
  });

  it.each<[string, Place]>([
    [`there is no cluster ${NAME} that an instance could be added to`, {}],
    [
      `cluster ${NAME} is not tagged as a copy of this operation`,
      { cluster: { ...CLUSTER, madeBy: undefined } },
    ],
    [
      `cluster ${NAME} is not tagged as a copy of this operation`,
      { cluster: { ...CLUSTER, madeBy: `${OPERATION_ID}0/heal-0` } },
    ],
    [`instance ${NAME} exists already, and is not of this step`, { cluster: CLUSTER, instance: INSTANCE }],
    [
      `shop has no writer, whose class the instance of ${NAME} could have`,
      { cluster: CLUSTER, source: { members: [] } },
    ],
    [`cluster ${NAME} is failed`, { cluster: { ...MULTI_AZ, status: 'failed' } }],
  ])('is not asked for, and the step fails: %s', async (detail, place) => {
    expect(await carryOut(place, step)).toStrictEqual({
      answer: { outcome: 'FAILED', detail },
      asked: [],
      kept: [],
    });
  });

  it('is not asked for a second time, and not where someone else’s has its name', async () => {
    const changes = { earlier: ADDED };
    const found = await carryOut({ cluster: CLUSTER, instance: INSTANCE }, { ...step, changes });
    expect(found).toStrictEqual({ answer: under('copy-instance'), asked: [], kept: [] });
    const theirs = { cluster: CLUSTER, instance: { ...INSTANCE, madeBy: undefined } };
    expect((await carryOut(theirs, { ...step, changes })).answer).toStrictEqual({
      ...{ outcome: 'FAILED', detail: `instance ${NAME} exists, and is not of this step` },
    });
  });

  it('waits until the cluster takes it, unless that never will', async () => {
    const busy = await carryOut({ cluster: { ...CLUSTER, status: 'creating' } }, step);
    expect(busy).toMatchObject({ asked: [], kept: [ADDED] });
    expect(busy.answer).toBeInstanceOf(ServiceUnavailable);
    expect(busy.answer).toMatchObject({
      message: `cluster ${NAME} is creating, and takes an instance only once it is available`,
    });
    expect((await carryOut({ cluster: { ...CLUSTER, status: 'failed' } }, step)).answer).toStrictEqual({
      ...{ outcome: 'FAILED', detail: `cluster ${NAME} is failed` },
    });
  });

  it('is RDS’s own on a Multi-AZ cluster, for which it only waits', async () => {
    expect(await carryOut({ cluster: MULTI_AZ }, step)).toStrictEqual({
      answer: {
        outcome: 'SUCCEEDED',
        detail: `cluster ${NAME} is restored from nightly, and answers at shop:5432`,
      },
      ...{ asked: [], kept: [] },
    });
    expect(await carryOut({ cluster: { ...MULTI_AZ, status: 'creating' } }, step)).toStrictEqual({
      ...{ answer: under('cluster-copy'), asked: [], kept: [] },
    });
  });
});

describe('deleting a restored cluster', () => {
  const undo = (undone: unknown = COPY) => ({
    ...{ stepId: 'rollback-0' as const, params: { phase: 'undo' } },
    changes: undone ? { undone: undone as typeof COPY } : {},
  });
  const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });

  it.each<[string, Place, unknown, object]>([
    ['nothing is on record', { cluster: CLUSTER }, null, succeeded('no copy was made')],
    ['only its instance is on record', { cluster: CLUSTER }, ADDED, succeeded('no copy was made')],
    ['it is gone', {}, COPY, succeeded(`there is no cluster ${NAME}`)],
    [
      'it is on its way',
      { cluster: { ...CLUSTER, status: 'deleting' } },
      COPY,
      succeeded(`${NAME} is being deleted`),
    ],
    [
      'it is not tagged',
      { cluster: { ...CLUSTER, madeBy: undefined } },
      COPY,
      left(`cluster ${NAME} is not tagged as a copy of this operation`),
    ],
    [
      'it is protected',
      { cluster: { ...CLUSTER, isProtected: true } },
      COPY,
      left(`someone has protected ${NAME} from deletion`),
    ],
    [
      'it has other members',
      { cluster: { ...CLUSTER, members: ['x', NAME, 'y'] } },
      COPY,
      left(`someone has added x, y to cluster ${NAME}`),
    ],
    [
      'its instance is not tagged',
      { cluster: CLUSTER, instance: { ...INSTANCE, madeBy: 'another/heal-1' } },
      COPY,
      left(`instance ${NAME} is not tagged as one of this operation`),
    ],
    [
      'its instance is protected',
      { cluster: CLUSTER, instance: { ...INSTANCE, isProtected: true } },
      COPY,
      left(`someone has protected instance ${NAME} from deletion`),
    ],
  ])('does nothing where %s', async (_, place, undone, answer) => {
    expect(await carryOut(place, undo(undone))).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it.each<[string, Place]>([
    ['cluster', { cluster: { ...CLUSTER, status: 'creating' } }],
    ['instance', { cluster: CLUSTER, instance: { ...INSTANCE, status: 'creating' } }],
  ])('waits while RDS is busy with its %s', async (what, place) => {
    const { answer, asked } = await carryOut(place, undo());
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message: expect.stringContaining(
        `${what} ${NAME} is creating, and is not deleted before that ends; if the undo has given up by then: \`aws rds delete-db-instance`,
      ),
    });
    expect(asked).toEqual([]);
  });

  const instanceFirst = [
    ['delete instance', NAME],
    ['delete cluster', NAME, `${NAME}-final`],
  ];
  const clusterAlone = [['delete cluster', NAME, `${NAME}-final`]];
  it.each<[string, Place, readonly unknown[], string]>([
    [
      'with its instance',
      { cluster: CLUSTER, instance: INSTANCE },
      instanceFirst,
      `instance are being deleted; snapshot ${NAME}-final is left`,
    ],
    [
      'whose instance is on its way',
      { cluster: CLUSTER, instance: { ...INSTANCE, status: 'deleting' } },
      clusterAlone,
      `instance are being deleted; snapshot ${NAME}-final is left`,
    ],
    [
      'whose instances are RDS’s',
      { cluster: MULTI_AZ, instance: { ...INSTANCE, madeBy: undefined } },
      clusterAlone,
      `instances are being deleted; snapshot ${NAME}-final is left`,
    ],
    [
      'that never served',
      { cluster: { ...CLUSTER, status: 'failed' } },
      [['delete cluster', NAME, undefined]],
      'instance are being deleted; without a snapshot, as it never served',
    ],
  ])('of one %s', async (_, place, asked, detail) => {
    expect(await carryOut(place, undo())).toStrictEqual({
      ...{ answer: succeeded(`cluster ${NAME} and its ${detail}`), asked, kept: [] },
    });
  });
});
