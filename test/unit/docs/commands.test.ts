import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCLI } from 'vitest/node';
import * as z from 'zod';
import { readDeploymentOptions } from '../../../infra/stacks/deployment-options.ts';
import { readOptions as readDemoOptions } from '../../../local/demo/options.ts';
import { parseOptions as readBenchOptions } from '../../bench/options.ts';
import { parseOptions as readMutationOptions } from '../../mutation/options.ts';
import { readOptions as readPermissionsOptions } from '../../permissions/options.ts';
import { DEFECTS } from '../../sim/defects/defects.ts';
import { readTask as readSimTask } from '../../sim/options.ts';
import { DOCUMENTED } from './documented-commands.ts';
import { TOP_LEVEL } from './pages.ts';
import type { Words } from './shell-commands.ts';

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(`${TOP_LEVEL}package.json`, 'utf8')));

/** What reads the options of a script, and throws for those that it does not know. */
const READERS: Readonly<Record<string, (args: Words) => unknown>> = {
  bench: readBenchOptions,
  demo: readDemoOptions,
  mutation: readMutationOptions,
  permissions: readPermissionsOptions,
  sim: (args) => readSimTask(args.map((arg) => (arg === 'NAME' ? (DEFECTS[0]?.name ?? '') : arg))),
};

/** Of `vitest`, which `npm test` passes its arguments to. */
function readTestArguments(args: Words): void {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const files = filter.filter((path) => !existsSync(`${TOP_LEVEL}${path}`));
  const projects = [options.project ?? []].flat().filter((name) => !existsSync(`${TOP_LEVEL}test/${name}`));
  expect({ files, projects }).toEqual({ files: [], projects: [] });
}

const ofProgram = (pattern: RegExp) => DOCUMENTED.filter(({ program }) => pattern.test(program));

/** How much of an option the CDK's help has on one line. */
const LONGEST_SHOWN = 40;

describe('a documented command of npm', () => {
  const ofScripts = ofProgram(/^npm run /).map((command) => ({
    ...command,
    script: command.program.slice('npm run '.length),
  }));

  it.each(ofScripts)('names a script with options that the script reads: $place', (command) => {
    const { script, args, isWhole } = command;
    expect(Object.keys(scripts)).toContain(script);
    const isNamedOnly = !isWhole && args.length === 0;
    if (isNamedOnly || /^cdk /.test(scripts[script] ?? '')) return;
    const read = READERS[script];
    if (read) expect(() => read(args)).not.toThrow();
    else expect(args).toEqual([]);
  });

  it.each(ofProgram(/^npm test$/))('names tests that exist: $place', ({ args }) => {
    readTestArguments(args);
  });

  it.each(['demo', 'sim', 'bench', 'mutation', 'permissions'])(
    'is refused with an option that `npm run %s` does not have',
    (script) => {
      expect(() => READERS[script]?.(['--no-such-option'])).toThrow('--no-such-option');
    },
  );

  it('appears with options in many places', () => {
    expect(ofScripts.filter(({ args }) => args.length > 0).length).toBeGreaterThan(8);
    expect(() => readTestArguments(['--project', 'none'])).toThrow();
  });
});

describe('a documented command of the CDK', () => {
  const run = promisify(execFile);
  const cdk = `${TOP_LEVEL}node_modules/.bin/cdk`;
  const deployments = ofProgram(/^npm run deploy$/).map((command) => ({
    ...command,
    args: [...(scripts['deploy'] ?? '').split(' ').slice(1), ...command.args],
  }));
  const all = [...ofProgram(/^cdk$/), ...deployments];
  const help = new Map<string, string>();

  beforeAll(async () => {
    const names = [...new Set(all.map(({ args: [name = ''] }) => name))];
    await Promise.all(names.map(async (name) => help.set(name, (await run(cdk, [name, '--help'])).stdout)));
  });

  it.each(all)('is one that the CDK has, with its options: $place', ({ args: [name = '', ...args] }) => {
    const text = help.get(name) ?? '';
    expect(text).toMatch(new RegExp(`^cdk ${name} `));
    const options = args.filter((arg) => arg.startsWith('-'));
    // `-c` stands behind the long name; the others begin a line, at the end of which the longest are cut.
    const isKnown = (option: string) =>
      new RegExp(`(?:^ {2}|, )${option}\\b`, 'm').test(text) ||
      new RegExp(`^ {2}${option.slice(0, LONGEST_SHOWN)} `, 'm').test(text);
    expect(options.filter((option) => !isKnown(option))).toEqual([]);
  });

  it.each(all)('sets only what the stacks read: $place', ({ args }) => {
    const context = Object.fromEntries(
      args.flatMap((arg, index) => (args[index - 1] === '-c' ? [arg.split('=')] : [])),
    );
    expect(() => readDeploymentOptions(new App({ context }).node)).not.toThrow();
  });

  it('is refused with an option or a key that nobody reads', () => {
    expect(help.get('deploy')).not.toContain('--no-such-option');
    expect(() => readDeploymentOptions(new App({ context: { confg: 'x' } }).node)).toThrow('confg');
  });
});
