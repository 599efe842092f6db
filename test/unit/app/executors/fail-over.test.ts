import { describe, expect, it } from 'vitest';
import { failBack, failOver, type Primary } from '../../../../functions/app/executors/fail-over.ts';
import {
  NotPermitted,
  RequestRefused,
  ServiceUnavailable,
  TargetBusy,
} from '../../../../functions/ports/errors.ts';
import { stepCall } from './step-call.ts';

const CHANGE = { before: '"shop-1"', intended: '"shop-2"' };
const BACK = { before: '"shop-2"', intended: '"shop-1"' };
const ACCEPTED = '"accepted"';
const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });
const foreign = (detail: string) => ({
  ...failed(`${detail}: someone else has moved it, and it is left as it is`),
  ...{ failsAs: 'ChangedBySomeoneElse', isFinal: true },
});

interface Place {
  readonly at?: string;
  readonly status?: string;
  /** The status once a request was refused. @default the same */
  readonly later?: string;
  readonly moves?: readonly string[];
  readonly refusal?: Error;
}

/** A writer, and what is asked for it. */
function writer({ at = 'shop-1', status = 'available', later = status, moves = [], refusal }: Place) {
  const asked: unknown[] = [];
  let now = status;
  const primary: Primary = {
    name: 'writer of shop',
    read: async () => ({ at, status: now }),
    move: async (to) => {
      asked.push(['move', to]);
      now = later;
      if (refusal) throw refusal;
    },
    movesSince: async (sinceMs) => {
      asked.push(['moves since', sinceMs]);
      return moves;
    },
    moveByHand: (to) => `\`move ${to}\``,
  };
  return { primary, asked };
}

/** Fails over to shop-2, or goes on with it. */
async function over(
  place: Place,
  isRepeated = false,
  choice: Parameters<typeof failOver>[2] = async () => 'shop-2',
  acceptsOthers = false,
) {
  const { primary, asked } = writer(place);
  const { call, kept } = stepCall({ changes: isRepeated ? { earlier: CHANGE, sinceMs: 5 } : {} });
  const moving = failOver(primary, call.changes, choice, acceptsOthers);
  return { answer: await moving.catch((error: Error) => error), asked, kept };
}

/** Fails back from shop-2, which was shop-1 before, or goes on with it. */
async function back(place: Place, undo: string | undefined = ACCEPTED, isRepeated = false) {
  const { primary, asked } = writer({ at: 'shop-2', ...place });
  const earlier = isRepeated ? { earlier: BACK, sinceMs: 5 } : {};
  const { call, kept } = stepCall({ changes: { undone: CHANGE, ...earlier }, ...(undo && { undo }) });
  const answer = await failBack(primary, call).catch((error: Error) => error);
  return { answer, asked, kept };
}

const clusterIsBusy = new RequestRefused('not available', { serviceCode: 'InvalidDBClusterStateFault' });
const memberIsBusy = new RequestRefused('not available', { serviceCode: 'InvalidDBInstanceStateFault' });
const refused = new RequestRefused('no such member');
const sentTwice = new RequestRefused('not now', { attempts: 2 });
const denied = new NotPermitted({ action: 'rds:FailoverDBCluster' });

