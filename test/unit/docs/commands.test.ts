import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readPages, TOP_LEVEL } from './pages.ts';

const read = (path: string) => readFileSync(`${TOP_LEVEL}${path}`, 'utf8');
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

/** Where the options of a command are read. */
const OPTIONS: Readonly<Record<string, string>> = {
  bench: 'test/bench/options.ts',
  demo: 'local/demo/options.ts',
  sim: 'test/sim/options.ts',
  'what-if': 'local/what-if/what-if.ts',
};

interface Command {
  readonly script: string;
  readonly options: readonly string[];
}

const COMMAND = /npm run (?:--silent )?(?<script>[a-z][a-z:-]*)(?: -- (?<rest>[^`#\n]*))?/g;

function commandsIn(text: string): readonly Command[] {
  return [...text.matchAll(COMMAND)].map(({ groups }) => ({
    script: groups?.['script'] ?? '',
    options: [...(groups?.['rest'] ?? '').matchAll(/--[a-z-]+/g)].map(([option]) => option),
  }));
}

describe('commands in the documentation', () => {
  // The changelog also names commands of the past.
  const pages = readPages().filter(({ path }) => path !== 'CHANGELOG.md');

  it.each(pages)('exist: those of $path', ({ text }) => {
    const unknown = commandsIn(text).filter(({ script }) => !Object.hasOwn(scripts, script));
    expect(unknown.map(({ script }) => script)).toEqual([]);
  });

  it.each(pages)('know their options: those of $path', ({ text }) => {
    const unknown = commandsIn(text).flatMap(({ script, options }) => {
      const file = OPTIONS[script];
      const known = file === undefined ? undefined : read(file);
      return options
        .filter((option) => known?.includes(option.slice(2)) === false)
        .map((option) => `${script} ${option}`);
    });
    expect(unknown).toEqual([]);
  });

  it('are found in code and in prose', () => {
    expect(commandsIn('`npm run demo -- --json` and\nnpm run --silent sim -- --seed 1 # one\n')).toEqual([
      { script: 'demo', options: ['--json'] },
      { script: 'sim', options: ['--seed'] },
    ]);
  });
});
