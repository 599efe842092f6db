import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../cli/program.ts';
import { generatedPage } from '../../../cli/write-reference.ts';
import { recordedContext } from '../cli/output.ts';
import { readPages, TOP_LEVEL } from './pages.ts';

const program = createProgram(recordedContext(), () => undefined);
const COMMAND = /(?<=^|`|npx |<\()selfheal (?<name>[a-z]+(?:-[a-z]+)*)(?<rest>[^`\n#|>]*)/gm;

/** Commands that a page tells its readers to run, in backticks or in a fenced block. */
function commandsIn(text: string): readonly { readonly name: string; readonly options: readonly string[] }[] {
  const code = [...text.matchAll(/```sh\n[\s\S]*?```|`[^`\n]+`/g)].map(([found]) => found).join('\n');
  return [...code.matchAll(COMMAND)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    options: [...(groups?.['rest'] ?? '').matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option),
  }));
}

const commandOf = (name: string): Command | undefined =>
  program.commands.find((command) => [command.name(), ...command.aliases()].includes(name));

describe('the page of the command', () => {
  it('has the help of every command and the exit codes as they are', () => {
    const page = readFileSync(`${TOP_LEVEL}docs/cli.md`, 'utf8');
    expect(
      page === generatedPage(page),
      'docs/cli.md is stale: run `npm run schema` and commit what it writes',
    ).toBe(true);
  });
});

describe('commands of selfheal in the documentation', () => {
  const pages = readPages();

  it.each(pages)('exist with their options: those of $path', ({ text }) => {
    const wrong = commandsIn(text).flatMap(({ name, options }) => {
      const command = commandOf(name);
      if (!command) return [name];
      const known = command.options.map(({ long }) => long);
      return options.filter((option) => !known.includes(option)).map((option) => `${name} ${option}`);
    });
    expect(wrong).toEqual([]);
  });

  it('are found', () => {
    expect(commandsIn('`npx selfheal pause --for 2h` and\n```sh\nselfheal why web-a --json\n```\n')).toEqual([
      { name: 'pause', options: ['--for'] },
      { name: 'why', options: ['--json'] },
    ]);
    expect(pages.flatMap(({ text }) => commandsIn(text)).length).toBeGreaterThan(10);
  });
});
