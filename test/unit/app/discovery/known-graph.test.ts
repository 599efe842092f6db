import { expect, it } from 'vitest';
import { readCompletedGraph } from '../../../../functions/app/discovery/known-graph.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const never = () => new Promise<never>(() => undefined);

it('discovered dependencies are waited for half a second', async () => {
  const world = createWorld(configured({ settings: { graph: { discover: ['xray'] } } }));
  const beganMs = world.clock.now;
  const graph = readCompletedGraph({ ...world, discovered: { readGraph: never } });
  await expect(graph).rejects.toThrow(new StoreUnavailable('no answer within 500 ms'));
  expect(world.clock.now - beganMs).toBe(500);
});

it('discovered dependencies complete the declared ones', async () => {
  const components = { web: { dependsOn: ['api'] }, api: {}, db: {} };
  const world = createWorld(configured({ components, settings: { graph: { discover: ['xray'] } } }));
  const dependencies = [{ caller: 'api', callee: 'db', sources: ['xray'] }];
  const graph = await readCompletedGraph({
    ...world,
    discovered: { readGraph: async () => ({ dependencies }) as never },
  });
  const declared = await readCompletedGraph({
    ...world,
    discovered: { readGraph: async () => ({ dependencies: [] }) as never },
  });
  expect(graph).toBeDefined();
  expect(graph).not.toEqual(declared);
});

it('dependencies are not even read where none are discovered', async () => {
  const world = createWorld();
  const discovered = { readGraph: () => Promise.reject(new Error('asked')) };
  expect(await readCompletedGraph({ ...world, discovered })).toBeUndefined();
});
