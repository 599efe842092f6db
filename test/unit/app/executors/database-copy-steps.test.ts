import { describe, expect, it } from 'vitest';
import { restore } from '../../../../functions/app/executors/database-copy.ts';
import { snapshot } from '../../../../functions/app/executors/database-snapshot.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { OPERATION_ID, stepCall } from './step-call.ts';

const NAME = `selfheal-orders-${OPERATION_ID.toLowerCase()}`;
const MINE = `${OPERATION_ID}/heal-0`;
const NIGHTLY = { name: 'nightly', isAutomated: true, status: 'available', takenAtMs: NOON - 7_200_000 };
const COPY = { status: 'available', madeBy: MINE, isProtected: false };
const RECORDED = { before: 'null', intended: `{"copy":"${NAME}","snapshot":"nightly"}` };
const clock = { nowMs: () => NOON, sleep: async () => undefined };
const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });

interface Place {
  readonly id?: string;
  readonly cluster?: string;
  readonly snapshots?: readonly object[];
  readonly copy?: object;
}

/** Carries out a step beside an instance, and lists what it asks RDS to change. */
async function carryOut(
  { id = 'orders', cluster, snapshots = [NIGHTLY], copy }: Place,
  given: Parameters<typeof stepCall>[0] = {},
) {
  const asked: unknown[] = [];
  const databases = {
    readInstance: async () => ({ cluster }),
    listSnapshots: async () => snapshots,
    readCopy: async () => copy,
    restoreCopy: async (...values: readonly unknown[]) => void asked.push(['restore', ...values]),
    deleteCopy: async (...values: readonly unknown[]) => void asked.push(['delete', ...values]),
  };
  const { call, kept } = stepCall({ params: { maxAgeSeconds: 86_400 }, ...given });
  const answer = await restore({ databases, clock } as never, id, call).catch((error: Error) => error);
  return { answer, asked, kept };
}

describe('restoring an instance beside another', () => {
  it('shortens a long name, and leaves out the snapshot that this operation has taken of it', async () => {
    const id = 'orders-of-the-shop-in-production';
    const own = { ...NIGHTLY, name: `selfheal-${id}-${OPERATION_ID.toLowerCase()}-heal-0` };
    const { asked } = await carryOut({ id, snapshots: [{ ...own, takenAtMs: NOON }, NIGHTLY] });
    const name = `selfheal-orders-of-the-shop-in-pr-${OPERATION_ID.toLowerCase()}`;
    expect(asked).toEqual([['restore', id, 'nightly', { name, madeBy: MINE }]]);
  });

  const restored = ['restore', 'orders', 'nightly', { name: NAME, madeBy: MINE }];
  const under = { reference: { executor: 'resource', id: `rds:copy:${NOON}:orders:${NAME}` } };

  it('has the snapshot on record, and is followed by its name', async () => {
    expect(await carryOut({})).toStrictEqual({ answer: under, asked: [restored], kept: [RECORDED] });
  });

  it.each<[string, Place]>([
    [`instance ${NAME} exists already, and is not of this step`, { copy: COPY }],
    ['orders belongs to the cluster shop, which only has snapshots as a whole', { cluster: 'shop' }],
    ['orders: it has no complete snapshot (`from: latest`); 0 are not complete', { snapshots: [] }],
  ])('fails, and asks RDS for nothing: %s', async (detail, place) => {
    expect(await carryOut(place)).toStrictEqual({ answer: failed(detail), asked: [], kept: [] });
  });

  it('restores what is on record when it is repeated, and not twice', async () => {
    const repeated = { changes: { earlier: RECORDED } };
    expect((await carryOut({ snapshots: [] }, repeated)).asked).toEqual([restored]);
    expect(await carryOut({ copy: COPY }, repeated)).toStrictEqual({ answer: under, asked: [], kept: [] });
    expect((await carryOut({ copy: { ...COPY, madeBy: 'another/heal-0' } }, repeated)).answer).toStrictEqual(
      failed(`instance ${NAME} exists, and is not of this step`),
    );
  });
});

