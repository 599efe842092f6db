import { ListCommandsCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../../functions/adapters/ssm/runbook-runner.ts';
import { commandOutcome } from '../../factories/operations/command-outcome.ts';
import { requirement } from '../../factories/requirements.ts';
import { type Bench, newOperationId, startBench } from './bench.ts';

const INSTANCE = 'i-0123456789abcdef0';
/** What Run Command keeps of both streams, less the heading and the line that the agent adds. */
const KEPT_BYTES = 2_400;

describe.skipIf(!requirement('hosts'))('the verdict of a runbook', { timeout: 60_000 }, () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench();
  }, 300_000);
  afterAll(() => bench.close());

  /** A service that prints what a Python program says, and then ends. */
  const dying = async (name: string, program: string) => {
    await bench.host.writeFile(
      `/opt/${name}.py`,
      `import sys\n${program}\nsys.stdout.flush()\nsys.exit(3)\n`,
    );
    await bench.installUnit(
      `${name}.service`,
      `[Service]\nType=notify\nExecStart=/usr/bin/python3 /opt/${name}.py\n`,
    );
    return `${name}.service`;
  };
  /** What the record of the operation says, read over the API as the engine reads it. */
  const detail = async () => {
    const runner = createSsmRunbookRunner({
      client: bench.ssm,
      managedTag: { key: 'selfheal:managed', value: 'true' },
    });
    const { Commands = [] } = await bench.ssm.send(new ListCommandsCommand({}));
    const last = Commands.toSorted((a, b) => Number(b.RequestedDateTime) - Number(a.RequestedDateTime))[0];
    const invocations = await runner.listInvocations(last?.CommandId ?? '');
    return commandOutcome(last?.Status ?? '', invocations, [INSTANCE])?.detail;
  };

  it.each([
    [
      'many long lines',
      `for n in range(40): print('{"level": "error", "stack": "' + 'at pool ' * 40 + '"}')`,
    ],
    ['one line of 100 KB', `print('x' * 100_000)`],
    ['text of other scripts', `for n in range(40): print('データベースに接続できません' * 20)`],
    ['bytes that are no text', `for n in range(30): sys.stdout.buffer.write(bytes(range(256)) * 3)`],
    ['lines that look like a verdict', `for n in range(30): print('selfheal: FAKE: all is fine')`],
    ['lines that look like a result', `for n in range(30): print('{"state":"active"}')`],
  ])('comes first, though the service prints %s', async (what, program) => {
    const service = await dying(what.replaceAll(' ', '-'), program);
    const outcome = await bench.run('start_component', { service });
    expect(outcome).toMatchObject({ status: 'Failed', exitCode: 1, code: 'START_FAILED', stdout: '' });
    expect(outcome.stderr.split('\n', 1)[0]).toBe(outcome.message);
    expect(Buffer.byteLength(outcome.stderr)).toBeLessThan(KEPT_BYTES);
    expect(await detail()).toBe(`${INSTANCE} Failed: ${outcome.message}`);
  });

  it('comes with the last lines that the service printed', async () => {
    const service = await dying(
      'last-words',
      `for n in range(9): print('attempt', n)\nprint('out of cheese')`,
    );
    expect((await bench.run('start_component', { service })).stderr).toMatch(
      /\n\| attempt 8\n\| out of cheese\n/,
    );
  });

  it('arrives however many files cannot be deleted, and counts them', async () => {
    await bench.sh(
      'mkdir -p /var/cache/stuck; cd /var/cache/stuck; touch session-{1..150}-of-a-long-name free; chattr +i session-*',
    );
    const outcome = await bench.run('clear_temp_files', { paths: '/var/cache/stuck' });
    await bench.sh('chattr -i /var/cache/stuck/session-*');
    expect(outcome).toMatchObject({ code: 'NOT_DELETED' });
    expect(outcome.message).toContain('150 files could not be deleted');
    expect(await detail()).toBe(`${INSTANCE} Failed: ${outcome.message}`);
  });

  it('arrives though the journal cannot be read', async () => {
    const service = await dying('speechless', '');
    const outcome = await bench.runUnchecked('start_component', { service }, (script) =>
      script.replace(
        'show_journal() {',
        (line) => `journalctl() { echo 'Bad message' >&2; return 1; }\n${line}`,
      ),
    );
    expect(outcome).toMatchObject({ exitCode: 1, code: 'START_FAILED' });
  });

  it('says what the runbook was at when its time is over', async () => {
    await bench.installUnit(
      'slow.service',
      '[Service]\nType=notify\nExecStart=/bin/sleep 100\nTimeoutStartSec=100\n',
    );
    const outcome = await bench.run('start_component', { service: 'slow.service', executionTimeout: '4' });
    expect(outcome).toMatchObject({ status: 'ExecutionTimedOut', code: 'TIMED_OUT' });
    expect(await detail()).toContain('was still at the start of slow.service when its 4 s were over');
    await bench.sh('systemctl stop slow');
  });

  it('arrives whole if an earlier run was cut short, however long the names of its files are', async () => {
    const paths = Array.from({ length: 16 }, (_, n) => `/var/tmp/${n}${'x'.repeat(200)}`).join(',');
    const request = { paths, operationId: newOperationId() };
    await bench.sh(`mkdir -p ${paths.replaceAll(',', ' ')}`);
    await bench.runUnchecked('clear_temp_files', request, (script) =>
      script.replace('delete_files "$list" |', (line) => `kill -KILL 0; ${line}`),
    );
    const outcome = await bench.run('clear_temp_files', request);
    expect(outcome).toMatchObject({ exitCode: 3, code: 'INTERRUPTED' });
    expect(outcome.message).toContain('while deleting files below /var/tmp/0x');
    expect(outcome.message).toMatch(/ask with a new stepId$/);
    expect(await detail()).toBe(`${INSTANCE} Failed: ${outcome.message}`);
  });

  it('names a command that fails where nobody expected it', async () => {
    const outcome = await bench.runUnchecked('clear_temp_files', { paths: '/var/tmp/x' }, (script) =>
      script.replace('integer olderThanMinutes', 'ls /nowhere/at/all; integer olderThanMinutes'),
    );
    expect(outcome).toMatchObject({ exitCode: 1, code: 'UNEXPECTED', stdout: '' });
    expect(outcome.stderr).toContain('| ls /nowhere/at/all: exit code 2');
  });

  it('gives its verdict although the disk that would keep it is full by then', async () => {
    const outcome = await bench.runUnchecked('clear_temp_files', { paths: '/var/tmp/none' }, (script) =>
      script.replace(
        'integer olderThanMinutes',
        'head -c 2G /dev/zero >/var/tmp/huge || true; integer olderThanMinutes',
      ),
    );
    await bench.sh('rm -f /var/tmp/huge');
    expect(outcome).toMatchObject({ exitCode: 2, code: 'PATH_MISSING' });
  });

  it('cuts the verdict where a parameter is too long to be repeated', async () => {
    const outcome = await bench.runUnchecked('start_component', { service: `${'ö'.repeat(4_000)}.service` });
    expect(outcome).toMatchObject({ exitCode: 2, code: 'INVALID_PARAMETER' });
    expect(Buffer.byteLength(outcome.stderr)).toBeLessThan(KEPT_BYTES);
    expect(outcome.stderr).not.toContain('\uFFFD');
  });
});
