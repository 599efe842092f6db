import { describe, expect, it } from 'vitest';
import { createAnswering } from '../../../functions/app/answering.ts';
import { rosterOf, shardOf } from '../../../functions/core/watchdog/shards.ts';
import { configured } from '../../factories/configuration.ts';
import { createWorld, type World } from '../../factories/ports/world.ts';

/** How often the watchdog's records were read. */
function counting(world: World) {
  const reads = { peers: 0, shards: 0 };
  const watchdog: World['watchdog'] = {
    ...world.watchdog,
    listPeers: async () => {
      reads.peers += 1;
      return await world.watchdog.listPeers();
    },
    listShards: async () => {
      reads.shards += 1;
      return await world.watchdog.listShards();
    },
  };
  return { reads, answering: createAnswering({ ...world, watchdog }) };
}

describe('what the watchdog knows of components', () => {
  const health = { url: 'https://web.example.com/health' };

  it('counts every component as answering while it is off, and reads nothing', async () => {
    const world = createWorld(configured({ components: { web: { health } }, watchdog: { enabled: false } }));
    const { reads, answering } = counting(world);
    expect(await answering('web')).toEqual({ peers: [], allAnswer: true, hasLooked: false });
    expect(reads).toEqual({ peers: 0, shards: 0 });
  });

  it('does not count as an answer before it has looked, and is read once for all components', async () => {
    const world = createWorld(configured({ components: { web: { health }, lone: {} } }));
    const { reads, answering } = counting(world);
    expect(await answering('web')).toEqual({ peers: ['web'], allAnswer: false, hasLooked: false });
    expect(await answering('lone')).toEqual({ peers: [], allAnswer: true, hasLooked: false });
    expect(reads).toEqual({ peers: 1, shards: 1 });
  });

  it('is that all peers of a component answer where the latest round says so', async () => {
    const world = createWorld(configured({ components: { web: { health } } }));
    const record = { roundAtMs: world.clock.now, states: {}, pending: [] };
    const listShards = async () => {
      const { shards } = world.configuration.watchdog;
      const shard = shardOf('web', shards);
      return [{ ...record, shard, responses: { roster: rosterOf(['web']), milliseconds: [] } }] as never;
    };
    const answering = createAnswering({ ...world, watchdog: { ...world.watchdog, listShards } });
    expect(await answering('web')).toEqual({ peers: ['web'], allAnswer: true, hasLooked: true });
  });

  it('includes that it has looked at all, since it may not be deployed', async () => {
    const world = createWorld(configured({ components: { web: {} } }));
    const listShards = async () => [{ shard: 0, roundAtMs: 0, states: {}, pending: [] }] as never;
    const answering = createAnswering({ ...world, watchdog: { ...world.watchdog, listShards } });
    expect(await answering('web')).toMatchObject({ hasLooked: true });
  });
});