describe('a failover', () => {
  it('is on record before it is requested', async () => {
    expect(await over({})).toStrictEqual({
      ...{ answer: { to: 'shop-2', undo: ACCEPTED }, asked: [['move', 'shop-2']], kept: [CHANGE] },
    });
  });

  it.each<[string, Awaited<ReturnType<Parameters<typeof failOver>[2]>>, object]>([
    ['there is no reader', { problem: 'it has no reader' }, failed('writer of shop: it has no reader')],
    ['RDS was first', { done: 'it has moved' }, succeeded('writer of shop: it has moved')],
    ['it is there', 'shop-1', succeeded('writer of shop is shop-1 already')],
  ])('is not requested where %s', async (_, choice, answer) => {
    expect(await over({}, false, async () => choice)).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it('is not requested where there is no writer', async () => {
    expect(await over({ at: 'none' })).toStrictEqual({
      answer: failed('writer of shop: it has no writer that could be moved'),
      ...{ asked: [], kept: [] },
    });
  });

  it('waits while RDS is busy', async () => {
    const { answer, asked, kept } = await over({ status: 'backing-up' });
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      message: 'writer of shop: RDS is busy with it (backing-up), and does not move it before',
    });
    expect([asked, kept]).toEqual([[], []]);
  });

  const looked = ['moves since', 5];
  it.each<[string, Place, object]>([
    ['has moved', { at: 'shop-2' }, { to: 'shop-2' }],
    ['has moved, though RDS is busy', { at: 'shop-2', status: 'failing-over' }, { to: 'shop-2' }],
    ['is reported to have moved', { moves: ['shop-2'] }, { to: 'shop-2' }],
    ['has moved, which is reported late', { at: 'shop-2', moves: ['shop-3'] }, { to: 'shop-2' }],
    [
      'is a third one',
      { at: 'shop-3' },
      foreign('writer of shop is shop-3, neither shop-1 as before nor shop-2 as intended'),
    ],
    [
      'is reported to be a third one',
      { moves: ['shop-2', 'shop-3'] },
      foreign('writer of shop is shop-3, neither shop-1 as before nor shop-2 as intended'),
    ],
    [
      'is reported to have moved back',
      { moves: ['shop-2', 'shop-1'] },
      foreign('writer of shop is shop-1 again, after it was shop-2 as intended'),
    ],
    [
      'is reported to have moved to and fro',
      { moves: ['shop-3', 'shop-1'] },
      foreign('writer of shop is shop-1 again, after it was shop-3'),
    ],
  ])('is not requested again where the writer %s', async (_, place, answer) => {
    expect(await over(place, true)).toStrictEqual({ answer, asked: [looked], kept: [] });
  });

  const theirs = foreign('writer of shop is shop-3, neither shop-1 as before nor shop-2 as intended');
  it.each<[string, Place, object]>([
    [
      'RDS reports that it has become it',
      { moves: ['shop-3'] },
      {
        ...succeeded(
          'writer of shop: RDS reports that shop-3 has become the writer, so it is not moved on to shop-2',
        ),
        undo: '"refused"',
      },
    ],
    ['it was moved there after the failover', { moves: ['shop-2', 'shop-3'] }, theirs],
    ['RDS reports nothing of it', { at: 'shop-3' }, theirs],
  ])('may end with a third writer that nobody has ruled out, where %s', async (_, place, answer) => {
    expect((await over(place, true, undefined, true)).answer).toStrictEqual(answer);
  });

  it('may end with a third writer where another try was first as well', async () => {
    const { primary } = writer({ moves: ['shop-3'] });
    const { call } = stepCall();
    const changes = { ...call.changes, keep: async () => CHANGE };
    expect(await failOver(primary, changes, async () => 'shop-2', true)).toMatchObject({
      ...{ outcome: 'SUCCEEDED', undo: '"refused"' },
    });
  });

  it('is requested again where nothing has come of it', async () => {
    expect(await over({}, true)).toMatchObject({
      ...{ answer: { to: 'shop-2', undo: ACCEPTED }, asked: [looked, ['move', 'shop-2']] },
    });
    expect((await over({ moves: ['shop-1'] }, true)).answer).toEqual({ to: 'shop-2', undo: ACCEPTED });
  });

  it.each<[Place, string]>([
    [{ status: 'modifying' }, 'writer of shop: RDS is busy with it (modifying), and does not move it before'],
    [
      { at: 'shop-3', status: 'modifying' },
      'writer of shop: RDS is busy with it (modifying), and does not move it before',
    ],
    [{ at: 'none' }, 'writer of shop is none, and may be about to move'],
  ])('waits when it is repeated at %o', async (place, message) => {
    const { answer, asked } = await over(place, true);
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({ message });
    expect(asked).toEqual([looked]);
  });
});

