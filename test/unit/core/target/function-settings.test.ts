import { describe, expect, it } from 'vitest';
import {
  changedSettings,
  describeSettings,
  type FunctionSettings,
  unreleasedProblem,
} from '../../../../functions/core/target/function-settings.ts';

const SETTINGS: FunctionSettings = {
  ...{ memoryMiB: 512, timeoutSeconds: 30, isTraced: false, logLevel: 'INFO', rest: 'code 1' },
};

describe('the settings of a function', () => {
  it('are described as people read them', () => {
    expect(describeSettings(SETTINGS)).toBe('512 MiB, 30 s, not traced, log level INFO');
    expect(describeSettings({ ...SETTINGS, isTraced: true, logLevel: '' })).toBe('512 MiB, 30 s, traced');
  });

  it('differ in what is not the same', () => {
    expect(changedSettings(SETTINGS, { ...SETTINGS, memoryMiB: 1_024, isTraced: true })).toEqual({
      ...{ memoryMiB: 1_024, isTraced: true },
    });
    expect(changedSettings(SETTINGS, SETTINGS)).toEqual({});
  });
});

describe('an unpublished version', () => {
  const problem = (latest: Partial<FunctionSettings>, wanted = {}) =>
    unreleasedProblem({ ...SETTINGS, ...latest }, SETTINGS, wanted);
  const differ = (names: string) =>
    `its ${names} differ from the version that the alias serves: publishing it would release what nobody has released yet`;

  it('may be published if it differs in nothing but what is to be changed', () => {
    expect(problem({})).toBeUndefined();
    expect(problem({ memoryMiB: 256 }, { memoryMiB: 1_024 })).toBeUndefined();
  });

  it('must not be published with other code or settings', () => {
    expect(problem({ rest: 'code 2' }, { memoryMiB: 1_024 })).toBe(differ('code or configuration'));
    expect(problem({ memoryMiB: 256, logLevel: 'DEBUG' }, { memoryMiB: 1_024 })).toBe(differ('logLevel'));
    expect(problem({ rest: 'code 2', timeoutSeconds: 5 })).toBe(
      differ('code or configuration, timeoutSeconds'),
    );
  });
});
