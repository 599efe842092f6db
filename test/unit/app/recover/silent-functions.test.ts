import { describe, expect, it } from 'vitest';
import { act } from '../../../../functions/app/heal/act.ts';
import { reconcile } from '../../../../functions/app/recover/reconcile.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { REBUILD, STARTED } from '../../../factories/ports/lasting-function.ts';
import { admitted, createWorld, inputOf } from '../../../factories/ports/world.ts';

const NAMES = ['api', 'search', 'web'];

/** Three components whose functions are at work, and take 10 s each not to say how far they have come. */
async function silent() {
  const component = (name: string) => ({
    targets: { ecsService: `prod/${name}` },
    service: undefined,
    alarms: undefined,
    health: { url: `https://${name}.example.com/` },
    signals: ['memory'],
  });
  const world = createWorld(
    configured({
      settings: { repairTimeoutSeconds: 3_600 },
      components: Object.fromEntries(NAMES.map((name) => [name, component(name)])),
      strategies: [{ actions: [REBUILD] }],
    }),
  );
  world.functions.answer = () => STARTED;
  world.functions.says = () => {
    world.clock.now += 10_000;
    throw new ServiceUnavailable('it has not answered within 10 s');
  };
  const operations = [];
  for (const name of NAMES) {
    const operation = await admitted(world, { component: name });
    await world.executions.start(operation.operationId, inputOf(operation));
    await act(world, { ...inputOf(operation, `token-${name}`), step: { stepId: 'heal-0' } });
    operations.push(operation);
  }
  return { world, operations };
}

describe('functions that do not say how far they have come', () => {
  it('hold up nothing else in a round of the reconciler', async () => {
    const { world, operations } = await silent();
    for (const { operationId } of operations) world.executions.statuses.set(operationId, 'ABORTED');
    world.clock.now += 60_000;
    const { done, problems } = await reconcile(world);
    expect(world.functions.asked).toHaveLength(2);
    expect(done).toHaveLength(NAMES.length);
    expect(problems).toEqual([
      expect.stringMatching(
        /^step of .*: RoundTooLong: rebuild:live is asked in a later round: others took too long to answer$/,
      ),
    ]);
  });

  it('have their turns within a few rounds', async () => {
    const { world } = await silent();
    for (let round = 0; round < NAMES.length; round += 1) {
      world.clock.now += 60_000;
      await reconcile(world);
    }
    const asked = new Set(world.functions.asked.map(({ operationId }) => operationId));
    expect(asked.size).toBe(NAMES.length);
  });

  it('time their steps out past the deadline, though they cost a round all its time', async () => {
    const { world, operations } = await silent();
    world.clock.now += REBUILD.timeoutSeconds * 1_000;
    for (let round = 0; round < NAMES.length; round += 1) {
      world.clock.now += 60_000;
      await reconcile(world);
    }
    for (const { operationId } of operations)
      expect(await world.store.getStep(operationId, 'heal-0')).toMatchObject({
        outcome: 'TIMED_OUT',
        detail: expect.stringContaining('could not be cancelled, and may still act'),
      });
  });
});
