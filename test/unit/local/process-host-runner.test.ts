import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostsDirectory, createProcessHost } from '../../../local/process-hosts/process-host.ts';
import {
  createProcessHostRunner,
  type ProcessHostRunner,
} from '../../../local/process-hosts/process-host-runner.ts';
import { startSsmBench } from './ssm-bench.ts';

const instanceId = 'i-0123456789abcdef0';

describe('a process host', () => {
  let directory: Awaited<ReturnType<typeof createHostsDirectory>>;
  let runner: ProcessHostRunner;
  let bench: Awaited<ReturnType<typeof startSsmBench>>;
  beforeEach(async () => {
    directory = await createHostsDirectory();
    runner = createProcessHostRunner([
      await createProcessHost(directory.path, { name: 'one', instanceId, tags: {} }),
    ]);
    bench = await startSsmBench(runner);
  });
  afterEach(async () => {
    await runner.close();
    await bench.server.close();
    await directory.remove();
  });

  const begun = async (script: readonly string[]) => {
    await bench.createDocument('slow', script);
    const commandId = await bench.send({ DocumentName: 'slow', Parameters: {}, InstanceIds: [instanceId] });
    await expect.poll(() => details(commandId)).toEqual(['InProgress', 'InProgress']);
    return commandId;
  };
  const details = async (commandId: string) =>
    (await bench.invocations(commandId)).flatMap(({ StatusDetails, CommandPlugins = [] }) => [
      StatusDetails,
      ...CommandPlugins.map((plugin) => plugin.StatusDetails),
    ]);

  it('reports what it did out of reach once it is back', async () => {
    const commandId = await begun(['sleep 0.3', 'echo done']);
    bench.server.applyFaults({ offline: [instanceId] });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await details(commandId)).toEqual(['InProgress', 'InProgress']);
    bench.server.applyFaults({ online: [instanceId] });
    expect((await bench.ended(commandId)).invocations).toMatchObject([
      { StatusDetails: 'Success', CommandPlugins: [{ Output: 'done\n' }] },
    ]);
  });

  it('reports nothing of what was killed with it', async () => {
    const commandId = await begun(['sleep 50']);
    await runner.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await details(commandId)).toEqual(['InProgress', 'InProgress']);
  });
});
