import { describe, expect, it } from 'vitest';
import { createRealClock } from '../../../../../local/embedded/clock/real-clock.ts';

describe('the real clock', () => {
  it('tells the time, waits and calls back', async () => {
    const clock = createRealClock();
    const startMs = clock.nowMs();
    await clock.sleep(5);
    await new Promise<void>((resolve) => clock.after(5, resolve));
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(9);
  });

  it('does not call back once it was cancelled', async () => {
    const clock = createRealClock();
    let called = false;
    const timer = clock.after(1, () => {
      called = true;
    });
    timer.cancel();
    await clock.sleep(10);
    expect(called).toBe(false);
  });
});
