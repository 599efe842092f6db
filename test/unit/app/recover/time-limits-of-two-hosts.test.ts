import { describe, expect, it } from 'vitest';
import { NODE } from '../../../factories/configuration.ts';
import { BY_GROUPS, GROUP, HOUR_MS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';

describe('the time limit of an isolation of two hosts', () => {
  const OTHER = 'i-0123456789abcdef1';

  /** @param isolated those that are on record as isolated */
  async function twoHosts(params: object, isolated: readonly string[]) {
    const run = await isolatedHost({ ...BY_GROUPS, ...params });
    const { configuration } = run.world;
    const web = { ...configuration.components['web'], targets: { instanceIds: [NODE, OTHER] } };
    Object.assign(run.world, { configuration: { ...configuration, components: { web } } });
    const { store, instanceFleet, runbooks } = run.world;
    instanceFleet.launch({ instanceId: OTHER, interfaces: { 'eni-z': [GROUP] } });
    runbooks.nodes = [node(NODE), node(OTHER)];
    const { operationId } = run.operation;
    const limit = (await run.limits())?.[operationId];
    if (!limit) throw new Error('no limit');
    await store.setTimeLimit(operationId, { ...limit, targets: [NODE, OTHER] });
    const { listSteps } = store;
    Object.assign(store, {
      listSteps: async (id: string) => (await listSteps(id)).map((step) => ({ ...step, targets: isolated })),
    });
    const round = await run.after(HOUR_MS);
    const sent = run.world.notifier.sent.filter(({ body }) => body['kind'] === 'isolation-limit');
    return { operationId, ...round, sent };
  }

  it.each([
    [[NODE, OTHER], 'has'],
    [[NODE], 'may have'],
  ])('names both, and whether it is known that they were isolated: %j', async (isolated, has) => {
    const { operationId, done, sent } = await twoHosts({}, isolated);
    expect(done).toEqual([`reminded of the isolation of ${NODE}, ${OTHER} by ${operationId}`]);
    expect(sent).toMatchObject([
      {
        subject: `Selfheal: web is isolated: time limit of ${operationId}`,
        body: {
          hosts: [NODE, OTHER],
          message: `Operation ${operationId} ${has} isolated ${NODE}, ${OTHER}, and nothing on record has lifted that. \`selfheal show ${operationId}\` says how it was made. The next reminder is in 1d.`,
        },
      },
    ]);
  });

  it('has both let back in', async () => {
    const { operationId, done, signals, sent } = await twoHosts({ afterLimit: 'lift' }, [NODE, OTHER]);
    expect(sent).toEqual([]);
    expect(done).toEqual([`asked to lift the isolation of ${NODE}, ${OTHER} by ${operationId}`]);
    expect(signals).toMatchObject([
      {
        targets: [NODE, OTHER],
        reason: `the isolation of ${NODE}, ${OTHER} by ${operationId} has reached its limit of 1h`,
      },
    ]);
  });
});
