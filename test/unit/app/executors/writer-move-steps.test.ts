import { describe, expect, it } from 'vitest';
import { failBackCluster, failOverCluster } from '../../../../functions/app/executors/cluster-failover.ts';
import type { FailoverEvent } from '../../../../functions/core/target/failover-event.ts';
import { RequestRefused, ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { stepCall } from './step-call.ts';

const MINUTE_MS = 60_000;
const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });
const members = (writer: string | undefined, ids: readonly string[] = ['shop-1', 'shop-2', 'shop-3']) =>
  ids.map((id) => ({ id, isWriter: id === writer, promotionTier: 1 }));
const report = (secondsAgo: number, to: string, phase: FailoverEvent['phase'] = 'completed') => ({
  ...{ phase, to, atMs: NOON - secondsAgo * 1_000 },
});
const MOVED =
  'RDS reports that shop-2 has become the writer since this repair began, so it is not moved again';

interface Place {
  readonly cluster?: object;
  readonly events?: readonly FailoverEvent[];
  readonly refusal?: Error;
}

/** Begins a step on a cluster whose writer is shop-1, and lists in order what it asks RDS for. */
async function begun(
  step: typeof failOverCluster,
  engine: string,
  { cluster, events = [], refusal }: Place,
  given: Parameters<typeof stepCall>[0] = {},
) {
  const asked: unknown[] = [];
  const databases = {
    readCluster: async () => ({
      id: 'shop',
      status: 'available',
      engine,
      members: members('shop-1'),
      ...cluster,
    }),
    listFailovers: async (...values: readonly unknown[]) => {
      expect(values).toEqual(['cluster', 'shop', 360]);
      return events;
    },
    failOver: async (...values: readonly unknown[]) => {
      asked.push(values);
      if (refusal) throw refusal;
    },
  };
  const clock = { nowMs: () => NOON, sleep: async () => undefined };
  const { call, kept } = stepCall(given);
  const answer = await step({ databases, clock } as never, 'shop', call).catch((error: Error) => error);
  return { answer, asked, kept };
}

