import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, startHost } from '../../../local/hosts/host.ts';
import { createNspawnHostRunner } from '../../../local/ssm/nspawn-host-runner.ts';
import { requirement } from '../../factories/requirements.ts';
import { startSsmBench } from '../../unit/local/ssm-bench.ts';

const instanceId = 'i-00000000000000003';

describe.skipIf(!requirement('hosts'))(
  'a real host that ends while a script runs',
  { timeout: 60_000 },
  () => {
    let host: Host;
    let bench: Awaited<ReturnType<typeof startSsmBench>>;
    beforeAll(async () => {
      host = await startHost({ name: 'third', instanceId, diskMegabytes: 256 });
      bench = await startSsmBench(createNspawnHostRunner(() => [host]));
      await bench.createDocument('slow', ['touch /run/begun', 'sleep 50']);
    }, 300_000);
    afterAll(async () => {
      await bench.server.close();
      await host.stop();
    });

    it('reports nothing of the script', async () => {
      const commandId = await bench.send({ DocumentName: 'slow', Parameters: {}, InstanceIds: [instanceId] });
      await expect.poll(async () => (await host.exec('ls /run/begun')).exitCode, { timeout: 5_000 }).toBe(0);
      await host.stop();
      expect([host.isUp(), host.agentConnected()]).toEqual([false, false]);
      await sleep(500);
      expect(await bench.invocations(commandId)).toMatchObject([
        { StatusDetails: 'InProgress', CommandPlugins: [{ StatusDetails: 'InProgress', Output: '' }] },
      ]);
    });
  },
);
