import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { every } from '../../../../../local/embedded/clock/embedded-clock.ts';
import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';

describe('the virtual clock', () => {
  it('fires timers in the order of their time, then of their making', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (delays) => {
        const clock = createVirtualClock(1_000);
        const fired: { readonly index: number; readonly delay: number }[] = [];
        for (const [index, delay] of delays.entries()) clock.after(delay, () => fired.push({ index, delay }));
        await clock.advance(20);
        const wanted = delays
          .map((delay, index) => ({ index, delay }))
          .sort((a, b) => a.delay - b.delay || a.index - b.index);
        expect(fired).toEqual(wanted);
      }),
    );
  });

  it('stands still until it is advanced, and goes no further', async () => {
    const clock = createVirtualClock(1_000);
    let fired = false;
    clock.after(11, () => {
      fired = true;
    });
    await clock.advance(10);
    expect([clock.nowMs(), fired]).toEqual([1_010, false]);
    await clock.advance(1);
    expect([clock.nowMs(), fired]).toEqual([1_011, true]);
  });

  it('lets promises settle between two timers', async () => {
    const clock = createVirtualClock(0);
    const order: string[] = [];
    clock.after(
      5,
      () =>
        void Promise.resolve().then(async () => {
          for (let step = 0; step < 50; step += 1) await null;
          order.push('promise of the first');
        }),
    );
    clock.after(5, () => order.push('second'));
    await clock.advance(5);
    expect(order).toEqual(['promise of the first', 'second']);
  });

  it('lets a timer that a timer makes fire in the same run', async () => {
    const clock = createVirtualClock(0);
    const times: number[] = [];
    const sleeper = async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await clock.sleep(10);
        times.push(clock.nowMs());
      }
    };
    void sleeper();
    await clock.advance(100);
    expect(times).toEqual([10, 20, 30]);
  });

  it('forgets timers that were cancelled', async () => {
    const clock = createVirtualClock(0);
    const timer = clock.after(1, () => {
      throw new Error('was cancelled');
    });
    timer.cancel();
    timer.cancel();
    expect(await clock.runUntilIdle(10)).toBe(true);
    expect(clock.fired()).toBe(0);
  });

  it('is idle when only background timers are left', async () => {
    const clock = createVirtualClock(0);
    let ticks = 0;
    const schedule = every(clock, 1_000, () => {
      ticks += 1;
    });
    clock.after(2_500, () => {});
    expect(await clock.runUntilIdle(60_000)).toBe(true);
    expect([clock.nowMs(), ticks]).toEqual([2_500, 2]);
    schedule.cancel();
    await clock.advance(10_000);
    expect(ticks).toBe(2);
  });

  it('says when the limit came before the end', async () => {
    const clock = createVirtualClock(0);
    clock.after(100, () => {});
    expect(await clock.runUntilIdle(99)).toBe(false);
    expect(await clock.runUntilIdle(100)).toBe(true);
  });

  it('refuses to be run while it runs', async () => {
    const clock = createVirtualClock(0);
    const running = clock.advance(1);
    await expect(clock.advance(1)).rejects.toMatchObject({ name: 'ClockBusy' });
    await running;
  });
});
