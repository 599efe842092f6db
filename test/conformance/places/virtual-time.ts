import type { VirtualClock } from '../../../local/embedded/clock/virtual-clock.ts';

const LONGEST_MS = 24 * 3_600_000;

/** Lets a virtual clock go on as long as anybody sleeps by it, however many sleep at once. */
export function sleepBy(clock: VirtualClock): (milliseconds: number) => Promise<void> {
  let sleeping = 0;
  let isDriving = false;
  const drive = async () => {
    isDriving = true;
    while (sleeping > 0) await clock.runUntilIdle(LONGEST_MS, () => sleeping === 0);
    isDriving = false;
  };
  return async (milliseconds) => {
    sleeping += 1;
    const woken = clock.sleep(milliseconds).then(() => {
      sleeping -= 1;
    });
    if (!isDriving) drive();
    await woken;
  };
}
