import { describe, expect, it } from 'vitest';
import { keptFor } from '../../../functions/runtime/kept-for.ts';

function reading(answers: readonly (() => Promise<string>)[], underWayMs?: number) {
  const clock = { now: 0, asked: 0 };
  const read = keptFor(
    50,
    () => clock.now,
    async () => {
      const answer = answers[clock.asked];
      clock.asked += 1;
      return (await answer?.()) ?? 'none';
    },
    underWayMs,
  );
  return { clock, read };
}

describe('a read that is kept', () => {
  it('happens once for callers at the same time and shortly after, and again afterwards', async () => {
    const { clock, read } = reading([async () => 'first', async () => 'second']);
    expect(await Promise.all([read(), read()])).toEqual(['first', 'first']);
    clock.now = 49;
    expect(await read()).toBe('first');
    clock.now = 50;
    expect(await read()).toBe('second');
    expect(clock.asked).toBe(2);
  });

  it('happens again at once after it has failed', async () => {
    const { read } = reading([() => Promise.reject(new RangeError('throttled')), async () => 'second']);
    await expect(read()).rejects.toThrow(RangeError);
    expect(await read()).toBe('second');
  });

  it('happens again while one that began long before has no answer, and the new answer is kept', async () => {
    const { clock, read } = reading([() => new Promise(() => undefined), async () => 'second'], 10);
    void read();
    clock.now = 10;
    expect(await read()).toBe('second');
    clock.now = 40;
    expect(await read()).toBe('second');
    expect(clock.asked).toBe(2);
  });
});
