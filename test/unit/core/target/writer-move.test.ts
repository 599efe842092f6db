import { describe, expect, it } from 'vitest';
import type { FailoverEvent } from '../../../../functions/core/target/failover-event.ts';
import {
  choosesWriter,
  mayYetMove,
  writerMoved,
  writerMoveOutcome,
} from '../../../../functions/core/target/writer-move.ts';

const AFTER = 1_000;
const MOVE = { from: 'shop-1', afterMs: AFTER };

const cluster = (writer: string | undefined, status = 'available') => ({
  ...{ id: 'shop', status, engine: 'mysql' },
  members: ['shop-1', 'shop-2', 'shop-3'].map((id) => ({ id, isWriter: id === writer, promotionTier: 1 })),
});
const event = (phase: FailoverEvent['phase'], to?: string, atMs = AFTER + 1): FailoverEvent => ({
  ...{ phase, atMs },
  ...(to !== undefined && { to }),
});

describe('a failover to a writer that RDS chooses', () => {
  it.each([
    ['has moved the writer once RDS shows another one', 'moved', cluster('shop-3'), []],
    [
      'has moved the writer once RDS reports another one, though it shows the former',
      'moved',
      cluster('shop-1'),
      [event('started', 'shop-3'), event('completed', 'shop-3')],
    ],
    ['is under way while RDS is busy', 'under way', cluster('shop-1', 'failing-over'), []],
    ['is under way while there is no writer', 'under way', cluster(undefined), []],
    ['is under way since RDS has reported its start', 'under way', cluster('shop-1'), [event('started')]],
    [
      'has failed where RDS goes on with the former writer',
      'failed',
      cluster('shop-1'),
      [event('started', 'shop-2'), event('abandoned')],
    ],
    [
      'has failed where the former writer is the writer again',
      'failed',
      cluster('shop-1'),
      [event('completed', 'shop-2'), event('completed', 'shop-1')],
    ],
    [
      'shows in nothing that RDS reported before it',
      'none',
      cluster('shop-1'),
      [event('completed', 'shop-2', AFTER)],
    ],
    ['shows in nothing else that RDS reports', 'none', cluster('shop-1'), [event('other')]],
  ] as const)('%s', (_, progress, shown, events) => {
    expect(writerMoved(shown, MOVE, events)).toBe(progress);
  });

  it.each([
    ['SUCCEEDED', cluster('shop-3'), [], 'the cluster is available, its writer is shop-3'],
    ['FAILED', cluster('shop-3', 'storage-full'), [], 'the cluster is storage-full, its writer is shop-3'],
    [
      'FAILED',
      cluster('shop-1'),
      [event('abandoned')],
      'RDS reports that shop-1 goes on as the writer: the cluster is available, its writer is shop-1',
    ],
    [undefined, cluster('shop-1'), [event('started')], 'the cluster is available, its writer is shop-1'],
    [undefined, cluster('shop-1'), [], 'the cluster is available, its writer is shop-1'],
    [undefined, cluster(undefined), [], 'the cluster is available, its writer is none'],
  ] as const)('ends as %s for %j with the events %j', (outcome, shown, events, detail) => {
    expect(writerMoveOutcome(shown, MOVE, events)).toStrictEqual({ ...(outcome && { outcome }), detail });
  });

  it('may yet show for five minutes after its request', () => {
    expect(mayYetMove(AFTER, AFTER + 299_999)).toBe(true);
    expect(mayYetMove(AFTER, AFTER + 300_000)).toBe(false);
  });
});

it.each([
  ['mysql', true],
  ['postgres', false],
  ['aurora-mysql', false],
])('the writer of a cluster of %s is chosen by RDS alone: %s', (engine, expected) => {
  expect(choosesWriter({ engine })).toBe(expected);
});
