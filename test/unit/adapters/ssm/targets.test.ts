import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../../../functions/adapters/ssm/runbook-runner.ts';
import type { HostSelector } from '../../../../functions/core/configuration/target-selector.ts';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import type { ManagedNode } from '../../../../local/ssm/host-runner.ts';
import { startSsmBench } from '../../local/ssm-bench.ts';
import { scriptedClient } from '../scripted-client.ts';

const MANAGED = { key: 'selfheal:managed', value: 'true' };
const idOf = (index: number) => `i-0000000000000${String(index).padStart(4, '0')}`;
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => idOf(from + index));

/** A fleet of 2,000 managed nodes; every fifth is a web server, every tenth a web server in production. */
const FLEET: readonly ManagedNode[] = ids(0, 2_000).map((instanceId, index) => ({
  instanceId,
  tags: {
    [MANAGED.key]: MANAGED.value,
    ...(index % 5 === 0 && { role: 'web' }),
    ...(index % 10 === 0 && { environment: 'production' }),
    ...(index % 500 === 0 && { 'aws:autoscaling:groupName': 'web-asg' }),
  },
  platformType: 'Linux' as const,
  computerName: `host-${index}`,
  ipAddress: '10.0.0.1',
}));

describe('managed nodes on an SSM endpoint as strict as the service', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function lab(nodes: readonly ManagedNode[] = FLEET) {
    const { server, client } = await startSsmBench(
      { nodes: () => [...nodes], reachable: () => true, runScript: () => Promise.reject(new Error('none')) },
      { requiredNodeTag: MANAGED },
    );
    closing.push(() => server.close());
    let requests = 0;
    client.middlewareStack.add((next) => (args) => {
      requests += 1;
      return next(args);
    });
    const runner = createSsmRunbookRunner({ client, managedTag: MANAGED });
    const resolve = async (selector: HostSelector) =>
      (await runner.resolveTargets(selector)).map(({ instanceId }) => instanceId);
    return { runner, resolve, requests: () => requests };
  }

  it('take one request by id, whatever the size of the fleet', async () => {
    const { resolve, requests } = await lab();
    expect(await resolve({ instanceIds: [idOf(7), idOf(1_999)] })).toEqual([idOf(7), idOf(1_999)]);
    expect(requests()).toBe(1);
  });

  it.each([
    [50, 1],
    [51, 2],
    [430, 9],
  ])('take one request for fifty ids: %i ids', async (count, expected) => {
    const { resolve, requests } = await lab();
    expect((await resolve({ instanceIds: ids(0, count) })).sort()).toEqual(ids(0, count));
    expect(requests()).toBe(expected);
  });

  it('can be found beside ids that no node has', async () => {
    const { resolve } = await lab();
    expect(await resolve({ instanceIds: [idOf(1), 'i-0fffffffffffffff1'] })).toEqual([idOf(1)]);
  });

  it('can be found beside ids that make SSM refuse the whole request', async () => {
    const { resolve, requests } = await lab();
    const wanted = [...ids(0, 20), 'i-0123456789', ...ids(20, 49)];
    expect((await resolve({ instanceIds: wanted })).sort()).toEqual(ids(0, 49));
    expect(requests()).toBeLessThan(15);
  });

  it('come from the tags of the component, and not from the whole managed fleet', async () => {
    const { resolve, requests } = await lab();
    expect(await resolve({ tags: { role: 'web', environment: 'production' } })).toHaveLength(200);
    expect(requests()).toBe(400 / 50 + 200 / 50);
  });

  it('come from the Auto Scaling group that launched them', async () => {
    const { resolve, requests } = await lab();
    expect(await resolve({ autoScalingGroup: 'web-asg' })).toEqual([0, 500, 1_000, 1_500].map(idOf));
    expect(await resolve({ autoScalingGroup: 'web' })).toEqual([]);
    expect(requests()).toBe(2);
  });

  const send = ({ runner }: Awaited<ReturnType<typeof lab>>, instanceIds: readonly string[]) =>
    runner.send({
      document: 'act',
      parameters: { service: 'web' },
      instanceIds,
      comment: 'selfheal operation heal-0',
      deliveryTimeoutSeconds: 30,
      maxConcurrency: 1,
      stopsAtError: true,
    });

  it('get no command at all if one of them lacks the managed tag, and the refusal names it', async () => {
    const [first, second] = FLEET as readonly [ManagedNode, ManagedNode];
    const fleet = await lab([first, { ...second, tags: { role: 'web' } }]);
    const refused = send(fleet, [first.instanceId, second.instanceId]);
    await expect(refused).rejects.toBeInstanceOf(NotPermitted);
    await expect(refused).rejects.toMatchObject({
      serviceCode: 'AccessDeniedException',
      message: expect.stringContaining(
        `${second.instanceId} does not carry selfheal:managed=true, or the function's role may not send it commands`,
      ),
    });
    expect(await send(fleet, [first.instanceId])).toBeTruthy();
  });
});

it('a command that is denied for its document says nothing of tags', async () => {
  const denied = Object.assign(
    new Error(
      'User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: ssm:SendCommand on resource: arn:aws:ssm:us-east-1:1:document/act',
    ),
    { name: 'AccessDeniedException' },
  );
  const { client } = scriptedClient(SSMClient, denied);
  const runner = createSsmRunbookRunner({ client, managedTag: MANAGED });
  const call = {
    document: 'act',
    parameters: {},
    instanceIds: [idOf(1)],
    comment: 'c',
    deliveryTimeoutSeconds: 30,
    maxConcurrency: 1,
    stopsAtError: true,
  };
  await expect(runner.send(call)).rejects.toMatchObject({
    serviceCode: 'AccessDeniedException',
    message: expect.not.stringContaining('selfheal:managed'),
  });
});
