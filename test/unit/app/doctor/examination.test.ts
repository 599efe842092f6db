import { describe, expect, it } from 'vitest';
import { idsOf, lookAtEach } from '../../../../functions/app/doctor/examination.ts';
import { neededStacks } from '../../../../functions/app/doctor/stack-checks.ts';
import { configured } from '../../../factories/configuration.ts';

describe('a look at what is deployed', () => {
  it('needs the stacks of the watchdog only where it is on', () => {
    const needed = (enabled: boolean) => neededStacks(configured({ watchdog: { enabled } }));
    expect(needed(false)).toEqual(['SelfhealState', 'SelfhealEngine', 'SelfhealMonitoring']);
    expect(needed(true).slice(3)).toEqual(['SelfhealWatchdog', 'SelfhealDeadMan']);
  });

  it('knows the resources of one kind in all stacks, sorted, without those that were never made', () => {
    const [a, b, c] = ['a', 'b', ''].map((id) => ({ type: 'T', id }));
    const stacks = new Map([
      ['one', [b, c, { type: 'U', id: 'z' }].filter((each) => each !== undefined)],
      ['two', [a].filter((each) => each !== undefined)],
    ]);
    expect(idsOf(stacks, 'T')).toEqual(['a', 'b']);
  });

  it('keeps the order of what it looks at, however long each takes', async () => {
    const fault = (subject: string) => ({ subject, problem: 'p', remedy: 'r' });
    const looked = await lookAtEach([3, 2, 1], async (item) => {
      for (let wait = 0; wait < item; wait += 1) await Promise.resolve();
      return item === 2 ? undefined : [fault(`${item}a`), fault(`${item}b`)];
    });
    expect(looked.looked).toBe(3);
    expect(looked.faults.map(({ subject }) => subject)).toEqual(['3a', '3b', '1a', '1b']);
  });
});