describe('a refusal of a failover', () => {
  const REFUSED = '"refused"';
  const refusedWith = (error: Error) => ({ ...failed(error.message), undo: REFUSED });
  const busyWith = (error: Error) =>
    new TargetBusy(`writer of shop: RDS does not move it to shop-2 yet: ${error.message}`);

  it.each<[string, Error, Place, boolean, object]>([
    ['for good', refused, {}, false, refusedWith(refused)],
    [
      'for good, though RDS is busy just then',
      refused,
      { later: 'failing-over' },
      false,
      refusedWith(refused),
    ],
    ['for want of a permission', denied, { later: 'failing-over' }, false, refusedWith(denied)],
    ['as the cluster was busy for a moment', clusterIsBusy, {}, false, busyWith(clusterIsBusy)],
    ['as the cluster is busy', clusterIsBusy, { later: 'modifying' }, false, busyWith(clusterIsBusy)],
    ['as the cluster is stopped', clusterIsBusy, { later: 'stopped' }, false, refusedWith(clusterIsBusy)],
    ['as a member does not serve', memberIsBusy, {}, false, refusedWith(memberIsBusy)],
    ['of the second request of two', sentTwice, { later: 'failing-over' }, false, busyWith(sentTwice)],
    ['of the second request of two, of which nothing shows', sentTwice, {}, false, sentTwice],
    ['of a repetition, while RDS is busy', refused, { later: 'failing-over' }, true, busyWith(refused)],
    ['of a repetition, of which nothing shows', refused, {}, true, refused],
    ['of a repetition, for want of a permission', denied, { later: 'failing-over' }, true, denied],
    ['that is none', new ServiceUnavailable('throttled'), {}, false, new ServiceUnavailable('throttled')],
  ])('%s, has this answer', async (_, refusal, place, isRepeated, expected) => {
    const { answer } = await over({ ...place, refusal }, isRepeated);
    if (expected instanceof Error) {
      expect(answer).toBeInstanceOf(expected.constructor);
      expect(answer).toMatchObject({ message: expected.message });
    } else expect(answer).toStrictEqual(expected);
  });
});

describe('a failback', () => {
  it('moves the writer back, and is on record before', async () => {
    expect(await back({})).toStrictEqual({
      ...{ answer: { to: 'shop-1', undo: ACCEPTED }, asked: [['move', 'shop-1']], kept: [BACK] },
    });
    expect((await back({ status: 'stopped' })).answer).toStrictEqual({ to: 'shop-1', undo: ACCEPTED });
  });

  it.each<[string, Place, string | undefined, object]>([
    ['RDS had refused the failover', {}, '"refused"', succeeded('writer of shop was never moved')],
    [
      'the writer is where it was',
      { at: 'shop-1' },
      ACCEPTED,
      succeeded('writer of shop is shop-1, as before'),
    ],
    [
      'the failover may be someone else’s',
      {},
      '',
      failed(
        "writer of shop is shop-2, but RDS has not confirmed the failover that was requested, and does not say who requested one: it may be someone else's, so the writer stays where it is, and `move shop-1` moves it back",
      ),
    ],
  ])('is not requested where %s', async (_, place, undo, answer) => {
    expect(await back(place, undo)).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it('leaves a third writer, whatever RDS reports of it', async () => {
    expect((await back({ at: 'shop-3', moves: ['shop-3'] }, '', true)).answer).toStrictEqual(
      foreign('writer of shop is shop-3, neither shop-2 as before nor shop-1 as intended'),
    );
    expect((await back({ at: 'shop-3' }, '')).answer).toStrictEqual(
      foreign('writer of shop is shop-3, neither shop-2 as before nor shop-1 as intended'),
    );
  });

  it.each<[Place, string]>([
    [
      { status: 'failing-over' },
      'writer of shop is shop-2, but it is failing-over, and may be about to move',
    ],
    [
      { at: 'shop-1', status: 'stopped' },
      'writer of shop is shop-1, but it is stopped, and may be about to move',
    ],
  ])('waits at %o', async (place, message) => {
    const { answer, asked, kept } = await back(place);
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({ message });
    expect([asked, kept]).toEqual([[], []]);
  });

  it('waits until the former writer can be the writer again', async () => {
    expect((await back({ refusal: memberIsBusy })).answer).toBeInstanceOf(TargetBusy);
  });

  it('goes on when it is repeated, though RDS may have failed over by itself', async () => {
    expect((await back({}, '', true)).answer).toStrictEqual({ to: 'shop-1', undo: ACCEPTED });
  });

  it('has nothing to do where nothing is on record', async () => {
    const { primary, asked } = writer({});
    expect(await failBack(primary, stepCall().call)).toStrictEqual(
      succeeded('writer of shop was never moved'),
    );
    expect(asked).toEqual([]);
  });
});
