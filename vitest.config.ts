import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { isThorough, isThoroughFile } from './test/thoroughness.ts';

const MINUTE = 60_000;

interface Project {
  readonly testTimeout: number;
  readonly hookTimeout: number;
  /** How many of its files run at once. */
  readonly workers: number;
  /** Projects of one stage run together and share their workers; the stages follow each other. */
  readonly stage: 'quick' | 'long';
  /** Tries again after a failure: where real processes race real clocks on a busy machine. @default 0 */
  readonly retry?: number;
  /** Run before each of its files, which then gets a process of its own. @default none: files share a worker's modules */
  readonly setupFile?: string;
}

/** The first stage says within a minute or so what is wrong. */
const QUICK = { stage: 'quick', workers: availableParallelism() + 1 } as const;
/** Most files of the second wait far more than they compute: for servers, hosts and their own clocks. */
const LONG = { stage: 'long', workers: 7 } as const;
const WAITING = { ...LONG, retry: 1, testTimeout: 5 * MINUTE, hookTimeout: 10 * MINUTE };

const PROJECTS: Readonly<Record<string, Project>> = {
  unit: { ...QUICK, testTimeout: MINUTE, hookTimeout: MINUTE },
  infra: { ...QUICK, testTimeout: 2 * MINUTE, hookTimeout: 3 * MINUTE },
  contract: { ...QUICK, testTimeout: 2 * MINUTE, hookTimeout: 5 * MINUTE },
  // Fills the pauses of the others, however few there are.
  sim: { ...LONG, testTimeout: 45 * MINUTE, hookTimeout: 45 * MINUTE, setupFile: 'test/sim/yield-cpu.ts' },
  conformance: WAITING,
  e2e: WAITING,
};

/** From 1: those of group 0 that have one worker run last. */
const GROUP_ORDER = { quick: 1, long: 2 };

/** A file with this line takes minutes: begun last, it would be waited for at the end of its stage. */
const SLOW = /^\/\/ @slow$/m;

/** Stage after stage; in each, slow files first, then by how long they took last time, which vitest remembers. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const stage = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    const slow = new Set(files.filter(({ moduleId }) => SLOW.test(readFileSync(moduleId, 'utf8'))));
    const place = (file: TestSpecification) => (slow.has(file) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => stage(a) - stage(b) || place(a) - place(b));
  }
}

const LEFT_OUT = isThorough() ? [] : globSync('test/**/*.test.ts').filter(isThoroughFile);

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: Object.entries(PROJECTS).map(
      ([name, { stage, testTimeout, hookTimeout, workers, retry = 0, setupFile }]) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          exclude: [...configDefaults.exclude, ...LEFT_OUT],
          testTimeout,
          hookTimeout,
          maxWorkers: workers,
          retry,
          isolate: setupFile !== undefined,
          setupFiles: setupFile === undefined ? [] : [setupFile],
          sequence: { groupOrder: GROUP_ORDER[stage] },
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
