import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSsmRunbookRunner } from '../../../../functions/adapters/ssm/runbook-runner.ts';
import { localEndpoint } from '../../../../local/cloud/endpoint.ts';
import type { ManagedNode } from '../../../../local/ssm/host-runner.ts';
import { type SsmServer, startSsmServer } from '../../../../local/ssm/server.ts';

const MANAGED = { key: 'selfheal:managed', value: 'true' };
const idOf = (index: number) => `i-0000000000000${String(index).padStart(4, '0')}`;

/** 120 managed nodes, every third of them a web server, and one that nobody lets Selfheal manage. */
const NODES: readonly ManagedNode[] = Array.from({ length: 121 }, (_, index) => ({
  instanceId: idOf(index),
  tags: {
    ...(index < 120 && { [MANAGED.key]: MANAGED.value }),
    ...(index % 3 === 0 && { role: 'web' }),
  },
  platformType: 'Linux' as const,
  computerName: `host-${index}`,
  ipAddress: '10.0.0.1',
}));

describe('the targets of a selector', () => {
  let server: SsmServer;
  beforeAll(async () => {
    server = await startSsmServer({
      runner: {
        nodes: () => [...NODES],
        reachable: () => true,
        runScript: () => Promise.reject(new Error('none')),
      },
      publish: async () => undefined,
    });
  });
  afterAll(() => server.close());

  const resolve = async (
    selector: Parameters<ReturnType<typeof createSsmRunbookRunner>['resolveTargets']>[0],
  ) => {
    const runner = createSsmRunbookRunner({
      client: new SSMClient(localEndpoint(server.url)),
      managedTag: MANAGED,
    });
    return (await runner.resolveTargets(selector)).map(({ instanceId }) => instanceId);
  };

  it('are the instances named that carry the managed tag, without a filter that SSM refuses', async () => {
    expect(await resolve({ instanceIds: [idOf(7), idOf(119), idOf(120), 'i-0fffffffffffffff1'] })).toEqual([
      idOf(7),
      idOf(119),
    ]);
  });

  it('are the nodes with all tags, over all pages, that carry the managed tag', async () => {
    const ids = await resolve({ tags: { role: 'web' } });
    expect(ids).toHaveLength(40);
    expect(ids).not.toContain(idOf(120));
  });
});
