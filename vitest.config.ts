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
}

/** They wait far more than they compute: for servers, hosts and their own clocks. */
const WAITING = { stage: 'waiting', workers: 7, retry: 1, testTimeout: 5 * MINUTE, hookTimeout: 10 * MINUTE };

/** In the order in which they run; the quick ones say first what is wrong. */
const PROJECTS: Readonly<Record<string, Project>> = {
  unit: { testTimeout: 20_000, hookTimeout: 20_000 },
  sim: { testTimeout: 5 * MINUTE, hookTimeout: MINUTE },
  infra: { testTimeout: 2 * MINUTE, hookTimeout: 3 * MINUTE },
  contract: { testTimeout: 2 * MINUTE, hookTimeout: 5 * MINUTE, workers: 1 },
  conformance: WAITING,
  e2e: WAITING,
};

const stageOf = (name: string) => PROJECTS[name]?.stage ?? name;
const STAGES = [...new Set(Object.keys(PROJECTS).map(stageOf))];

/** Minutes each: whatever of them began last would be waited for at the end. */
const LONGEST = [
  'e2e/watchdog',
  'e2e/watchdog-in-trouble',
  'conformance/broken-functions',
  'e2e/incidents',
  'e2e/runbooks/hostile-parameters',
  'conformance/lost-and-repeated',
  'e2e/embedded-incidents',
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
      ([name, { testTimeout, hookTimeout, workers = availableParallelism(), retry = 0 }]) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          exclude: [...configDefaults.exclude],
          testTimeout,
          hookTimeout,
          maxWorkers: workers,
          retry,
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