describe('a failover of a cluster to a member that it names', () => {
  const over = (
    place: Place = {},
    given: Parameters<typeof stepCall>[0] = {},
    engine = 'aurora-postgresql',
  ) => begun(failOverCluster, engine, place, given);
  const underWay = (to: string) => ({
    ...{
      reference: { executor: 'resource', id: `rds:cluster-failover:${NOON}:shop:${to}` },
      undo: '"accepted"',
    },
  });

  it('is requested of the reader that is promoted first, or of the one that is named', async () => {
    expect(await over()).toStrictEqual({
      answer: underWay('shop-2'),
      asked: [['shop', 'shop-2']],
      kept: [{ before: '"shop-1"', intended: '"shop-2"' }],
    });
    expect((await over({}, { params: { to: 'shop-3' } })).answer).toStrictEqual(underWay('shop-3'));
  });

  it('is not requested where there is no writer', async () => {
    const { answer, asked } = await over({ cluster: { members: members(undefined) } });
    expect(answer).toStrictEqual(failed('writer of shop: it has no writer that could be moved'));
    expect(asked).toEqual([]);
  });

  const events = [report(59, 'shop-2')];
  it.each<[string, Place, object, object]>([
    ['RDS was first', { events }, {}, succeeded(`writer of shop: ${MOVED}`)],
    [
      'RDS was first, with the one that is named',
      { events },
      { params: { to: 'shop-2' } },
      succeeded(`writer of shop: ${MOVED}`),
    ],
    [
      'RDS was first, with another',
      { events },
      { params: { to: 'shop-3' } },
      failed(`writer of shop: ${MOVED}`),
    ],
    [
      'the one that is named is the writer',
      { events },
      { params: { to: 'shop-1' } },
      succeeded('writer of shop is shop-1 already'),
    ],
    [
      'there is no reader',
      { cluster: { members: members('shop-1', ['shop-1']) } },
      {},
      failed('writer of shop: it has no reader that could take over from shop-1'),
    ],
  ])('is not requested where %s', async (_, place, given, answer) => {
    expect(await over(place, given)).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it('is not requested of Aurora soon after it has made the writer itself', async () => {
    const soon = { events: [report(659, 'shop-2')] };
    expect((await over(soon)).answer).toStrictEqual(
      succeeded(
        'writer of shop: RDS reports that shop-2 has become the writer less than 10 minutes before this repair began, so it is not moved again',
      ),
    );
  });

  it.each<[string, Place, object]>([
    ['RDS reported it ten minutes before the repair', { events: [report(660, 'shop-2')] }, {}],
    ['an earlier step has moved it', { events }, { changes: { hasActedBefore: true } }],
  ])('is requested where %s', async (_, place, given) => {
    expect((await over(place, given)).answer).toStrictEqual(underWay('shop-2'));
  });

  it('is requested of a Multi-AZ cluster only 20 minutes after the last one', async () => {
    const soon = { events: [report(19 * 60, 'shop-1')] };
    expect((await over(soon, {}, 'postgres')).answer).toMatchObject({
      detail: expect.stringContaining('RDS last reported a failover of shop 1140 s ago'),
    });
    expect((await over(soon)).answer).toStrictEqual(underWay('shop-2'));
  });
});

describe('a failover of a cluster whose writer RDS chooses', () => {
  const over = (place: Place = {}, given: Parameters<typeof stepCall>[0] = {}) =>
    begun(failOverCluster, 'mysql', place, given);
  const recorded = (minutesAgo: number, afterMs = 0) => ({
    before: `{"afterMs":${afterMs},"requestedAtMs":${NOON - minutesAgo * MINUTE_MS},"writer":"shop-1"}`,
    intended: 'null',
  });
  const underWay = (requestedAtMs = NOON, afterMs = 0) => ({
    reference: { executor: 'resource', id: `rds:writer-move:${requestedAtMs}:shop:shop-1:${afterMs}` },
  });
  const asks = [['shop', undefined]];
  const refused = new RequestRefused('not now');
  const sentTwice = new RequestRefused('not now', { attempts: 2 });
  const lost = new ServiceUnavailable('timed out');
  const afterMs = NOON - 21 * MINUTE_MS;

  it('is on record with the last report before it', async () => {
    expect(await over({ events: [report(21 * 60, 'shop-1')] })).toStrictEqual({
      ...{ answer: underWay(NOON, afterMs), asked: asks, kept: [recorded(0, afterMs)] },
    });
  });

  it.each<[string, Error, object]>([
    ['leaves nothing to undo', refused, { ...failed('writer of shop: not now'), undo: '"refused"' }],
    ['may be under way after a second request', sentTwice, underWay()],
    ['may be under way without an answer', lost, lost],
  ])('that RDS refuses %s', async (_, refusal, answer) => {
    const found = (await over({ refusal })).answer;
    if (answer instanceof Error) expect(found).toBe(answer);
    else expect(found).toStrictEqual(answer);
  });

  const CHOSEN = 'RDS itself chooses the next writer of a Multi-AZ cluster of MySQL';
  const events = [report(59, 'shop-2')];
  it.each<[string, Place, object, object]>([
    [
      'a member is named',
      { events },
      { params: { to: 'shop-2' } },
      failed(`writer of shop: ${CHOSEN}: leave out \`to: shop-2\``),
    ],
    [
      'there is no writer',
      { cluster: { members: members(undefined) } },
      {},
      failed('writer of shop: it has no writer that could be moved'),
    ],
    [
      'there is no reader',
      { cluster: { members: members('shop-1', ['shop-1']) } },
      {},
      failed('writer of shop: it has no reader that could take over from shop-1'),
    ],
    ['RDS was first', { events }, {}, succeeded(`writer of shop: ${MOVED}`)],
  ])('is not requested where %s', async (_, place, given, answer) => {
    expect(await over(place, given)).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it('waits while RDS is busy', async () => {
    const { answer } = await over({ cluster: { status: 'modifying' } });
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      message: 'writer of shop: RDS is busy with it (modifying), and does not move it before',
    });
  });

  const earlier = recorded(2, 5);
  const requestedAtMs = NOON - 2 * MINUTE_MS;
  it.each<[string, Place]>([
    ['shows another writer', { cluster: { members: members('shop-3') } }],
    ['is busy', { cluster: { status: 'failing-over' } }],
    ['reports its start', { events: [report(10, 'shop-2', 'started')] }],
  ])('is not requested again, but followed, where RDS %s', async (_, place) => {
    expect(await over(place, { changes: { earlier } })).toStrictEqual({
      ...{ answer: underWay(requestedAtMs, 5), asked: [], kept: [] },
    });
  });

  it('is not requested again where nothing shows of it', async () => {
    const { answer, asked } = await over({}, { changes: { earlier } });
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message:
        'writer of shop may be about to move away from shop-1 by an earlier try whose answer was lost; RDS cannot tell, so it is not asked again',
    });
    expect(asked).toEqual([]);
  });

  const back = (place: Place, minutesAgo = 10, undo?: string) =>
    begun(failBackCluster, 'mysql', place, {
      ...{ changes: { undone: recorded(minutesAgo) }, ...(undo !== undefined && { undo }) },
    });

  it.each<[string, Place, object]>([
    [
      'it has moved',
      { cluster: { members: members('shop-2') } },
      failed(
        `writer of shop is no longer shop-1, and stays where it is: ${CHOSEN}, and \`aws rds failover-db-cluster --db-cluster-identifier shop\` moves it to another one`,
      ),
    ],
    ['it has not moved', {}, succeeded('writer of shop is shop-1, as before')],
    [
      'RDS has given up',
      { events: [report(10, 'shop-2', 'abandoned')] },
      succeeded('writer of shop is shop-1, as before'),
    ],
  ])('is not turned back, and says so, where %s', async (_, place, answer) => {
    expect(await back(place)).toStrictEqual({ answer, asked: [], kept: [] });
  });

  it.each<[string, Place, number, string]>([
    [
      'it is under way',
      { cluster: { status: 'failing-over' } },
      10,
      'shop is failing-over, and its writer may be about to move',
    ],
    [
      'RDS may yet report it',
      {},
      4,
      'writer of shop is shop-1, but may be about to move, though RDS reports no failover yet',
    ],
  ])('is waited for with the undo while %s', async (_, place, minutesAgo, message) => {
    const { answer } = await back(place, minutesAgo);
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({ message });
  });

  it('has nothing to undo where RDS had refused it', async () => {
    const moved = { cluster: { members: members('shop-2') } };
    expect((await back(moved, 10, '"refused"')).answer).toStrictEqual(
      succeeded('writer of shop was never moved'),
    );
  });
});
