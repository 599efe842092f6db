import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Question } from './iam.ts';
import { ministackPython } from './server.ts';

const SCRIPT = join(import.meta.dirname, 'evaluate_policies.py');

/** Who asks, and what they are allowed. */
export interface Asker {
  /** ARN of the role's session. */
  readonly principal: string;
  readonly account: string;
  readonly region: string;
  /** Policy documents as JSON, without references to resources. */
  readonly policies: readonly string[];
}

export interface PolicyEvaluator {
  readonly isAllowed: (asker: Asker, question: Question) => boolean;
  readonly close: () => void;
}

/**
 * MiniStack's evaluator of policies in a process of its own. It is asked synchronously, through named pipes: virtual time
 * does not wait for anything else.
 *
 * @throws Error if python3 with venv is missing, or the install of MiniStack fails
 */
export async function startPolicyEvaluator(): Promise<PolicyEvaluator> {
  const python = await ministackPython();
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-policies-'));
  const [questions, answers] = [join(directory, 'questions'), join(directory, 'answers')];
  execFileSync('mkfifo', [questions, answers]);
  const evaluator = spawn(python, [SCRIPT, questions, answers], { stdio: ['ignore', 'ignore', 'inherit'] });
  // Each waits for the other end to be opened.
  const [asking, answering] = [openSync(questions, 'w'), openSync(answers, 'r')];
  return {
    isAllowed: (asker, { action, resource, context = {} }) => {
      writeSync(asking, `${JSON.stringify({ ...asker, action, resource, context })}\n`);
      return readLine(answering) === 'true';
    },
    close: () => {
      closeSync(asking);
      closeSync(answering);
      evaluator.kill();
      rmSync(directory, { recursive: true });
    },
  };
}

function readLine(file: number): string {
  const byte = Buffer.alloc(1);
  let line = '';
  while (readSync(file, byte, 0, 1, null) === 1) {
    const character = byte.toString('latin1');
    if (character === '\n') return line;
    line += character;
  }
  throw new Error('the evaluator of policies has ended');
}
