import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withoutUnusedFunctions } from '../../../infra/constructs/used-functions.ts';

const RUNBOOKS = join(import.meta.dirname, '../../../infra/runbooks');
const LIBRARY = join(RUNBOOKS, 'lib');
const PRELUDE = ['verdict.sh', 'parameters.sh', 'processes.sh', 'service-manager.sh', 'init-scripts.sh'];

/** Without comments, whose words would count as calls. */
const part = (name: string) => readFileSync(join(LIBRARY, name), 'utf8').replaceAll(/^ *# .*\n/gm, '');

/** What the trap at the end of a runbook may run: whatever it sets `undo` to, and what that calls. */
function runInTraps(file: string): string {
  const { include = [], script } = parse(readFileSync(join(RUNBOOKS, file), 'utf8')) as {
    include?: string[];
    script: string;
  };
  const parts = [...PRELUDE, ...include].map(part).concat(script.replaceAll(/^ *# .*\n/gm, ''));
  const undoes = parts.flatMap((text) => text.match(/\bundo=\S.*/g) ?? []);
  return withoutUnusedFunctions([...parts, undoes.join('\n')]).join('\n');
}

/** Bash gives a bare `return` of a trap the status from before the trap, which is never 0 here. */
const bareReturns = (script: string) => script.match(/^.*\breturn\b(?! [0-9$]).*$/gm) ?? [];

describe('the undo of a runbook', () => {
  it.each(readdirSync(RUNBOOKS).filter((file) => file.endsWith('.yaml')))(
    'of %s says which status each of its functions returns',
    (file) => {
      expect(bareReturns(runInTraps(file))).toEqual([]);
    },
  );

  it('is found with what it calls', () => {
    const found = runInTraps('rollback-config.yaml');
    for (const name of ['take_rollback_back', 'put_back', 'still_runs', 'main_pid', 'starts'])
      expect(found).toContain(`${name}() {`);
    expect(found).not.toContain('choose_version() {');
  });
});
