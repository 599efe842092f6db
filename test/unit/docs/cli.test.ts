import { globSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../cli/program.ts';
import { runCommand } from '../../../cli/run-command.ts';
import { generatedPage } from '../../../cli/write-reference.ts';
import { recordedContext } from '../cli/output.ts';
import { DOCUMENTED } from './documented-commands.ts';
import { TOP_LEVEL } from './pages.ts';
import { shellCommands, type Words } from './shell-commands.ts';

/** What prose may leave out when it names a command. */
const LEFT_OUT_IN_PROSE = new Set([
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.optionMissingArgument',
]);

/** The whole command, parsed by its own definition; no action is carried out. */
function objectionTo(args: Words, isWhole: boolean): string | undefined {
  const program = createProgram(recordedContext(), () => undefined);
  for (const command of withSubcommands(program)) command.action(() => undefined);
  try {
    program.parse([...args], { from: 'user' });
    return args.length > 0 ? undefined : 'no command';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isGood = error.exitCode === 0 || (!isWhole && LEFT_OUT_IN_PROSE.has(error.code));
    return isGood ? undefined : error.message;
  }
}

function withSubcommands(program: Command): readonly Command[] {
  return program.commands.flatMap((command) => [command, ...withSubcommands(command)]);
}

const documented = DOCUMENTED.filter(({ program }) => program === 'selfheal');

describe('the page of the command', () => {
  it('has the help of every command and the exit codes as they are', () => {
    const page = readFileSync(`${TOP_LEVEL}docs/cli.md`, 'utf8');
    expect(
      page === generatedPage(page),
      'docs/cli.md is stale: run `npm run schema` and commit what it writes',
    ).toBe(true);
  });
});

describe('a documented command of selfheal', () => {
  it.each(documented)('is accepted with its arguments and options: $place', ({ args, isWhole }) => {
    expect(objectionTo(args, isWhole)).toBeUndefined();
  });

  it.each([
    ['a command that does not exist', ['stauts']],
    ['an option that does not exist', ['status', '--for', '2h']],
    ['a value that is not allowed', ['pause', '--for', '2 hours']],
    ['a missing argument', ['show']],
    ['an argument too many', ['status', 'web']],
    ['no command at all', []],
  ])('is refused with %s', (_, args) => {
    expect(objectionTo(args, true)).toBeTypeOf('string');
  });

  it('appears on many pages', () => {
    expect(documented.filter(({ isWhole }) => isWhole).length).toBeGreaterThan(40);
    expect(new Set(documented.map(({ place }) => place.split(':')[0])).size).toBeGreaterThan(10);
  });
});

describe('a documented command of selfheal that needs no AWS', () => {
  // `completion` prints by itself; its own test runs it as a shell does.
  const WITHOUT_AWS = new Set(['validate', 'cost', 'graph', '--version']);
  const offline = documented.filter(
    ({ args }) => WITHOUT_AWS.has(args[0] ?? '') && !args.includes('--discovered'),
  );
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-docs-'));
    await copyFile(`${TOP_LEVEL}selfheal.yaml`, join(directory, 'selfheal.yaml'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(offline)('succeeds with the sample configuration: $place', async ({ args }) => {
    const context = recordedContext(undefined, join(directory, 'selfheal.yaml'));
    expect(await runCommand(args, context)).toBe(0);
    expect(context.errors).toEqual([]);
    expect(context.lines.join('')).not.toBe('');
  });

  it('exists for each kind', () => {
    expect(new Set(offline.map(({ args: [name] }) => name))).toEqual(WITHOUT_AWS);
  });
});

describe('a command of selfheal in a message', () => {
  const MENTION = /`(?:npx )?selfheal (?<rest>[a-z][^`]*)`/g;
  const mentions = globSync('{cli,functions,infra}/**/*.ts', { cwd: TOP_LEVEL }).flatMap((path) => {
    // In a template, backticks are escaped, and values are filled in.
    const text = readFileSync(`${TOP_LEVEL}${path}`, 'utf8')
      .replaceAll('\\`', '`')
      .replaceAll(/\$\{[^}]*\}/g, 'value');
    return [...text.matchAll(MENTION)].map(({ groups }) => ({
      place: `${path}: ${groups?.['rest']}`,
      rest: groups?.['rest'] ?? '',
    }));
  });

  it.each(mentions)('is accepted: $place', ({ rest }) => {
    const [args = []] = shellCommands(rest);
    expect(objectionTo(args[0] === 'value' ? ['resume'] : args, false)).toBeUndefined();
  });

  it('appears in many messages', () => {
    expect(mentions.length).toBeGreaterThan(20);
  });
});