describe('deleting a restored instance', () => {
  const undo = (undone: typeof RECORDED | undefined = RECORDED) => ({
    ...{ stepId: 'rollback-0' as const, params: { phase: 'undo' }, changes: { undone } },
  });
  const left = (why: string) => ({
    ...failed(`${why}: it is left as it is`),
    ...{ failsAs: 'ChangedBySomeoneElse', isFinal: true },
  });

  it.each<[string, object | undefined, object]>([
    ['is gone', undefined, succeeded(`there is no instance ${NAME}`)],
    ['is on its way', { ...COPY, status: 'deleting' }, succeeded(`${NAME} is being deleted`)],
    [
      'is not tagged',
      { ...COPY, madeBy: undefined },
      left(`${NAME} is not tagged as a copy of this operation`),
    ],
    [
      'is of another operation',
      { ...COPY, madeBy: `${OPERATION_ID}0/heal-0` },
      left(`${NAME} is not tagged as a copy of this operation`),
    ],
    ['is protected', { ...COPY, isProtected: true }, left(`someone has protected ${NAME} from deletion`)],
  ])('does nothing where it %s', async (_, copy, answer) => {
    expect(await carryOut({ ...(copy && { copy }) }, undo())).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it('does nothing where nothing is on record', async () => {
    const given = { params: { phase: 'undo' } };
    expect((await carryOut({ copy: COPY }, given)).answer).toStrictEqual(succeeded('no copy was made'));
  });

  it('waits while RDS is busy with it', async () => {
    const { answer, asked } = await carryOut({ copy: { ...COPY, status: 'creating' } }, undo());
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message: `${NAME} is creating, and is not deleted before that ends; if the undo has given up by then: \`aws rds delete-db-instance --db-instance-identifier ${NAME} --final-db-snapshot-identifier ${NAME}-final\``,
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['available', `${NAME}-final`, `snapshot ${NAME}-final is left`],
    ['failed', undefined, 'without a snapshot, as it never served'],
  ])('leaves a snapshot if it may have served: %s', async (status, final, left) => {
    expect(await carryOut({ copy: { ...COPY, status } }, undo())).toStrictEqual({
      answer: succeeded(`${NAME} is being deleted; ${left}`),
      asked: [['delete', NAME, final]],
      kept: [],
    });
  });
});

describe.each(['instance', 'cluster'] as const)('a snapshot of a database: %s', (of) => {
  const TAKEN = `selfheal-orders-${OPERATION_ID.toLowerCase()}-heal-0`;
  const recorded = { before: 'null', intended: `"${TAKEN}"` };
  const change = of === 'instance' ? 'snapshot' : 'cluster-snapshot';
  const under = { reference: { executor: 'resource', id: `rds:${change}:${NOON}:orders:${TAKEN}` } };
  const taken = async (found: object | undefined, given: Parameters<typeof stepCall>[0] = {}) => {
    const asked: unknown[] = [];
    const databases = {
      readSnapshot: async () => found,
      takeSnapshot: async (...values: readonly unknown[]) => void asked.push(['take', ...values]),
      deleteSnapshot: async (...values: readonly unknown[]) => void asked.push(['delete', ...values]),
    };
    const { call, kept } = stepCall(given);
    return { answer: await snapshot({ databases, clock } as never, of, 'orders', call), asked, kept };
  };

  it('is on record by its name before it is taken', async () => {
    expect(await taken(undefined)).toStrictEqual({
      ...{ answer: under, asked: [['take', of, 'orders', TAKEN]], kept: [recorded] },
    });
  });

  it('is not taken over from others, nor taken twice', async () => {
    expect(await taken({ status: 'available' })).toStrictEqual({
      answer: failed(`snapshot ${TAKEN} exists already, and is not of this step`),
      ...{ asked: [], kept: [] },
    });
    expect(await taken({ status: 'creating' }, { changes: { earlier: recorded } })).toStrictEqual({
      ...{ answer: under, asked: [], kept: [] },
    });
    expect(await taken(undefined, { changes: { earlier: recorded } })).toStrictEqual({
      ...{ answer: under, asked: [['take', of, 'orders', TAKEN]], kept: [] },
    });
  });

  const undo = { params: { phase: 'undo' }, changes: { undone: recorded } };
  it.each<[object | undefined, object, readonly unknown[]]>([
    [undefined, succeeded(`there is no snapshot ${TAKEN}`), []],
    [
      { status: 'creating' },
      failed(
        `snapshot ${TAKEN} is left, as RDS deletes none before it is complete: delete it then, it is not needed`,
      ),
      [],
    ],
    [{ status: 'available' }, succeeded(`snapshot ${TAKEN} is deleted`), [['delete', of, TAKEN]]],
  ])('is undone, where it is %o, so', async (found, answer, asked) => {
    expect(await taken(found, undo)).toStrictEqual({ answer, asked, kept: [] });
  });

  it('has nothing to undo where nothing is on record', async () => {
    expect(await taken({ status: 'available' }, { params: { phase: 'undo' } })).toStrictEqual({
      ...{ answer: succeeded('no snapshot was taken'), asked: [], kept: [] },
    });
  });
});
