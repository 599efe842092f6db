import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';
import {
  EventBus,
  type EventBusDeps,
  type RuleTarget,
} from '../../../../../local/embedded/event-bridge/event-bus.ts';
import { scheduleMilliseconds } from '../../../../../local/embedded/event-bridge/schedule.ts';
import { createIds, createSeededRandom } from '../../../../../local/embedded/random/seeded-random.ts';

function createBus(deps: Partial<EventBusDeps> = {}) {
  const clock = createVirtualClock(Date.parse('2026-11-22T12:00:00.500Z'));
  const random = createSeededRandom(1);
  const bus = new EventBus({ clock, random, newId: createIds(random), ...deps });
  const received: unknown[] = [];
  const target = (more: Partial<RuleTarget> = {}): RuleTarget => ({
    arn: 'arn:target',
    deliver: (event) => received.push(event.detail),
    ...more,
  });
  const put = (detail: unknown) => bus.putEvent({ source: 'test', detailType: 'Test', detail });
  return { clock, bus, received, target, put };
}

const all = { source: ['test'] };

interface Letter {
  readonly event: unknown;
  readonly attributes: Readonly<Record<string, string>>;
}

const keep =
  (letters: Letter[]): NonNullable<RuleTarget['deadLetter']> =>
  (body, attributes) =>
    void letters.push({ event: JSON.parse(body), attributes });

describe('the event bus', () => {
  it('hands an event to every target of every rule that it matches, a moment later', async () => {
    const { clock, bus, received, target, put } = createBus();
    bus.putRule({ name: 'one', eventPattern: all, targets: [target(), target()] });
    bus.putRule({ name: 'two', eventPattern: { detail: { n: [2] } }, targets: [target()] });
    put({ n: 1 });
    expect(received).toEqual([]);
    await clock.advance(1_000);
    expect(received).toEqual([{ n: 1 }, { n: 1 }]);
    expect(bus.log).toMatchObject([
      { version: '0', source: 'test', 'detail-type': 'Test', time: '2026-11-22T12:00:00Z', detail: { n: 1 } },
    ]);
  });

  it('loses, duplicates and reorders the events that it should', async () => {
    const plans = [[], [10, 20], [500], [100]];
    const { clock, bus, received, target, put } = createBus({ planDelivery: () => plans.shift() ?? [] });
    bus.putRule({ name: 'one', eventPattern: all, targets: [target()] });
    for (const n of ['lost', 'twice', 'late', 'early']) put(n);
    await clock.advance(1_000);
    expect(received).toEqual(['twice', 'twice', 'early', 'late']);
  });

  it('tries again while the target refuses, then keeps the event in the dead-letter queue', async () => {
    const { clock, bus, target, put } = createBus();
    const letters: Letter[] = [];
    let tries = 0;
    const deliver = () => {
      tries += 1;
      throw Object.assign(new Error('too much'), { name: 'ThrottlingException' });
    };
    const deadLetter = keep(letters);
    bus.putRule({
      name: 'one',
      eventPattern: all,
      targets: [target({ deliver, maximumRetryAttempts: 3, deadLetter })],
    });
    put({ n: 1 });
    await clock.runUntilIdle(1e9);
    expect(tries).toBe(4);
    expect(letters).toEqual([
      {
        event: bus.log[0],
        attributes: {
          RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/one',
          TARGET_ARN: 'arn:target',
          ERROR_CODE: 'THROTTLING',
          ERROR_MESSAGE: 'too much',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '3',
        },
      },
    ]);
  });

  it('does not try again where the target is gone', async () => {
    const { clock, bus, target, put } = createBus();
    const letters: Letter[] = [];
    const deliver = () => {
      throw Object.assign(new Error('not found'), { name: 'StateMachineDoesNotExist' });
    };
    bus.putRule({
      name: 'one',
      eventPattern: all,
      targets: [target({ deliver, deadLetter: keep(letters) })],
    });
    put({});
    await clock.runUntilIdle(1e9);
    const [letter, ...others] = letters;
    expect(others).toEqual([]);
    expect(letter?.attributes).toMatchObject({ ERROR_CODE: 'NO_RESOURCE', RETRY_ATTEMPTS: '0' });
    expect(letter?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('refuses an entry over 1 MiB', () => {
    const { bus, put } = createBus();
    put('x'.repeat(1_048_000));
    expect(() => put('x'.repeat(1_048_576))).toThrow(
      expect.objectContaining({ code: 'ValidationException' }),
    );
    expect(bus.log).toHaveLength(1);
  });

  it('drops an event that is too old', async () => {
    const { clock, bus, target, put } = createBus();
    const letters: Letter[] = [];
    const deliver = () => {
      throw new Error('too much');
    };
    const refusing = target({ deliver, maximumEventAgeSeconds: 60, deadLetter: keep(letters) });
    bus.putRule({ name: 'one', eventPattern: all, targets: [refusing] });
    put({});
    const startMs = clock.nowMs();
    await clock.runUntilIdle(1e9);
    expect(clock.nowMs() - startMs).toBeLessThan(60_000);
    expect(letters.map(({ attributes }) => attributes)).toMatchObject([
      { ERROR_CODE: 'UNKNOWN', EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' },
    ]);
  });

  it('ticks by a schedule until it is closed', async () => {
    const { clock, bus, received, target } = createBus();
    bus.putRule({ name: 'clock', scheduleExpression: 'rate(1 minute)', targets: [target()] });
    await clock.advance(5 * 60_000 + 1_000);
    expect(received).toHaveLength(5);
    bus.close();
    await clock.advance(5 * 60_000);
    expect(received).toHaveLength(5);
  });

  it('copies what it is given', async () => {
    const { clock, bus, received, target, put } = createBus();
    bus.putRule({ name: 'one', eventPattern: all, targets: [target()] });
    const detail = { n: 1 };
    put(detail);
    detail.n = 2;
    await clock.advance(1_000);
    expect(received).toEqual([{ n: 1 }]);
  });
});

describe('a schedule', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('%s', (expression, milliseconds) => {
    expect(scheduleMilliseconds(expression)).toBe(milliseconds);
  });

  it.each([
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'rate(1 second)',
    'cron(0 12 * * ? *)',
    '',
  ])('refuses %o', (expression) => {
    expect(() => scheduleMilliseconds(expression)).toThrow(
      expect.objectContaining({ code: 'INVALID_EVENT_PATTERN' }),
    );
  });
});
