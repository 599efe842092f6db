import { describe, expect, it } from 'vitest';
import { beginOnInstance } from '../../../../functions/app/executors/database.ts';
import {
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
  TargetBusy,
} from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { stepCall } from './step-call.ts';

const LARGE = {
  ...{ id: 'orders', status: 'available', engine: 'postgres', instanceClass: 'db.r6g.large' },
  storage: { giB: 100, type: 'io1', iops: 3_000 },
  pending: { others: [] as readonly string[] },
};
const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });
const under = (what: string) => ({ reference: { executor: 'resource', id: `rds:${what}` } });

/** Begins a step on an instance, as it is at each look, and lists what it asks RDS for. */
async function begun(
  type: string,
  given: Parameters<typeof stepCall>[0],
  { looks = [LARGE] as readonly object[], refusal = undefined as Error | undefined } = {},
) {
  const asked: unknown[] = [];
  let look = -1;
  const request =
    (what: string) =>
    async (...values: readonly unknown[]) => {
      asked.push([what, ...values]);
      if (refusal) throw refusal;
    };
  const databases = {
    readInstance: async () => {
      look += 1;
      return looks[Math.min(look, looks.length - 1)];
    },
    ...{ resize: request('resize'), reboot: request('reboot') },
  };
  const clock = { nowMs: () => NOON, sleep: async () => undefined };
  const { call, kept } = stepCall(given);
  const answer = await beginOnInstance({ databases, clock } as never, type, 'orders', call).catch(
    (error: Error) => error,
  );
  return { answer, asked, kept };
}

const EARLIER = { before: 'null', intended: '"begun"' };
const as = (status: string) => ({ ...LARGE, status });

describe('a reboot of a database', () => {
  const rebooting = { answer: under(`reboot:${NOON}:orders:`), asked: [['reboot', 'orders', false]] };

  it('is on record before it is asked for, without a failover', async () => {
    expect(await begun('restart_service', {})).toStrictEqual({ ...rebooting, kept: [EARLIER] });
  });

  it('waits while RDS is busy, unless it may be busy with the reboot itself', async () => {
    const { answer, asked } = await begun('restart_service', {}, { looks: [as('backing-up')] });
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      message: 'orders is backing-up, and RDS does not reboot it before that is over',
    });
    expect(asked).toEqual([]);
    const repeated = { changes: { earlier: EARLIER } };
    expect(await begun('restart_service', repeated, { looks: [as('rebooting')] })).toStrictEqual({
      ...{ answer: rebooting.answer, asked: [], kept: [] },
    });
    expect((await begun('restart_service', repeated)).answer).toMatchObject({
      name: 'ServiceUnavailable',
      message:
        'orders may have been rebooted by an earlier try whose answer was lost; RDS cannot tell, so it is not rebooted again',
    });
  });

  it.each<[Error, string, boolean]>([
    [new RequestRefused('not now', { attempts: 2 }), 'rebooting', true],
    [new RequestRefused('not now', { attempts: 2 }), 'available', false],
    [new RequestRefused('not now'), 'rebooting', false],
    [new ServiceUnavailable('throttled', { attempts: 2 }), 'rebooting', false],
  ])('refused with %o is under way while RDS is %s: %s', async (refusal, status, isUnderWay) => {
    const { answer } = await begun('restart_service', {}, { looks: [LARGE, as(status)], refusal });
    if (isUnderWay) expect(answer).toStrictEqual(rebooting.answer);
    else expect(answer).toBe(refusal);
  });
});

