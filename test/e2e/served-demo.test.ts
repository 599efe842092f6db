import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { requirement } from '../factories/requirements.ts';
import { type RunSelfheal, selfhealIn } from './selfheal-command.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'local', 'demo', 'demo.ts');

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('serving'), endpointUrl: z.string(), configurationFile: z.string() }),
  z.object({ type: z.literal('summary'), ok: z.boolean() }),
  z.object({ type: z.enum(['timeline', 'incident', 'failure']) }),
]);

describe.skipIf(!requirement('java') || process.platform !== 'linux')(
  'the command, while the demo is served',
  () => {
    let demo: ChildProcess;
    let configurationFile: string;
    let selfheal: RunSelfheal;
    let isOk: boolean | undefined;

    beforeAll(async () => {
      const started = spawn(process.execPath, [DEMO, '--serve', '--json', '--incident', 'bad-release'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      demo = started;
      for await (const text of createInterface({ input: started.stdout })) {
        const line = lineSchema.parse(JSON.parse(text));
        if (line.type === 'serving') {
          configurationFile = line.configurationFile;
          selfheal = selfhealIn(dirname(configurationFile), line.endpointUrl);
        }
        if (line.type !== 'summary') continue;
        isOk = line.ok;
        break;
      }
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

    it('finds the deployment sound, and controls it', async () => {
      expect(await out('doctor')).toContain('No fault found.');
      await out('pause', '--for', '1h', '--reason', 'demonstration');
      expect(await out('status')).toMatch(/^Healing: paused/);
      await out('resume');
      expect(await out('status')).toMatch(/^Healing: on$/m);
    });

    it('has nothing to talk to any more once the demo is interrupted, which ends as its incidents did', async () => {
      const ended = once(demo, 'exit');
      demo.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
      expect(existsSync(configurationFile)).toBe(false);
    });
  },
);
