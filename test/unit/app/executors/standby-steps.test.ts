import { describe, expect, it } from 'vitest';
import {
  failBackFromStandby,
  failOverToStandby,
} from '../../../../functions/app/executors/standby-failover.ts';
import type { FailoverEvent } from '../../../../functions/core/target/failover-event.ts';
import { NotPermitted, ServiceUnavailable, TargetBusy } from '../../../../functions/ports/errors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { stepCall } from './step-call.ts';

const MINUTE_MS = 60_000;
const [HERE, THERE, THIRD] = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;
const ORDERS = { id: 'orders', status: 'available', isMultiAz: true, zone: HERE, standbyZone: THERE };
const failed = (detail: string) => ({ outcome: 'FAILED', detail });
const succeeded = (detail: string) => ({ outcome: 'SUCCEEDED', detail });
const REFUSED = { undo: '"refused"' };
const ACCEPTED = { undo: '"accepted"' };

/** What is on record of a failover that was requested so long ago, after this report. */
const recorded = (minutesAgo: number, afterMs = 0, from: string = HERE, to: string = THERE) => ({
  before: `{"afterMs":${afterMs},"requestedAtMs":${NOON - minutesAgo * MINUTE_MS},"zone":"${from}"}`,
  intended: `{"zone":"${to}"}`,
});
const under = (requestedAtMs: number, afterMs = 0, to: string = THERE) => ({
  reference: { executor: 'resource', id: `rds:failover:${requestedAtMs}:orders:${to}:${afterMs}` },
});
const reported = (...phases: readonly (readonly [FailoverEvent['phase'], number])[]) =>
  phases.map(([phase, minutesAgo]) => ({ phase, atMs: NOON - minutesAgo * MINUTE_MS }));

interface Place {
  readonly instance?: object;
  readonly events?: readonly FailoverEvent[];
  readonly refusal?: Error;
}

/** Begins a step, and lists in order what it asks RDS for. */
async function begun(
  step: typeof failOverToStandby,
  { instance = {}, events = [], refusal }: Place,
  given: Parameters<typeof stepCall>[0],
) {
  const asked: unknown[] = [];
  const databases = {
    readInstance: async () => {
      asked.push('read');
      return { ...ORDERS, ...instance };
    },
    listFailovers: async (...values: readonly unknown[]) => {
      asked.push(values);
      return events;
    },
    reboot: async (...values: readonly unknown[]) => {
      asked.push(['reboot', ...values]);
      if (refusal) throw refusal;
    },
  };
  const clock = { nowMs: () => NOON, sleep: async () => undefined };
  const { call, kept } = stepCall(given);
  const answer = await step({ databases, clock } as never, 'orders', call).catch((error: Error) => error);
  return { answer, asked, kept };
}

const over = (place: Place = {}, earlier?: ReturnType<typeof recorded>) =>
  begun(failOverToStandby, place, { changes: { earlier } });
const looks = ['read', ['instance', 'orders', 360]];
const asks = [...looks, ['reboot', 'orders', true]];
const denied = new NotPermitted({ action: 'rds:RebootDBInstance' });

describe('a failover to the standby', () => {
  it('is on record with the last report before it, which is read after the instance', async () => {
    const events = reported(['started', 12], ['completed', 11]);
    const afterMs = NOON - 11 * MINUTE_MS;
    expect(await over({ events })).toStrictEqual({
      answer: { ...under(NOON, afterMs), ...ACCEPTED },
      asked: asks,
      kept: [recorded(0, afterMs)],
    });
  });

  it.each<[string, Place]>([
    [
      'zone of orders: it is not Multi-AZ, so it has no standby that could take over',
      { instance: { isMultiAz: false } },
    ],
    [
      'RDS last reported a failover of orders 540 s ago: it may go on showing the zone from before it for 10 minutes, and may abandon another one',
      { events: reported(['completed', 9]) },
    ],
  ])('is not requested: %s', async (detail, place) => {
    expect(await over(place)).toStrictEqual({ answer: failed(detail), asked: looks, kept: [] });
  });

  it('waits while RDS is busy', async () => {
    const { answer } = await over({ instance: { status: 'backing-up' } });
    expect(answer).toBeInstanceOf(TargetBusy);
    expect(answer).toMatchObject({
      message: 'zone of orders: RDS is busy with it (backing-up), and does not move it before',
    });
  });

  it('leaves nothing to undo where RDS refuses it, and may be under way where RDS does not answer', async () => {
    expect((await over({ refusal: denied })).answer).toStrictEqual({
      ...failed(`zone of orders: ${denied.message}`),
      ...REFUSED,
    });
    const lost = new ServiceUnavailable('timed out');
    expect((await over({ refusal: lost })).answer).toBe(lost);
  });

  const earlier = recorded(2, 5);
  const requestedAtMs = NOON - 2 * MINUTE_MS;
  it.each<[string, Place, object]>([
    ['RDS reports its start', { events: reported(['started', 1]) }, under(requestedAtMs, 5)],
    ['RDS is busy', { instance: { status: 'rebooting' } }, under(requestedAtMs, 5)],
    ['RDS shows the other zone', { instance: { zone: THERE } }, under(requestedAtMs, 5)],
    [
      'RDS has abandoned it',
      { events: reported(['abandoned', 1]) },
      failed(
        `failover of orders to ${THERE}: RDS has abandoned it, since there was another failover shortly before: the primary stays where it is, and \`aws rds reboot-db-instance --db-instance-identifier orders --force-failover\` moves it later`,
      ),
    ],
  ])('is not requested again, but followed, where %s', async (_, place, answer) => {
    expect(await over(place, earlier)).toStrictEqual({ answer, asked: looks, kept: [] });
  });

  it('is left where RDS shows a third zone', async () => {
    const { answer } = await over({ instance: { zone: THIRD } }, recorded(6));
    expect(answer).toStrictEqual({
      ...failed(
        `zone of orders is ${THIRD}, neither ${HERE} as before nor ${THERE} as intended: someone else has moved it, and it is left as it is`,
      ),
      ...{ failsAs: 'ChangedBySomeoneElse', isFinal: true },
    });
  });

  it.each([2, 6])('is not requested again where nothing shows of it after %i minutes', async (minutesAgo) => {
    const { answer, asked } = await over({}, recorded(minutesAgo));
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({
      message: `zone of orders may be about to move from ${HERE} to ${THERE} by an earlier try whose answer was lost; RDS cannot tell, so it is not asked again`,
    });
    expect(asked).toEqual(looks);
  });
});