const ladder = [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.r6g.xlarge' }];
const STORAGE = [{ storageGiB: 100 }, { storageGiB: 200 }];
const CHANGE = { before: '{"instanceClass":"db.r6g.large"}', intended: '{"instanceClass":"db.r6g.xlarge"}' };

describe('another size of a database', () => {
  it.each([
    [ladder, CHANGE, 'class', 'db.r6g.xlarge', { instanceClass: 'db.r6g.xlarge' }],
    [
      STORAGE,
      { before: '{"storageGiB":100}', intended: '{"storageGiB":200}' },
      'storage',
      '200',
      { storageGiB: 200 },
    ],
  ])(
    'is on record before it is asked for, with the IOPS that it has: %o',
    async (sizes, change, what, to, size) => {
      expect(await begun('increase_resources', { params: { ladder: sizes } })).toStrictEqual({
        answer: under(`${what}:${NOON}:orders:${to}`),
        asked: [['resize', 'orders', size, 3_000]],
        kept: [change],
      });
    },
  );

  it.each<[string, object, readonly object[]]>([
    [
      'class of orders: it is db.r6g.xlarge, the last class on the ladder',
      { ...LARGE, instanceClass: 'db.r6g.xlarge' },
      ladder,
    ],
    [
      'class of orders: a change by someone else to db.r6g.4xlarge is pending, and would be replaced by this one',
      { ...LARGE, pending: { instanceClass: 'db.r6g.4xlarge', others: [] } },
      ladder,
    ],
    [
      'class of orders: changes by someone else are pending (MultiAZ), and would be applied at once with this one',
      { ...LARGE, pending: { others: ['MultiAZ'] } },
      ladder,
    ],
    [
      'class of orders: it is stopped, and is only changed while it is available or storage-optimization',
      as('stopped'),
      ladder,
    ],
    [
      'storage of orders: RDS is still optimizing its storage (0 %), and takes no further change of storage until that is complete, and six hours after the last one at the earliest',
      as('storage-optimization'),
      STORAGE,
    ],
  ])('is not asked for: %s', async (detail, instance, sizes) => {
    const found = await begun('increase_resources', { params: { ladder: sizes } }, { looks: [instance] });
    expect(found).toStrictEqual({ answer: failed(detail), asked: [], kept: [] });
  });

  it('waits while RDS is busy', async () => {
    const { answer } = await begun(
      'increase_resources',
      { params: { ladder } },
      { looks: [as('modifying')] },
    );
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      message: 'orders: it is modifying, and is only changed while it is available or storage-optimization',
    });
  });

  it.each<[Error, object]>([
    [
      new RequestRefused('not available', { serviceCode: 'InvalidDBInstanceStateFault' }),
      { name: 'TargetBusy', message: 'not available' },
    ],
    [
      new RequestRefused('too soon after the previous storage change.'),
      {
        name: 'RequestRefused',
        message:
          'too soon after the previous storage change. RDS takes no further change of storage until that is complete, and six hours after the last one at the earliest',
      },
    ],
    [new RequestRefused('no such class'), { name: 'RequestRefused', message: 'no such class' }],
    [
      new ServiceUnavailable('busy with the previous storage change'),
      { name: 'ServiceUnavailable', message: 'busy with the previous storage change' },
    ],
    [new NotPermitted({ action: 'rds:ModifyDBInstance' }), { name: 'NotPermitted' }],
  ])('fails, or waits, as RDS says: %o', async (refusal, error) => {
    const { answer } = await begun('increase_resources', { params: { ladder } }, { refusal });
    expect(answer).toMatchObject(error);
    if (answer instanceof RequestRefused && answer !== refusal) expect(answer.cause).toBe(refusal);
  });

  it('is not asked for where what RDS shows has changed since it was recorded', async () => {
    const scheduled = { ...LARGE, pending: { others: ['MultiAZ'] } };
    const given = { params: { ladder }, changes: { earlier: CHANGE } };
    const { answer, asked } = await begun('increase_resources', given, { looks: [scheduled] });
    expect(answer).toMatchObject({
      name: 'RequestRefused',
      message:
        'orders: changes by someone else are pending (MultiAZ), and would be applied at once with this one',
    });
    expect(asked).toEqual([]);
  });

  it('is not followed where someone else has changed it', async () => {
    const given = { params: { ladder }, changes: { earlier: CHANGE } };
    const theirs = { ...LARGE, instanceClass: 'db.r6g.4xlarge' };
    expect((await begun('increase_resources', given, { looks: [theirs] })).answer).toMatchObject({
      ...{ outcome: 'FAILED', failsAs: 'ChangedBySomeoneElse', isFinal: true },
    });
  });
});

describe('the undo of another size of a database', () => {
  const undo = (undone: typeof CHANGE | undefined) => ({ params: { phase: 'undo' }, changes: { undone } });
  const greater = { ...LARGE, instanceClass: 'db.r6g.xlarge' };

  it('asks for the class from before, and follows that', async () => {
    const { answer, asked } = await begun('increase_resources', undo(CHANGE), { looks: [greater] });
    expect(answer).toStrictEqual(under(`class:${NOON}:orders:db.r6g.large`));
    expect(asked).toEqual([['resize', 'orders', { instanceClass: 'db.r6g.large' }, 3_000]]);
  });

  it.each<[string, object, object]>([
    ['it was never made', LARGE, succeeded('class of orders is back from db.r6g.xlarge to db.r6g.large')],
    [
      'it was never made, and someone else has scheduled another',
      { ...LARGE, pending: { instanceClass: 'db.r6g.4xlarge', others: [] } },
      expect.objectContaining({ failsAs: 'ChangedBySomeoneElse' }),
    ],
    ['RDS makes it', as('modifying'), under(`class:${NOON}:orders:db.r6g.large`)],
    [
      'RDS is about to make it',
      { ...greater, pending: { instanceClass: 'db.r6g.large', others: [] } },
      under(`class:${NOON}:orders:db.r6g.large`),
    ],
  ])('asks for nothing where %s', async (_, instance, answer) => {
    expect(await begun('increase_resources', undo(CHANGE), { looks: [instance] })).toStrictEqual({
      ...{ answer, asked: [], kept: [] },
    });
  });

  it('leaves storage as it is, which RDS cannot make smaller', async () => {
    const change = { before: '{"storageGiB":50}', intended: '{"storageGiB":100}' };
    expect((await begun('increase_resources', undo(change))).answer).toStrictEqual(
      succeeded('storage of orders stays at 100 GiB, as RDS cannot make it smaller'),
    );
  });

  it('has nothing to do where nothing is on record', async () => {
    expect((await begun('increase_resources', undo(undefined))).answer).toStrictEqual(
      succeeded('the size of orders was never changed'),
    );
  });
});
