import { describe, expect, it } from 'vitest';
import { NODE } from '../../../factories/configuration.ts';
import { BY_GROUPS, GROUP, HOUR_MS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';

describe('the time limit of an isolation of two hosts', () => {
  const OTHER = 'i-0123456789abcdef1';

  /** @param isolated those that are on record as isolated */
  async function twoHosts(params: object, isolated: readonly string[], more: object = {}) {
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
    await store.setTimeLimit(operationId, { ...limit, targets: [NODE, OTHER], ...more });
    const { listSteps } = store;
    Object.assign(store, {
      listSteps: async (id: string) => (await listSteps(id)).map((step) => ({ ...step, targets: isolated })),
    });
    const round = await run.after(HOUR_MS);
    const sent = run.world.notifier.sent.filter(({ body }) => body['kind'] === 'isolation-limit');
    return { operationId, ...round, sent, limits: run.limits };
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

  it('has people reminded for the seventh time, and then no longer', async () => {
    const { operationId, sent, limits } = await twoHosts({}, [NODE, OTHER], { reminders: 6 });
    expect(sent.map(({ body }) => body['message'])).toEqual([
      `Operation ${operationId} has isolated ${NODE}, ${OTHER}, and nothing on record has lifted that. \`selfheal show ${operationId}\` says how it was made. This is the last of 7 reminders: from now on, nobody is reminded.`,
    ]);
    expect(await limits()).toBeUndefined();
  });

  it('has people called when it was asked for in vain', async () => {
    const lift = { afterLimit: 'lift' };
    const { operationId, sent, limits } = await twoHosts(lift, [NODE, OTHER], { asks: 12 });
    expect(sent.map(({ body }) => body['message'])).toEqual([
      `The isolation of ${NODE}, ${OTHER} by ${operationId} is not lifted yet. \`selfheal why web\` says what holds it back. It is asked for again until it succeeds.`,
    ]);
    expect((await limits())?.[operationId]).toMatchObject({ asks: 13 });
    const { sent: none } = await twoHosts(lift, [NODE, OTHER], { asks: 13 });
    expect(none).toEqual([]);
  });
});
