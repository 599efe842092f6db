import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withoutUnusedFunctions } from '../../../infra/constructs/used-functions.ts';

const RUNBOOKS = join(import.meta.dirname, '../../../infra/runbooks');
const LIBRARY = join(RUNBOOKS, 'lib');
const PRELUDE = ['verdict.sh', 'parameters.sh', 'processes.sh', 'service-manager.sh', 'init-scripts.sh'];
const files = readdirSync(RUNBOOKS).filter((file) => file.endsWith('.yaml'));

/** Without comments, whose words would count as calls. */
const part = (name: string) => readFileSync(join(LIBRARY, name), 'utf8').replaceAll(/^ *# .*\n/gm, '');

/** The functions of a runbook, and what may be called. */
function partsOf(file: string): readonly string[] {
  const { include = [], script } = parse(readFileSync(join(RUNBOOKS, file), 'utf8')) as {
    include?: string[];
    script: string;
  };
  return [...PRELUDE, ...include].map(part).concat(script.replaceAll(/^ *# .*\n/gm, ''));
}

/** What the trap at the end of a runbook may run: whatever it sets `undo` to, and what that calls. */
function runInTraps(file: string): string {
  const parts = partsOf(file);
  const undoes = parts.flatMap((text) => text.match(/\bundo=\S.*/g) ?? []);
  return withoutUnusedFunctions([...parts, undoes.join('\n')]).join('\n');
}

/** Bash gives a bare `return` of a trap the status from before the trap, which is never 0 here. */
const bareReturns = (script: string) => script.match(/^.*\breturn\b(?! [0-9$]).*$/gm) ?? [];

/** Functions that bash runs in its own process, in which `exit` runs no trap, are left out. */
function functionsOf(script: string): ReadonlyMap<string, string> {
  const found = script.matchAll(/^([a-z_]\w*)\(\) \{(?:.* \}$|[\s\S]*?^\}$)/gm);
  return new Map([...found].map(([text, name = '']) => [name, text]));
}

const localsOf = (text: string): readonly string[] =>
  (text.match(/\blocal .*/g) ?? []).flatMap(
    (line) => line.match(/(?<= )[a-z_]+(?=[= ;]|$)(?!=\$1\b)/g) ?? [],
  );

/** Names that the trap reads, and that it does not set itself: those that the runbook has set. */
function readInTraps(file: string): ReadonlySet<string> {
  const read = [...functionsOf(runInTraps(file)).values()].flatMap((text) => {
    const names = [...text.matchAll(/\$\{?[#!]?([a-z_]+)/g)].map(([, name = '']) => name);
    return names.filter((name) => !new RegExp(`\\blocal .*\\b${name}\\b`).test(text));
  });
  return new Set(read);
}

/** `<function>: <variable>` for each function that may end a runbook and hides a variable from its trap. */
function hidden(file: string): readonly string[] {
  const names = readInTraps(file);
  const called = functionsOf(withoutUnusedFunctions([...partsOf(file), 'runbook']).join('\n'));
  return [...called].flatMap(([name, text]) =>
    name === 'runbook'
      ? []
      : localsOf(text)
          .filter((variable) => names.has(variable))
          .map((variable) => `${name}: ${variable}`),
  );
}

/** It ends the runbook only before there is anything to undo. */
const BEFORE_ANY_UNDO = ['open_backups: writer'];

describe('the undo of a runbook', () => {
  it.each(files)('of %s says which status each of its functions returns', (file) => {
    expect(bareReturns(runInTraps(file))).toEqual([]);
  });

  it.each(files)('of %s reads no variable that the function which fails has, too', (file) => {
    expect(hidden(file).filter((each) => !BEFORE_ANY_UNDO.includes(each))).toEqual([]);
  });

  it('is found with what it calls', () => {
    const found = runInTraps('rollback-config.yaml');
    for (const name of ['take_rollback_back', 'put_back', 'still_runs', 'main_pid', 'starts'])
      expect(found).toContain(`${name}() {`);
    expect(found).not.toContain('choose_version() {');
  });

  it('reads what the runbook has set', () => {
    expect([...readInTraps('rollback-config.yaml')]).toEqual(expect.arrayContaining(['unit', 'run_before']));
    expect([...readInTraps('restore-snapshot.yaml')]).toEqual(expect.arrayContaining(['writer', 'data']));
  });
});
