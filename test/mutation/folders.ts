import { dirname, join, relative } from 'node:path';

/** Stryker's own processes run elsewhere. */
export const ROOT = join(import.meta.dirname, '../..');

/** A part of the code, and the tests that must notice when it changes. */
export interface Area {
  readonly folder: string;
  readonly tests: readonly string[];
}

/** The decisions, the use cases, and the store that they rely on. */
export const AREAS: readonly Area[] = [
  {
    folder: 'functions/core',
    tests: ['test/unit/{core,configuration,app,cli}/**/*.test.ts', 'test/unit/docs/cost.test.ts'],
  },
  { folder: 'functions/app', tests: ['test/unit/{app,handlers}/**/*.test.ts'] },
  {
    folder: 'functions/adapters/dynamodb',
    tests: [
      'test/unit/adapters/dynamodb/*.test.ts',
      'test/contract/{*-store,discovered-graphs,metric-samples}.dynamodb-local.test.ts',
      'test/contract/operation-store.lost-answers.test.ts',
    ],
  },
];

/** Names the environment variable that tells vitest's configuration which area is mutated: its `folder`. */
export const MUTATED_AREA = 'SELFHEAL_MUTATED_AREA';

/** Names the environment variable with the files that are mutated, as a JSON array of their paths. */
export const MUTATED_FILES = 'SELFHEAL_MUTATED_FILES';

/** The folder that a file is scored with: the one it lies in. */
export function folderOf(fileName: string): string {
  return dirname(relativePath(fileName));
}

export function relativePath(fileName: string): string {
  return relative(ROOT, fileName).replaceAll('\\', '/');
}

export function isWithin(folder: string, parent: string): boolean {
  return `${folder}/`.startsWith(`${parent}/`);
}
