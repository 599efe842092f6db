import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { requirement } from '../factories/requirements.ts';
import { type RunSelfheal, selfhealIn } from './selfheal-command.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'local', 'demo', 'demo.ts');

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('serving'), environment: z.record(z.string(), z.string()) }),
  z.object({ type: z.literal('summary'), ok: z.boolean() }),
  z.object({ type: z.enum(['timeline', 'incident', 'failure']) }),
]);

describe.skipIf(!requirement('java') || process.platform !== 'linux')(
  'the command, while the demo is served',
  () => {
    let demo: ChildProcess;
    let configurationFile: string;
    let selfheal: RunSelfheal;
    let ended: Promise<unknown>;
    let isOk: boolean | undefined;

    beforeAll(async () => {
      const started = spawn(process.execPath, [DEMO, '--serve', '--json', '--incident', 'bad-release'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      demo = started;
      ended = once(started, 'exit');
      const summary = Promise.withResolvers<boolean>();
      // Reads on until the end: the demo would take a closed pipe for an interruption.
      createInterface({ input: started.stdout }).on('line', (text) => {
        const line = lineSchema.parse(JSON.parse(text));
        if (line.type === 'serving') {
          const { environment } = line;
          configurationFile = environment['SELFHEAL_CONFIG'] ?? '';
          const run = selfhealIn(tmpdir(), undefined);
          selfheal = (args) => run(args, environment);
        }
        if (line.type === 'summary') summary.resolve(line.ok);
      });
      isOk = await Promise.race([summary.promise, ended.then(() => undefined)]);
    });
    afterAll(() => demo?.kill('SIGKILL'));

    async function out(...args: readonly string[]): Promise<string> {
      const answer = await selfheal(args);
      expect(answer).toMatchObject({ code: 0, err: '' });
      return answer.out;
    }

    it('shows what the demo has repaired', async () => {
      expect(isOk).toBe(true);
      const operations = await out('operations', '--component', 'quotes');
      expect(operations).toMatch(/quotes +bad-release +COMPLETED +SUCCESS/);
      const id = /\d{8}T\d{6}Z-[0-9a-f]{12}/.exec(operations)?.[0] ?? '';
      expect(await out('show', id)).toMatch(/rollback_deployment SUCCEEDED/);
    });

    it('shows what the watchdog checks', async () => {
      expect(await out('peers')).toMatch(/^docs +HEALTHY +.* ago .* 0 +0 +http:/m);
    });

    it('finds the deployment sound, and controls it', async () => {
      expect(await out('doctor')).toContain('No fault found.');
      await out('pause', '--for', '1h', '--reason', 'demonstration');
      expect(await out('status')).toMatch(/^Healing: paused/);
      await out('resume');
      expect(await out('status')).toMatch(/^Healing: on$/m);
    });

    it('keeps the demo running until it is interrupted, which then ends as its incidents did and leaves nothing behind', async () => {
      demo.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
      expect(existsSync(configurationFile)).toBe(false);
    });
  },
);