describe('a failback from the standby', () => {
  const DONE = {
    instance: { zone: THERE, standbyZone: HERE },
    events: reported(['started', 21], ['completed', 20]),
  };
  const back = (place: Place = DONE, undo: string | undefined = ACCEPTED.undo, more: object = {}) =>
    begun(failBackFromStandby, place, { changes: { undone: recorded(22), ...more }, ...(undo && { undo }) });
  const afterMs = NOON - 20 * MINUTE_MS;

  it('is on record with the last report before it', async () => {
    expect(await back()).toStrictEqual({
      answer: { ...under(NOON, afterMs, HERE), ...ACCEPTED },
      asked: asks,
      kept: [recorded(0, afterMs, THERE, HERE)],
    });
  });

  it('goes on when it is repeated', async () => {
    const earlier = recorded(2, afterMs, THERE, HERE);
    const { answer } = await back({ instance: { status: 'rebooting' } }, '', { earlier });
    expect(answer).toStrictEqual(under(NOON - 2 * MINUTE_MS, afterMs, HERE));
  });

  const left =
    'the primary stays where it is, and `aws rds reboot-db-instance --db-instance-identifier orders --force-failover` moves it back';
  it.each<[string, Place, string | undefined, object]>([
    ['the primary is where it was', {}, ACCEPTED.undo, succeeded(`zone of orders is ${HERE}, as before`)],
    [
      'the failover may be someone else’s',
      DONE,
      '',
      failed(
        `orders has failed over since its failover was requested, but the answer of RDS was lost, and its events do not say who requested it: it may be someone else's, so ${left}`,
      ),
    ],
    [
      'there was more than one failover',
      { ...DONE, events: reported(['started', 21], ['started', 15], ['completed', 14]) },
      ACCEPTED.undo,
      {
        ...failed(
          `orders has failed over more than once since its failover was requested: someone else has moved it, so ${left}`,
        ),
        failsAs: 'ChangedBySomeoneElse',
        isFinal: true,
      },
    ],
    [
      'the primary is in a third zone',
      { ...DONE, instance: { zone: THIRD } },
      ACCEPTED.undo,
      {
        ...failed(
          `zone of orders is ${THIRD}, neither ${THERE} as before nor ${HERE} as intended: someone else has moved it, and it is left as it is`,
        ),
        failsAs: 'ChangedBySomeoneElse',
        isFinal: true,
      },
    ],
  ])('is not requested where %s', async (_, place, undo, answer) => {
    expect(await back(place, undo)).toStrictEqual({ answer, asked: looks, kept: [] });
  });

  it('is not requested where RDS had refused the failover, or nothing is on record', async () => {
    const answer = succeeded('zone of orders was never moved');
    expect(await back(DONE, REFUSED.undo)).toStrictEqual({ answer, asked: [], kept: [] });
    expect((await back(DONE, ACCEPTED.undo, { undone: undefined })).answer).toStrictEqual(answer);
  });

  it.each<[Place, string]>([
    [
      { ...DONE, events: reported(['started', 9]) },
      `zone of orders is ${THERE}, but RDS last reported a failover 540 s ago (started), and may go on showing the zone from before it`,
    ],
    [
      { ...DONE, instance: { zone: THERE, status: 'rebooting' } },
      `zone of orders is ${THERE}, but it is rebooting, and may be about to move`,
    ],
  ])('waits at %o', async (place, message) => {
    const { answer, kept } = await back(place);
    expect(answer).toBeInstanceOf(ServiceUnavailable);
    expect(answer).toMatchObject({ message });
    expect(kept).toEqual([]);
  });
});
