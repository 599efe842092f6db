import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startOnFreePorts } from '../../../../local/process/server-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'selfheal-server-process-'));
afterAll(() => rmSync(directory, { recursive: true }));

const LISTEN =
  "require('node:http').createServer((_, answer) => answer.end()).listen(+process.argv[1], '127.0.0.1')";

const serverOn = (port: number) => ({
  name: 'a server',
  command: process.execPath,
  args: ['--eval', LISTEN, String(port)],
  env: process.env,
  cwd: directory,
  logPath: join(directory, 'server.log'),
  isReady: () =>
    fetch(`http://127.0.0.1:${port}`).then(
      ({ ok }) => ok,
      () => false,
    ),
  readyWithinSeconds: 20,
});

describe('a server', () => {
  it('starts on another port if something has taken the one that was free', async () => {
    const thief = createServer((socket) => void socket.destroy());
    const tried: number[] = [];
    const server = await startOnFreePorts(1, ([port = 0]) => {
      tried.push(port);
      if (tried.length === 1) thief.listen(port, '127.0.0.1');
      return serverOn(port);
    });
    try {
      expect(tried).toHaveLength(2);
      expect(server.ports).toEqual([tried[1]]);
      await expect(serverOn(tried[1] ?? 0).isReady()).resolves.toBe(true);
    } finally {
      await server.stop();
      thief.close();
      await once(thief, 'close');
    }
  });

  it('does not start again when it ended for another reason', async () => {
    let tries = 0;
    const broken = startOnFreePorts(1, ([port = 0]) => {
      tries += 1;
      return {
        ...serverOn(port),
        args: ['--eval', 'throw new Error("no disk")'],
        logPath: join(directory, 'broken.log'),
      };
    });
    await expect(broken).rejects.toThrow(/a server ended:[\s\S]*no disk/);
    expect(tries).toBe(1);
  });
});
