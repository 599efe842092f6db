import { describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../../../../functions/adapters/ssm/runbook-runner.ts';
import { createVirtualClock } from '../../../../../local/embedded/clock/virtual-clock.ts';
import { createSimulatedHosts } from '../../../../../local/embedded/hosts/simulated-hosts.ts';
import { createIds, createSeededRandom } from '../../../../../local/embedded/random/seeded-random.ts';
import { createInProcessSsmClient } from '../../../../../local/embedded/systems-manager/in-process-client.ts';
import { createEmbeddedRunCommand } from '../../../../../local/embedded/systems-manager/run-command.ts';

const [MANAGED, FOREIGN] = ['i-0a1b2c3d4e5f60001', 'i-0a1b2c3d4e5f60002'] as const;

const MANAGED_TAG = { key: 'managed', value: 'true' };

function createLab() {
  const clock = createVirtualClock(0);
  const node = (instanceId: string, tags: Readonly<Record<string, string>>) => ({
    instanceId,
    tags,
    platformType: 'Linux' as const,
    computerName: instanceId,
    ipAddress: '10.0.0.1',
  });
  const hosts = createSimulatedHosts({
    clock,
    nodes: [node(MANAGED, { managed: 'true', tier: 'web' }), node(FOREIGN, { tier: 'web' })],
    perform: () => ({ takesMs: 1_000, word: '{"state":"inactive"}' }),
  });
  const events: string[] = [];
  const api = createEmbeddedRunCommand({
    clock,
    hosts,
    requiredNodeTag: MANAGED_TAG,
    newId: createIds(createSeededRandom(1)),
    publish: ({ detail }) => events.push((detail as { readonly status: string }).status),
  });
  const runner = createSsmRunbookRunner({ client: createInProcessSsmClient(api), managedTag: MANAGED_TAG });
  const send = (parameters: Readonly<Record<string, string>> = {}, instanceId: string = MANAGED) =>
    runner.send({
      document: 'selfheal-graceful-stop',
      parameters: {
        operationId: 'operation-1',
        stepId: 'heal-0',
        fence: '1',
        component: 'web',
        executionTimeout: '60',
        service: 'nginx.service',
        ...parameters,
      },
      instanceIds: [instanceId],
      comment: 'selfheal operation-1 heal-0',
      deliveryTimeoutSeconds: 30,
      maxConcurrency: 1,
      stopsAtError: true,
    });
  return { clock, hosts, runner, send, events };
}

describe('commands of the SSM adapter over Run Command in this process', () => {
  it('go only to nodes that carry the managed tag', async () => {
    const { runner, send, hosts, clock } = createLab();
    const nodes = [MANAGED, FOREIGN].map((instanceId) => ({
      ...{ instanceId, online: true, platform: 'Linux' },
      lastPingAtMs: expect.any(Number),
    }));
    expect(await runner.resolveTargets({ tags: { tier: 'web' } })).toEqual(nodes);
    expect(await runner.resolveTargets({ instanceIds: [MANAGED, FOREIGN] })).toEqual(nodes);
    await expect(send({}, FOREIGN)).rejects.toMatchObject({ serviceCode: 'AccessDeniedException' });
    await clock.advance(10_000);
    expect(hosts.effects()).toEqual([]);
  });

  it('run on the host, and report the result', async () => {
    const { clock, runner, send, events } = createLab();
    const commandId = await send();
    expect(await runner.getCommand(commandId)).toBeUndefined();
    await clock.advance(2_000);
    expect(await runner.getCommand(commandId)).toMatchObject({
      commandId,
      document: 'selfheal-graceful-stop',
      status: 'Success',
      targetCount: 1,
      parameters: { operationId: 'operation-1', service: 'nginx.service' },
    });
    expect(await runner.listInvocations(commandId)).toMatchObject([
      { instanceId: MANAGED, status: 'Success', output: '{"state":"inactive"}\n' },
    ]);
    expect(events).toEqual(['InProgress', 'InProgress', 'Success', 'Success']);
  });

  it('can be found by their comment', async () => {
    const { clock, runner, send } = createLab();
    const commandId = await send();
    await clock.advance(2_000);
    expect(await runner.findCommand('selfheal operation-1 heal-0', 0)).toMatchObject({ commandId });
    expect(await runner.findCommand('selfheal operation-1 heal-0', 60_000)).toBeUndefined();
    expect(await runner.findCommand('another', 0)).toBeUndefined();
  });

  it('are refused for a parameter that the document does not allow', async () => {
    await expect(createLab().send({ service: 'nginx; reboot' })).rejects.toMatchObject({
      name: 'RequestRefused',
      serviceCode: 'InvalidParameters',
    });
  });

  it('can be cancelled', async () => {
    const { clock, runner, send } = createLab();
    const commandId = await send();
    await clock.advance(500);
    await runner.cancel(commandId);
    await clock.advance(500);
    expect(await runner.getCommand(commandId)).toMatchObject({ status: 'Cancelled' });
  });

  it('do not arrive at a host that is out of reach', async () => {
    const { clock, hosts, runner, send } = createLab();
    hosts.setReachable(MANAGED, false);
    const commandId = await send();
    await clock.advance(89_000);
    expect(await runner.listInvocations(commandId)).toMatchObject([{ status: 'InProgress' }]);
    await clock.advance(2_000);
    expect(await runner.listInvocations(commandId)).toMatchObject([{ status: 'TimedOut' }]);
    expect(hosts.effects()).toEqual([]);
  });
});
