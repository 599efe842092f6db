import { describe, expect, it } from 'vitest';
import { commandStatus } from '../../../../functions/app/recover/command-status.ts';
import { reconcileAlarms } from '../../../../functions/app/recover/reconcile-alarms.ts';
import { NotPermitted, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { NODE } from '../../../factories/configuration.ts';
import { BY_GROUPS, HOUR_MS } from '../../../factories/ports/isolated-host.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import {
  contained,
  DOCUMENT,
  MINUTE_MS,
  notContained,
  OPEN,
  OTHER,
  standing,
} from '../../../factories/ports/standing-isolation.ts';

describe('a look', () => {
  it('concludes nothing before all answers are there, nor from an answer that says nothing', async () => {
    const { pass, world, limit, notices } = await standing();
    await pass(MINUTE_MS);
    const asked = await limit();
    await pass(MINUTE_MS);
    expect(await limit()).toEqual(asked);
    world.runbooks.ends('Success', [{ status: 'Success', output: 'strange' }]);
    await pass(MINUTE_MS);
    expect(await limit()).toMatchObject({ targets: [NODE], look: { atMs: asked?.look?.atMs } });
    expect(notices()).toEqual([]);
  });

  it('waits for the answers that the list of invocations still lacks, for five minutes', async () => {
    const { pass, set, world, limit } = await standing();
    await set({ targets: [NODE, OTHER] });
    for (const instanceId of [OTHER]) world.instanceFleet.launch({ instanceId });
    const { listSteps } = world.store;
    world.store = {
      ...world.store,
      listSteps: async (id) => (await listSteps(id)).map((step) => ({ ...step, targets: [NODE, OTHER] })),
    };
    world.runbooks.nodes = [node(NODE), node(OTHER)];
    await pass(MINUTE_MS);
    world.runbooks.ends('Failed', [
      { instanceId: NODE, ...notContained(OPEN) },
      { instanceId: OTHER, status: 'InProgress' },
    ]);
    await pass(5 * MINUTE_MS - 1);
    expect(await limit()).toMatchObject({ targets: [NODE, OTHER], look: { commandIds: ['command-2'] } });
    await pass(1);
    expect(await limit()).toMatchObject({ targets: [OTHER] });
    expect((await limit())?.look).not.toHaveProperty('commandIds');
  });

  it('ends without an answer where the command is no longer known', async () => {
    const { pass, world, limit } = await standing();
    await pass(MINUTE_MS);
    world.runbooks = { ...world.runbooks, getCommand: async () => undefined };
    await pass(MINUTE_MS);
    expect((await limit())?.look).toHaveProperty('commandIds');
    await pass(4 * MINUTE_MS);
    expect((await limit())?.look).not.toHaveProperty('commandIds');
  });

  it('keeps what people know while it waits for answers', async () => {
    const { look, pass, limit } = await standing();
    await look(contained(2));
    await pass(HOUR_MS);
    expect((await limit())?.look).toMatchObject({ putBack: { [NODE]: 2 }, commandIds: [expect.anything()] });
  });

  it('that was denied is noted as a missing permission, lifts nothing, and follows an hour later', async () => {
    const { world, limit, notices, pass } = await standing();
    const denial = { role: 'reconcile', action: 'ssm:SendCommand', resource: DOCUMENT };
    world.runbooks.onSend = () => {
      throw new NotPermitted(denial);
    };
    world.clock.now += MINUTE_MS;
    const { denials, problems } = await reconcileAlarms(world);
    expect(denials).toEqual([denial]);
    expect(problems).toEqual([expect.stringMatching(/^look at what \S+ has isolated: NotPermitted: /)]);
    expect(notices()).toEqual([]);
    expect(await limit()).toMatchObject({ targets: [NODE], look: { atMs: world.clock.now } });
    await pass(HOUR_MS - 1);
  });

  it('follows in the next round where EC2 does not answer', async () => {
    const { world, limit, pass, looks } = await standing();
    const { instances } = world;
    world.instances = { ...instances, read: () => Promise.reject(new ServiceUnavailable('no answer')) };
    await expect(pass(MINUTE_MS)).rejects.toThrow('no answer');
    expect(await limit()).not.toHaveProperty('look');
    world.instances = instances;
    await pass(MINUTE_MS);
    expect(looks()).toHaveLength(1);
  });

  it('notes that EC2 may not be asked, and asks the agents all the same', async () => {
    const { world, pass, looks } = await standing();
    const denial = { role: 'reconcile', action: 'ec2:DescribeInstances', resource: '*' };
    world.instances = { ...world.instances, read: () => Promise.reject(new NotPermitted(denial)) };
    expect((await pass(MINUTE_MS)).denials).toEqual([denial]);
    expect(looks()).toHaveLength(1);
  });

  it('sees hosts that are gone before their limit', async () => {
    const { world, pass, limit, looks, operation } = await standing();
    world.instanceFleet.terminate(NODE);
    expect((await pass(MINUTE_MS)).done).toEqual([
      `${NODE}, isolated by ${operation.operationId}: no longer there`,
    ]);
    expect(await limit()).toBeUndefined();
    expect(looks()).toEqual([]);
  });

  it('sees security groups that someone else has changed before their limit', async () => {
    const { world, pass, limit, operation } = await standing(BY_GROUPS);
    await pass(MINUTE_MS);
    world.instanceFleet.attach(NODE, 'eni-a', ['sg-0000000f']);
    await pass(HOUR_MS - 1);
    expect(await limit()).toBeDefined();
    expect((await pass(1)).done).toEqual([
      `the isolation of ${NODE} by ${operation.operationId} was lifted by something else`,
    ]);
    expect(await limit()).toBeUndefined();
  });

  it('does not belong to a step of its operation: the event of its end is foreign', async () => {
    const { pass, looks, world } = await standing();
    await pass(MINUTE_MS);
    world.runbooks.ends('Failed', [notContained(OPEN)]);
    const [{ commandId, document } = { commandId: '', document: '' }] = looks();
    expect(await commandStatus(world, { commandId, document, status: 'Failed' })).toBe('foreign');
  });
});
