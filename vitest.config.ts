import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const MINUTE = 60_000;

interface Project {
  readonly testTimeout: number;
  readonly hookTimeout: number;
  /** How many of its files run at once. @default as many as the machine has cores */
  readonly workers?: number;
  /** Projects of one stage run together and share their workers. @default a stage of its own */
  readonly stage?: string;
  /** Tries again after a failure: where real processes race real clocks on a busy machine. @default 0 */
  readonly retry?: number;
  /** Run before each of its files, which then gets a process of its own. @default none: files share a worker's modules */
  readonly setupFile?: string;
}

/** Most of these files wait far more than they compute: for servers, hosts and their own clocks. */
const TOGETHER = { stage: 'together', workers: 7 };
const WAITING = { ...TOGETHER, retry: 1, testTimeout: 5 * MINUTE, hookTimeout: 10 * MINUTE };

/** In the order in which they run; the quick ones say first what is wrong. */
const PROJECTS: Readonly<Record<string, Project>> = {
  unit: { testTimeout: 20_000, hookTimeout: 20_000 },
  infra: { testTimeout: 2 * MINUTE, hookTimeout: 3 * MINUTE },
  contract: { testTimeout: 2 * MINUTE, hookTimeout: 5 * MINUTE, workers: 1 },
  // Fills the pauses of the others.
  sim: { ...TOGETHER, testTimeout: 10 * MINUTE, hookTimeout: MINUTE, setupFile: 'test/sim/yield-cpu.ts' },
  conformance: WAITING,
  e2e: WAITING,
};

const stageOf = (name: string) => PROJECTS[name]?.stage ?? name;
const STAGES = [...new Set(Object.keys(PROJECTS).map(stageOf))];

/** Minutes each: whatever of them began last would be waited for at the end. */
const LONGEST = [
  'sim/incidents',
  'sim/defects',
  'e2e/incidents',
  'e2e/watchdog',
  'e2e/watchdog-in-trouble',
  'e2e/runbooks/hostile-parameters',
  'conformance/lost-and-repeated',
  'conformance/broken-functions',
];

/** Stage after stage; in each, the longest files first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      LONGEST.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`)) + 1 || LONGEST.length + 1;
    const stage = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return (await super.sort(files)).toSorted((a, b) => stage(a) - stage(b) || place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: Object.entries(PROJECTS).map(
      ([name, { testTimeout, hookTimeout, workers = availableParallelism(), retry = 0, setupFile }]) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          exclude: [...configDefaults.exclude],
          testTimeout,
          hookTimeout,
          maxWorkers: workers,
          retry,
          isolate: setupFile !== undefined,
          setupFiles: setupFile === undefined ? [] : [setupFile],
          // From 1: those of group 0 that have one worker run last.
          sequence: { groupOrder: STAGES.indexOf(stageOf(name)) + 1 },
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
