import { describe, expect, it } from 'vitest';
import { NotPermitted } from '../../../../functions/ports/errors.ts';
import { configured, NODE, withMemoryAlarm } from '../../../factories/configuration.ts';
import { BY_GROUPS, GROUP, HOUR_MS, isolatedHost } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';

const LIFT = { afterLimit: 'lift' };
const BY_GROUPS_LIFT = { ...BY_GROUPS, ...LIFT };
const isolating = (params: object) => [{ actions: [{ type: 'isolate_network', params }] }];

/** What people are notified of at a limit. */
const remindersIn = ({ world }: Awaited<ReturnType<typeof isolatedHost>>) =>
  world.notifier.sent
    .filter(({ body }) => body['kind'] === 'isolation-limit')
    .map(({ body }) => String(body['message']));

describe('the time limit of a host that is gone', () => {
  it.each([{}, LIFT, BY_GROUPS, BY_GROUPS_LIFT])('ends with one notice (%o)', async (params) => {
    const run = await isolatedHost(params);
    run.world.instanceFleet.terminate(NODE);
    run.world.runbooks.nodes = [];
    const { signals, done } = await run.after(HOUR_MS);
    expect(signals).toEqual([]);
    expect(done).toEqual([`${NODE}, isolated by ${run.operation.operationId}: no longer there`]);
    expect(await run.limits()).toBeUndefined();
    await run.after(24 * HOUR_MS);
    expect(remindersIn(run)).toEqual([
      expect.stringContaining(
        `${NODE}: isolated, and no longer there; the time limit of the isolation ends.`,
      ),
    ]);
  });
});

describe('the time limit of a host that EC2 does not know', () => {
  const unknownToEc2 = async (online: boolean) => {
    const run = await isolatedHost(LIFT);
    run.world.instances = { ...run.world.instances, read: async () => [] };
    run.world.runbooks.nodes = [{ ...node(NODE), online }];
    return await run.after(HOUR_MS);
  };

  it('remains where Systems Manager reaches the host', async () => {
    expect((await unknownToEc2(true)).signals).toHaveLength(1);
  });

  it('ends where Systems Manager has lost it, too', async () => {
    expect((await unknownToEc2(false)).signals).toEqual([]);
  });
});

describe('an isolation that nothing would lift any longer', () => {
  it.each([
    ['the component', configured({ components: { other: {} } }), 'web is no longer a component'],
    [
      'the strategy',
      configured({ components: { web: withMemoryAlarm() } }),
      'selfheal.yaml no longer has a strategy lift-isolation',
    ],
    [
      'the target',
      configured({
        components: { web: { targets: { instanceIds: ['i-0fffffffffffffff0'] } } },
        strategies: isolating({ limitSeconds: '1h', ...LIFT }),
      }),
      `${NODE}: in selfheal.yaml, no longer a target of web`,
    ],
    [
      'the way of isolating',
      configured({
        components: { web: withMemoryAlarm() },
        strategies: isolating({ limitSeconds: '1h', ...BY_GROUPS_LIFT }),
      }),
      'lift-isolation no longer has a `restore_network` with `by: agent`',
    ],
  ])('causes reminders where %s is no longer configured', async (_, configuration, why) => {
    const run = await isolatedHost(LIFT);
    run.world.configuration = configuration;
    const { signals } = await run.after(HOUR_MS);
    expect(signals).toEqual([]);
    expect(remindersIn(run)).toEqual([expect.stringContaining(`cannot be lifted at its limit: ${why}`)]);
    expect(await run.limits()).toMatchObject({ [run.operation.operationId]: { ...LIFT, reminders: 1 } });
  });

  it('causes reminders where its records are gone', async () => {
    const run = await isolatedHost(BY_GROUPS_LIFT);
    run.world.store = { ...run.world.store, getOperation: async () => undefined };
    expect((await run.after(HOUR_MS)).signals).toEqual([]);
    expect(remindersIn(run)).toEqual([expect.stringContaining('are no longer kept')]);
  });

  it('causes reminders where the host had the group already', async () => {
    const run = await isolatedHost(BY_GROUPS_LIFT);
    const { listSteps } = run.world.store;
    run.world.store = {
      ...run.world.store,
      listSteps: async (id) => (await listSteps(id)).map(({ change: _, ...step }) => step),
    };
    expect((await run.after(HOUR_MS)).signals).toEqual([]);
    expect(remindersIn(run)).toEqual([expect.stringContaining(`${NODE}: isolated already before`)]);
  });
});

describe('an isolation whose hosts may not be looked at', () => {
  it.each([LIFT, BY_GROUPS_LIFT])(
    'ends at its limit all the same, and the denial is noted (%o)',
    async (params) => {
      const run = await isolatedHost(params);
      const denial = { role: 'reconcile', action: 'ec2:DescribeInstances', resource: '*' };
      const refuse = async () => {
        throw new NotPermitted(denial);
      };
      run.world.instances = { ...run.world.instances, read: refuse };
      const { signals, denials } = await run.after(HOUR_MS);
      expect(signals).toMatchObject([{ lifts: run.operation.operationId }]);
      expect(denials).toEqual([denial]);
    },
  );
});

describe('reminders of an isolation', () => {
  it('do not doubt it where its records are gone', async () => {
    const run = await isolatedHost(BY_GROUPS);
    run.world.store = { ...run.world.store, getOperation: async () => undefined };
    await run.after(HOUR_MS);
    expect(remindersIn(run)).toEqual([
      expect.stringContaining(`Operation ${run.operation.operationId} has isolated ${NODE}, and`),
    ]);
  });

  it('end with one that says that it is the last', async () => {
    const run = await isolatedHost(BY_GROUPS);
    for (let day = 0; day < 10; day += 1) await run.after(day === 0 ? HOUR_MS : 24 * HOUR_MS);
    const reminders = remindersIn(run);
    expect(reminders).toHaveLength(7);
    expect(reminders.filter((text) => text.includes('nobody is reminded'))).toEqual(reminders.slice(6));
    expect(await run.limits()).toBeUndefined();
    expect(run.groups()).toEqual({ 'eni-a': [GROUP] });
  });
});

describe('a lift that is refused or fails', () => {
  it('reaches people once, an hour after the limit', async () => {
    const run = await isolatedHost(BY_GROUPS_LIFT);
    for (let round = 0; round < 30; round += 1) await run.after(round === 0 ? HOUR_MS : 300_000);
    expect(remindersIn(run)).toEqual([expect.stringContaining('selfheal why web')]);
    expect(await run.limits()).toMatchObject({ [run.operation.operationId]: { asks: 30 } });
  });
});
