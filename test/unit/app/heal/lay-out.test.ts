import { describe, expect, it } from 'vitest';
import { layOut } from '../../../../functions/app/heal/lay-out.ts';
import { OperationGone } from '../../../../functions/app/heal/running-operation.ts';
import { NotPermitted, RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { node } from '../../../factories/ports/recording-runbooks.ts';
import { admitted, createWorld } from '../../../factories/ports/world.ts';

const IDS = ['i-0000000000000000a', 'i-0000000000000000b'];
const GROUP = { tags: { 'aws:autoscaling:groupName': 'web' } };
const RESTART = { type: 'start_component', params: { mode: 'restart' } };
const SCALE_OUT = { type: 'scale_resources', params: { to: 4 } };
const NOTIFY = { type: 'notify_soc', params: { message: 'look at web' } };
/** One batch after another, without a look at the hosts. */
const NAMED = { targets: IDS };

async function repair(
  actions: readonly object[],
  targets: object = { instanceIds: IDS },
  signal: object = NAMED,
) {
  const world = createWorld(configured({ components: { web: { targets } }, strategies: [{ actions }] }));
  world.runbooks.nodes = IDS.map((id) => node(id));
  const operation = await admitted(world, { ...signal });
  const plan = await world.store.getPlan(operation.planId);
  if (!plan) throw new Error('the plan is not on record');
  return { world, operation, plan, layOut: () => layOut(world, { operation, plan }, operation.fence) };
}

describe('the layout of a repair', () => {
  it('has one host after another, and is on record', async () => {
    const run = await repair([RESTART]);
    const layout = { batches: IDS.map((id) => [id]), skipped: {} };
    expect(await run.layOut()).toStrictEqual(layout);
    expect(await run.world.store.getOperation(run.operation.operationId)).toMatchObject({ layout });
  });

  it('waits for no host where there is none to look at', async () => {
    const run = await repair([RESTART]);
    const { now } = run.world.clock;
    await run.layOut();
    expect(run.world.clock.now).toBe(now);
  });

  it('is worked out once', async () => {
    const { world, operation, plan } = await repair([RESTART]);
    const layout = { batches: [[...IDS]], skipped: {} };
    const laidOut = { operation: { ...operation, layout }, plan };
    expect(await layOut(world, laidOut, operation.fence)).toBe(layout);
    expect(world.runbooks.selectors).toStrictEqual([]);
  });

  it('is none where there is one host', async () => {
    const run = await repair([RESTART], { instanceIds: IDS.slice(0, 1) }, {});
    expect(await run.layOut()).toBeUndefined();
    expect(run.world.runbooks.selectors).toStrictEqual([]);
  });

  it('is none where all that acts is done on their group as a whole', async () => {
    expect(await (await repair([SCALE_OUT, NOTIFY], GROUP)).layOut()).toBeUndefined();
  });

  it.each([
    ['something else acts on the hosts', [SCALE_OUT, RESTART]],
    ['nothing acts at all', [NOTIFY]],
  ])('has the hosts of a group where %s', async (_, actions) => {
    expect(await (await repair(actions, GROUP)).layOut()).toHaveProperty('batches');
  });

  it('is refused for an operation that has ended', async () => {
    const run = await repair([RESTART]);
    const world = { ...run.world, store: { ...run.world.store, layOut: async () => undefined } };
    await expect(layOut(world, run, run.operation.fence)).rejects.toThrow(
      new OperationGone(run.operation.operationId, 'COMPLETED, FAILED or ROLLING_BACK'),
    );
  });
});

describe('the look at hosts that no alert names', () => {
  const refusing = async (error: Error) => {
    const run = await repair([RESTART], { instanceIds: IDS }, {});
    run.world.runbooks.onSend = () => {
      throw error;
    };
    return run;
  };

  it('shows nothing if it is refused for good, and all are repaired', async () => {
    const run = await refusing(new RequestRefused('no such document'));
    expect(await run.layOut()).toMatchObject({ batches: IDS.map((id) => [id]) });
  });

  it.each([new NotPermitted({ action: 'ssm:SendCommand' }), new ServiceUnavailable('throttled')])(
    'is no reason to go through hosts that may be healthy if it fails: %s',
    async (error) => {
      await expect((await refusing(error)).layOut()).rejects.toThrow(error);
    },
  );
});
