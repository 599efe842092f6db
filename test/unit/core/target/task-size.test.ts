import { describe, expect, it } from 'vitest';
import { isGreater, nextSize } from '../../../../functions/core/target/size-ladder.ts';
import { nextTaskSize } from '../../../../functions/core/target/task-size.ts';

describe('a size', () => {
  it.each([
    [{ memoryMiB: 1_024 }, { memoryMiB: 512 }, true],
    [{ memoryMiB: 512 }, { memoryMiB: 512 }, false],
    [{ memoryMiB: 256 }, { memoryMiB: 512 }, false],
    [{ memoryMiB: 1_024, cpuUnits: 256 }, { memoryMiB: 512, cpuUnits: 256 }, true],
    [{ memoryMiB: 1_024, cpuUnits: 256 }, { memoryMiB: 512, cpuUnits: 512 }, false],
    [{ cpuPercent: 200 }, { cpuPercent: 100, memoryMiB: 512 }, true],
    [{ cpuUnits: 512 }, { memoryMiB: 512 }, false],
  ])('%j is greater than %j: %s', (size, than, expected) => {
    expect(isGreater(size, than)).toBe(expected);
  });

  it('is followed by the first greater one on the ladder', () => {
    const ladder = [{ memoryMiB: 256 }, { memoryMiB: 1_024 }, { memoryMiB: 2_048 }];
    expect(nextSize({ memoryMiB: 512 }, ladder)).toEqual({ memoryMiB: 1_024 });
  });

  it('says that it is the greatest, and how great it is', () => {
    expect(nextSize({ memoryMiB: 512, cpuUnits: 256 }, [{ memoryMiB: 512 }])).toEqual({
      problem: 'it has 512 MiB and 256 CPU units, and the ladder has no greater size',
    });
    expect(nextSize({ cpuPercent: 150 }, [])).toEqual({
      problem: 'it has 150 % of a CPU, and the ladder has no greater size',
    });
  });
});

describe('the next size of a task', () => {
  const present = { cpuUnits: 256, memoryMiB: 512, limits: {} };

  it('keeps what the ladder does not name', () => {
    expect(nextTaskSize(present, [{ memoryMiB: 1_024 }])).toEqual({
      ...{ cpuUnits: 256, memoryMiB: 1_024, limits: {} },
    });
    expect(nextTaskSize({ ...present, limits: { app: 400, log: 50 } }, [{ cpuUnits: 512 }])).toEqual({
      ...{ cpuUnits: 512, memoryMiB: 512, limits: { app: 400, log: 50 } },
    });
  });

  it('raises the limit of the only container that has one', () => {
    expect(nextTaskSize({ ...present, limits: { app: 400 } }, [{ memoryMiB: 1_024 }])).toEqual({
      ...{ cpuUnits: 256, memoryMiB: 1_024, limits: { app: 912 } },
    });
  });

  it('is refused where more memory reaches none of several containers', () => {
    expect(nextTaskSize({ ...present, limits: { app: 400, log: 50 } }, [{ memoryMiB: 1_024 }])).toEqual({
      problem:
        'its containers app, log have memory limits of their own, which more memory for the task does not raise',
    });
  });

  it.each([{ cpuUnits: undefined }, { memoryMiB: undefined }])(
    'is refused without a size of the task: %j',
    (without) => {
      expect(nextTaskSize({ ...present, ...without }, [{ memoryMiB: 1_024 }])).toEqual({
        problem: 'its task definition sets no `cpu` and `memory` for the task, only for its containers',
      });
    },
  );

  it('is refused at the end of the ladder', () => {
    expect(nextTaskSize(present, [{ memoryMiB: 512 }])).toEqual({
      problem: 'it has 512 MiB and 256 CPU units, and the ladder has no greater size',
    });
  });
});
