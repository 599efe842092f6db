import { spawn } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';

/** As in pom.xml. */
const VERSION = '1.8.1';

export interface PatternQuestion {
  /** The pattern, as in an event rule. */
  readonly pattern: unknown;
  readonly event: unknown;
}

/** `invalid` for a pattern that is refused. */
export type PatternAnswer = 'match' | 'no match' | 'invalid';

/**
 * Asks AWS's own matcher, on which EventBridge runs, all questions at once. The first call fetches it with Maven (3 MB)
 * into the cache.
 *
 * @see https://github.com/aws/event-ruler
 * @throws Error if a JDK or mvn is missing, the download fails, or an event is not a JSON object
 */
export async function askEventRuler(
  questions: readonly PatternQuestion[],
): Promise<readonly PatternAnswer[]> {
  const libraries = await cachedInstall(`event-ruler-${VERSION}`, install);
  const lines = questions.map(({ pattern, event }) => JSON.stringify({ pattern, event }));
  const classPath = [join(libraries, '*'), libraries].join(delimiter);
  const answers = await run('java', ['-cp', classPath, join(import.meta.dirname, 'MatchEvents.java')], lines);
  if (answers.length !== questions.length) {
    throw new Error(`event-ruler ${VERSION} answered ${answers.length} of ${questions.length} questions`);
  }
  return answers.map((answer) => {
    if (answer.startsWith('invalid: ')) return 'invalid';
    return answer === 'true' ? 'match' : 'no match';
  });
}

async function install(directory: string): Promise<void> {
  const pom = join(directory, 'pom.xml');
  await copyFile(join(import.meta.dirname, 'pom.xml'), pom);
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${directory}`];
  await runInstaller('mvn', ['--batch-mode', '--quiet', '--file', pom, ...goal], directory);
}

/** @returns the lines that the command printed */
function run(command: string, args: readonly string[], input: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    child.on('error', (cause) => reject(new Error(`${command} can't be run: ${cause.message}`, { cause })));
    child.on('close', (code) => {
      if (code === 0) resolve(output.split('\n').slice(0, -1));
      else reject(new Error(`${command} ended with code ${code}:\n${errors}`));
    });
    child.stdin.end(input.map((line) => `${line}\n`).join(''));
  });
}
