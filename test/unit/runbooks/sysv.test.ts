// @slow
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callInitScript, installInitScript, pidFile } from '../../../local/process-hosts/init-script.ts';
import {
  createHostsDirectory,
  createProcessHost,
  type ProcessHost,
} from '../../../local/process-hosts/process-host.ts';
import { runRunbookByHand } from '../../../local/process-hosts/run-runbook.ts';

const node = process.execPath;
const sleepy = 'setInterval(() => {}, 1e6)';

describe.skipIf(process.platform !== 'linux')(
  'runbooks for services with init scripts, run by any user',
  () => {
    let directory: Awaited<ReturnType<typeof createHostsDirectory>>;
    let host: ProcessHost;
    let steps = 0;

    beforeEach(async () => {
      directory = await createHostsDirectory();
      host = await createProcessHost(directory.path, {
        name: 'one',
        instanceId: 'i-0123456789abcdef0',
        tags: {},
      });
    });
    afterEach(async () => {
      for (const name of ['web', 'mule', 'brief']) if (pid(name) > 0) kill(pid(name));
      await directory.remove();
    });

    const kill = (pidOfService: number) => {
      try {
        process.kill(pidOfService, 'SIGKILL');
      } catch {}
    };
    const pid = (name: string) => {
      try {
        return Number(readFileSync(pidFile(host, name), 'utf8'));
      } catch {
        return 0;
      }
    };
    const install = (name: string, program: string) =>
      installInitScript(host, { name, command: [node, '-e', program] });

    /** Ends when it should even on a busy machine, where Node takes longer to start than a script waits. */
    const installShell = (name: string, program: string) =>
      installInitScript(host, { name, command: ['/bin/sh', '-c', program] });

    async function run(action: string, given: Record<string, string> = {}) {
      steps += 1;
      const common = { operationId: 'operation-1', stepId: `heal-${steps}`, fence: '1', component: 'web' };
      const result = await runRunbookByHand(host, action, { ...common, ...given });
      const line = result.stdout.trim().split('\n').at(-1) ?? '';
      return {
        exitCode: result.exitCode,
        result: line.startsWith('{') ? JSON.parse(line) : undefined,
        code: /selfheal: ([A-Z_]+): /.exec(result.stderr)?.[1],
        stderr: result.stderr,
      };
    }

    it('starts, restarts and stops a service, and knows its process', async () => {
      await install('web', sleepy);
      const started = await run('start_component', { service: 'web.service', settleSeconds: '0' });
      expect(started).toMatchObject({
        exitCode: 0,
        result: { before: 'inactive', state: 'active', mainPid: pid('web') },
      });
      const first = pid('web');
      await run('start_component', { service: 'web.service', settleSeconds: '0' });
      expect(pid('web')).toBe(first);
      const again = await run('start_component', {
        service: 'web.service',
        settleSeconds: '0',
        mode: 'restart',
      });
      expect(again.result.mainPid).not.toBe(first);
      const stopped = await run('graceful_stop', { service: 'web.service' });
      expect(stopped).toMatchObject({
        exitCode: 0,
        result: { before: 'active', state: 'inactive', killed: false },
      });
    });

    it('kills what does not stop within the grace period', async () => {
      await install('mule', `process.on('SIGTERM', () => {}); ${sleepy}`);
      await callInitScript(host, 'mule', 'start');
      const stopped = await run('graceful_stop', { service: 'mule.service', graceSeconds: '1' });
      expect(stopped).toMatchObject({ exitCode: 0, result: { killed: true, state: 'inactive' } });
    });

    it('leaves a service inactive whose dead process has left its file behind, and starts it', async () => {
      await install('web', sleepy);
      await callInitScript(host, 'web', 'start');
      kill(pid('web'));
      expect(await run('graceful_stop', { service: 'web.service' })).toMatchObject({
        exitCode: 0,
        result: { before: 'failed', state: 'inactive' },
      });
      const started = await run('start_component', { service: 'web.service', settleSeconds: '0' });
      expect(started).toMatchObject({ exitCode: 0, result: { before: 'inactive', state: 'active' } });
    });

    it('fails when a service ends at once, with its own words, or while it settles', async () => {
      await installShell('web', 'echo "out of cheese" >&2; exit 1');
      const dead = await run('start_component', { service: 'web.service' });
      expect(dead).toMatchObject({ exitCode: 1, code: 'START_FAILED' });
      expect(dead.stderr).toContain('out of cheese');
      await installShell('brief', 'sleep 0.6; exit 1');
      expect(await run('start_component', { service: 'brief.service', settleSeconds: '2' })).toMatchObject({
        exitCode: 1,
      });
    });

    it('refuses a service without a script', async () => {
      expect(await run('start_component', { service: 'nosuch.service' })).toMatchObject({
        exitCode: 2,
        code: 'UNIT_MISSING',
      });
    });

    it('watches a service until it has been good for the stability window', async () => {
      await install('web', sleepy);
      await callInitScript(host, 'web', 'start');
      const looked = await run('verify_health', {
        service: 'web.service',
        stableSeconds: '1',
        timeoutSeconds: '2',
      });
      expect(looked).toMatchObject({ exitCode: 0, result: { state: 'active' } });
      kill(pid('web'));
      const dead = await run('verify_health', {
        service: 'web.service',
        stableSeconds: '1',
        timeoutSeconds: '1',
      });
      expect(dead).toMatchObject({ exitCode: 1, code: 'UNHEALTHY' });
    });

    it('keeps configurations and goes back to the one that was verified', async () => {
      await install('web', sleepy);
      const paths = join(host.directory, 'web.conf');
      await writeFile(paths, 'good');
      expect((await run('freeze_config', { paths, verified: 'true' })).exitCode).toBe(0);
      await writeFile(paths, 'bad');
      const rolledBack = await run('rollback_config', { paths, service: 'web.service' });
      expect(rolledBack).toMatchObject({ exitCode: 0, result: { applied: 'restart' } });
      expect(readFileSync(paths, 'utf8')).toBe('good');
    });

    it('leaves a running service alone whose reload has failed, and puts the files back', async () => {
      await install('web', sleepy);
      const script = join(host.initDirectory, 'web');
      const text = readFileSync(script, 'utf8').replace(/^ {2}reload\).*$/m, '  reload) exit 3 ;;');
      await writeFile(script, text);
      await callInitScript(host, 'web', 'start');
      const running = pid('web');
      const paths = join(host.directory, 'web.conf');
      await writeFile(paths, 'good');
      await run('freeze_config', { paths, verified: 'true' });
      await writeFile(paths, 'bad');
      const rolledBack = await run('rollback_config', { paths, service: 'web.service', apply: 'reload' });
      expect(rolledBack).toMatchObject({ exitCode: 1, code: 'START_FAILED' });
      expect(rolledBack.stderr).toContain('the files are again as they were before');
      expect(readFileSync(paths, 'utf8')).toBe('bad');
      expect(pid('web')).toBe(running);
    });

    it.each([
      [
        'prints it in its usage',
        '  restart) stop && start ;;\n  *) echo "Usage: $0 {start|stop|reload}" ;;',
        false,
      ],
      [
        'has it in a comment',
        '  # reload)\n  restart|force-reload) stop && start ;;\n  *) echo "usage: $0 start|reload|stop" ;;',
        false,
      ],
      ['has it in a list', '  restart|reload | force-reload) runs ;;', true],
      ['quotes it', '  "reload") runs ;;', true],
      ['passes on what it is asked', '  *) exec true "$@" ;;', true],
    ])('reloads a service only if its script has a case for it: one that %s', async (_, cases, knows) => {
      await install('web', sleepy);
      const script = join(host.initDirectory, 'web');
      const text = readFileSync(script, 'utf8');
      const own = text.replaceAll(/^ {2}(restart|reload)\).*\n/gm, '').replace(/^ {2}\*\).*$/m, cases);
      await writeFile(script, own);
      await callInitScript(host, 'web', 'start');
      const running = pid('web');
      const paths = join(host.directory, 'web.conf');
      await writeFile(paths, 'good');
      await run('freeze_config', { paths, verified: 'true' });
      await writeFile(paths, 'bad');
      const rolledBack = await run('rollback_config', { paths, service: 'web.service', apply: 'reload' });
      expect(rolledBack).toMatchObject(
        knows ? { exitCode: 0, result: { applied: 'reload' } } : { exitCode: 2, code: 'NO_RELOAD' },
      );
      expect(readFileSync(paths, 'utf8')).toBe(knows ? 'good' : 'bad');
      expect(pid('web')).toBe(running);
    });

    it('does not stop the SSM agent', async () => {
      await install('amazon-ssm-agent', sleepy);
      const stopped = await run('graceful_stop', { service: 'amazon-ssm-agent.service' });
      expect(stopped).toMatchObject({ exitCode: 2, code: 'UNIT_REFUSES' });
    });

    it('answers a repeated request with the first answer, and refuses an older fence', async () => {
      await install('web', sleepy);
      const request = {
        service: 'web.service',
        mode: 'restart',
        settleSeconds: '0',
        stepId: 'heal-900',
        fence: '7',
      };
      const first = await run('start_component', request);
      expect(await run('start_component', request)).toEqual(first);
      const older = await run('start_component', { ...request, stepId: 'heal-901', fence: '6' });
      expect(older).toMatchObject({ exitCode: 2, code: 'STALE_FENCE' });
    });

    it.each(['isolate_network', 'restore_network', 'enter_safe_mode', 'leave_safe_mode'])(
      '%s says that it needs systemd',
      async (action) => {
        await install('web', sleepy);
        const service = action.endsWith('safe_mode') ? { service: 'web.service' } : {};
        expect(await run(action, service)).toMatchObject({ exitCode: 2, code: 'UNSUPPORTED_MANAGER' });
      },
    );

    it('accepts no other manager', async () => {
      const other = await run('start_component', { service: 'web.service', serviceManager: 'upstart' });
      expect(other).toMatchObject({ exitCode: 2, code: 'INVALID_PARAMETER' });
    });
  },
);
