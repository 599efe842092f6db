import { describe, expect, it } from 'vitest';
import { waitFor } from '../../../../functions/app/operate/wait-for.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { settableClock } from '../../../factories/ports/recording-ports.ts';

/** Asks for as long as `timeoutMs`; the answer is there after some time. @returns when it was asked, and the answer */
async function asked(timeoutMs: number, afterMs = Number.POSITIVE_INFINITY) {
  const clock = settableClock();
  const times: number[] = [];
  const answer = await waitFor(clock, timeoutMs, async () => {
    times.push(clock.now - NOON);
    return clock.now - NOON >= afterMs ? 'done' : undefined;
  });
  return { times, answer };
}

describe('waiting for an answer', () => {
  it('ends with the answer, and asks no more', async () => {
    expect(await asked(30_000, 0)).toEqual({ times: [0], answer: 'done' });
    expect(await asked(30_000, 1_500)).toEqual({ times: [0, 1_000, 2_000], answer: 'done' });
  });

  it('ends without one when the time is up', async () => {
    expect(await asked(2_000)).toEqual({ times: [0, 1_000, 2_000], answer: undefined });
  });

  it('asks once if there is no time at all', async () => {
    expect(await asked(0)).toEqual({ times: [0], answer: undefined });
  });
});
