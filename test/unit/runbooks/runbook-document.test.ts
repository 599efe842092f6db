import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_UNITS } from '../../../functions/core/actions/agent-units.ts';
import {
  PROTECTED_DIRECTORIES,
  PROTECTED_TREES,
} from '../../../functions/core/actions/protected-directories.ts';
import { allRunbooks } from '../../../infra/constructs/all-runbooks.ts';
import { loadRunbooks } from '../../../infra/constructs/runbook-document.ts';

const source = join(import.meta.dirname, '../../../infra/runbooks');
const actions = [
  'backup_db',
  'clear_temp_files',
  'disable_rules',
  'enable_monitoring',
  'enter_safe_mode',
  'freeze_config',
  'graceful_stop',
  'increase_resources',
  'install_collector',
  'isolate_network',
  'leave_safe_mode',
  'look_at_kernel',
  'read_profile',
  'regenerate_certs',
  'reload_engine',
  'remove_collector',
  'renew_certificate',
  'restore_network',
  'restore_snapshot',
  'resume_writes',
  'revert_rules',
  'rollback_config',
  'rollback_deployment',
  'start_component',
  'switch_to_readonly',
  'verify_config',
  'verify_containment',
  'verify_health',
  'verify_integrity',
];

describe('the runbooks as SSM documents', () => {
  it('exist for every action and for profiles, named after what they do', () => {
    const runbooks = allRunbooks();
    expect(runbooks.map((runbook) => runbook.action)).toEqual(actions);
    for (const { action, name } of runbooks) expect(name).toBe(`selfheal-${action.replaceAll('_', '-')}`);
  });

  it.each(allRunbooks())(
    '$name checks every parameter, runs on Linux only and stays below 64 KB',
    ({ content }) => {
      expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(64 * 1024 - 64);
      for (const parameter of Object.values(content.parameters)) {
        expect(parameter.allowedPattern ?? parameter.allowedValues).toBeDefined();
        if (parameter.default !== undefined && parameter.allowedPattern !== undefined) {
          expect(parameter.default).toMatch(new RegExp(parameter.allowedPattern));
        }
      }
      expect(content.mainSteps).toHaveLength(1);
      expect(content.mainSteps[0]).toMatchObject({
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: { timeoutSeconds: '{{ executionTimeout }}' },
      });
    },
  );

  it.each(allRunbooks())(
    '$name keeps parameters out of the program, in lines after its exit',
    ({ content }) => {
      const script = content.mainSteps[0]?.inputs.runCommand.join('\n') ?? '';
      const [program = '', values = ''] = script.split('\nexit $?\n#SELFHEAL-PARAMETERS\n');
      expect(program).not.toContain('{{');
      const expected = Object.keys(content.parameters).map((name) => `${name}={{ ${name} }}`);
      expect(values.split('\n')).toEqual([...expected, '#SELFHEAL-END']);
    },
  );
});

describe('a list that the configuration is checked against as well', () => {
  it.each([
    ['agent_names', AGENT_UNITS, 'isolate_network'],
    ['protected_trees', PROTECTED_TREES, 'clear_temp_files'],
    ['protected_directories', PROTECTED_DIRECTORIES, 'clear_temp_files'],
  ])('is carried by the runbooks that use it: %s', (name, entries, user) => {
    const carrying = allRunbooks().flatMap(({ action, content }) => {
      const lines = content.mainSteps[0]?.inputs.runCommand.join('\n').split('\n') ?? [];
      const uses = lines.some((line) => line.includes(`\${${name}[`));
      const carries = lines.includes(`${name}=(${entries.join(' ')})`);
      expect(`${action} ${carries}`).toBe(`${action} ${uses}`);
      return carries ? [action] : [];
    });
    expect(carrying).toContain(user);
    expect(carrying.length).toBeLessThan(actions.length);
  });
});

describe('a runbook that cannot become a document', () => {
  let directory: string;
  const file = () => join(directory, 'graceful-stop.yaml');
  const edit = (from: string, to: string) =>
    writeFileSync(file(), readFileSync(file(), 'utf8').replace(from, to));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'runbooks-'));
    cpSync(source, directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it.each([
    ['a part that is not there', 'units.sh,', 'unit.sh,', /unit\.sh, which does not exist/],
    [
      'a parameter without a rule',
      'graceSeconds:',
      'graceMinutes:',
      /describes the parameters graceMinutes, service/,
    ],
    ['a rule of its own', 'graceSeconds:', 'graceSeconds:\n    allowedPattern: ^x$', /allowedPattern/],
    ['an action without rules', 'action: graceful_stop', 'action: graceful_halt', /graceful_halt/],
    ['a misspelt key', 'description: Stops', 'descriptoin: Stops', /descriptoin/],
    [
      'a name that is not its action',
      'action: graceful_stop',
      'action: stop',
      /rename the file to stop\.yaml/,
    ],
    ['a parameter that all have', 'graceSeconds:', 'fence:', /fence is common/],
    ['a value in the script', 'wait_until_ended() {', 'echo {{ service }}; wait_until_ended() {', /"\{\{"/],
    ['too much text', 'description: Stops', `description: ${'x'.repeat(65_536)}`, /65536; shorten/],
  ])('is refused for %s', (_, from, to, message) => {
    edit(from, to);
    expect(() => loadRunbooks(directory)).toThrow(
      expect.objectContaining({
        name: 'RunbookError',
        code: 'RUNBOOK_INVALID',
        message: expect.stringMatching(message),
      }),
    );
  });
});
