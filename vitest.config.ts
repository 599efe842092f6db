import { configDefaults, defineConfig } from 'vitest/config';

const MINUTE = 60_000;

interface Project {
  readonly testTimeout: number;
  readonly hookTimeout: number;
  /** Files one after another: their servers and hosts share the machine's few cores. @default false */
  readonly serial?: boolean;
  /** Tries again after a failure: where real processes race real clocks on a busy machine. @default 0 */
  readonly retry?: number;
}

/** In the order in which they run; the quick ones say first what is wrong. */
const PROJECTS: Readonly<Record<string, Project>> = {
  unit: { testTimeout: 20_000, hookTimeout: 20_000 },
  sim: { testTimeout: 5 * MINUTE, hookTimeout: MINUTE, serial: true },
  infra: { testTimeout: 2 * MINUTE, hookTimeout: 3 * MINUTE },
  contract: { testTimeout: 2 * MINUTE, hookTimeout: 5 * MINUTE, serial: true },
  workflow: { testTimeout: 5 * MINUTE, hookTimeout: 10 * MINUTE, serial: true, retry: 1 },
  e2e: { testTimeout: 5 * MINUTE, hookTimeout: 10 * MINUTE, serial: true, retry: 1 },
};

export default defineConfig({
  test: {
    projects: Object.entries(PROJECTS).map(
      ([name, { testTimeout, hookTimeout, serial = false, retry = 0 }], index) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          exclude: [...configDefaults.exclude],
          testTimeout,
          hookTimeout,
          fileParallelism: !serial,
          retry,
          sequence: { groupOrder: index },
        },
      }),
    ),
    coverage: {
      provider: 'v8',
      include: ['functions/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
  },
});
