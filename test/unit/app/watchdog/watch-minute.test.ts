import { describe, expect, it } from 'vitest';
import { watchMinute } from '../../../../functions/app/watchdog/watch-minute.ts';
import { NotPermitted, ServiceUnavailable, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { watchdogConfiguration } from '../../../factories/watchdog-configuration.ts';
import { configured, THREE } from './configured-mesh.ts';
import { meshLab, START_MS, urlOf } from './mesh-lab.ts';

describe('a minute of the watchdog', () => {
  it('runs the rounds that begin in it', async () => {
    const lab = meshLab(configured({ intervalSeconds: 10 }));
    const { rounds, problems } = await lab.minute(0);
    expect(rounds.map(({ roundAtMs }) => (roundAtMs - START_MS) / 1_000)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(problems).toEqual([]);
    expect(lab.asked).toHaveLength(30);
  });

  it('asks for a restart in the third interval after a peer died', async () => {
    const lab = meshLab(configured());
    await lab.minute(0);
    lab.dark.get('anybody')?.add(urlOf('b'));
    await lab.minute(60);
    await lab.minute(120);
    expect(lab.said().slice(0, 3)).toEqual(['b: alert', 'b: alert', 'b: restart']);
    const restart = lab.events.find(({ detail }) => detail['suggestedAction'] === 'restart');
    expect(restart?.detail).toMatchObject({
      component: 'b',
      severity: 'CRITICAL',
      signalId: `watchdog/b/${START_MS + 120_000}/restart`,
    });
  });

  it('writes once a round while all peers are healthy, and announces nothing', async () => {
    const lab = meshLab(configured());
    let writes = 0;
    const { store } = lab;
    const counting = {
      ...lab.deps(),
      watchdog: {
        ...store,
        saveRound: (...call: Parameters<typeof store.saveRound>) => {
          writes++;
          return store.saveRound(...call);
        },
        saveReport: async () => {
          throw new Error('one vantage point reports to nobody');
        },
        clearPending: async () => {
          throw new Error('nothing is pending');
        },
      },
    };
    await lab.clock.run(watchMinute(counting, { shard: 0 }));
    expect(writes).toBe(2);
    expect(lab.events).toEqual([]);
    expect(lab.figures).toMatchObject([{ peers: 5, checks: 5, misses: 0 }, { checks: 5 }]);
  });

  it('decides each round once, however many invocations overlap', async () => {
    const lab = meshLab(configured());
    lab.dark.get('anybody')?.add(urlOf('b'));
    const invocations = [0, 1, 2].map(() => watchMinute(lab.deps(), { shard: 0 }));
    const minutes = await lab.clock.run(Promise.all(invocations));
    const outcomes = minutes.flatMap(({ rounds }) => rounds.map(({ outcome }) => outcome));
    expect(outcomes.filter((outcome) => outcome === 'decided')).toHaveLength(2);
    const elsewhere = minutes.flatMap(({ rounds }) =>
      rounds.filter(({ outcome }) => outcome === 'decided-elsewhere'),
    );
    expect(elsewhere.map(({ announced, problems }) => [...announced, ...problems])).toEqual([[], [], [], []]);
    expect(lab.said()).toEqual(['b: alert', 'b: alert']);
    expect((await lab.store.readShard(0))?.totals).toMatchObject({ checks: 10, misses: 2 });
  });

  it('reports who did not answer, and why if that is known', async () => {
    const lab = meshLab(configured(THREE));
    for (const name of ['b', 'c']) lab.dark.get('anybody')?.add(urlOf(name));
    const deps = lab.deps('east');
    const probe = async (url: string, timeoutMs: number) => ({
      ...(await deps.http.probe(url, timeoutMs)),
      ...(url === urlOf('b') && { reason: 'ECONNREFUSED' as const }),
    });
    await lab.clock.run(watchMinute({ ...deps, http: { probe } }, { shard: 0, vantagePoint: 'east' }));
    const [report] = await lab.store.listReports(0);
    expect(report).toMatchObject({ vantagePoint: 'east', missed: ['b', 'c'], unchecked: [] });
    expect(report?.reasons).toStrictEqual({ b: 'ECONNREFUSED' });
    const silent = meshLab(configured(THREE));
    silent.dark.get('anybody')?.add(urlOf('c'));
    await silent.minute(0, 'east');
    const [unexplained] = await silent.store.listReports(0);
    expect(unexplained).toMatchObject({ missed: ['c'] });
    expect(unexplained).not.toHaveProperty('reasons');
  });

  it('goes on after invocations that never came', async () => {
    const lab = meshLab(configured());
    await lab.minute(0);
    const { rounds } = await lab.minute(605);
    expect(rounds.map(({ outcome }) => outcome)).toEqual(['decided', 'decided', 'decided']);
  });

  it('asks those that did not answer last, so that they hold nobody up', async () => {
    const lab = meshLab(configured());
    lab.dark.get('anybody')?.add(urlOf('a'));
    await lab.minute(0);
    expect(lab.asked.slice(0, 5).at(0)).toBe(urlOf('a'));
    expect(lab.asked.slice(5, 10).at(-1)).toBe(urlOf('a'));
  });

  it('announces later what it could not announce at once', async () => {
    const lab = meshLab(configured());
    lab.dark.get('anybody')?.add(urlOf('b'));
    lab.busIsDown = true;
    const { problems } = await lab.minute(0);
    expect(problems[0]).toMatch(/^not announced: ServiceUnavailable/);
    expect((await lab.store.readShard(0))?.pending).toHaveLength(2);
    lab.busIsDown = false;
    await lab.minute(60);
    expect(lab.said()).toEqual(['b: alert', 'b: alert', 'b: restart', 'b: alert']);
    expect((await lab.store.readShard(0))?.pending).toEqual([]);
  });

  it('announces what a crash after the decision left behind', async () => {
    const lab = meshLab(configured());
    lab.dark.get('anybody')?.add(urlOf('b'));
    const crashing = { ...lab.deps(), watchdogEvents: { publish: () => new Promise<void>(() => undefined) } };
    const crashed = lab.clock.run(watchMinute(crashing, { shard: 0 }));
    await expect(crashed).rejects.toThrow('nobody sleeps');
    expect(lab.said()).toEqual([]);
    await lab.minute(30);
    expect(lab.said()).toEqual(['b: alert', 'b: alert', 'b: restart']);
  });

  it('announces all it can, and keeps repairs rather than alerts of what it could not', async () => {
    const peers = Object.fromEntries(
      Array.from({ length: 2_400 }, (_, index) => [
        `peer-${index}`,
        { url: urlOf(`p${index}`), missesBeforeRestart: index < 600 ? 1 : 3 },
      ]),
    );
    const lab = meshLab(watchdogConfiguration({ peers }));
    for (let index = 0; index < 1_200; index++) lab.dark.get('anybody')?.add(urlOf(`p${index}`));
    const crashing = { ...lab.deps(), watchdogEvents: { publish: () => new Promise<void>(() => undefined) } };
    await expect(lab.clock.run(watchMinute(crashing, { shard: 0 }))).rejects.toThrow('nobody sleeps');
    const kept = (await lab.store.readShard(0))?.pending ?? [];
    const actions = kept.map(({ step }) => step.kind === 'escalation' && step.action);
    expect(actions.filter((action) => action === 'restart')).toHaveLength(600);
    expect(actions).toHaveLength(1_000);
    lab.events.splice(0);
    await lab.minute(30);
    expect(lab.said()).toHaveLength(1_000 + 2 * 1_200);
  });

  it('tries the later rounds if the table is out of reach in one', async () => {
    const lab = meshLab(configured());
    let reads = 0;
    const deps = lab.deps();
    const watchdog = {
      ...deps.watchdog,
      readShard: async (shard: number) => {
        if (reads++ === 0) throw new StoreUnavailable('throttled');
        return await deps.watchdog.readShard(shard);
      },
    };
    const minute = await lab.clock.run(watchMinute({ ...deps, watchdog }, { shard: 0 }));
    expect(minute.rounds.map(({ outcome }) => outcome)).toEqual(['decided']);
    expect(minute.problems).toEqual(['round 2026-11-22T13:30:00.000Z: StoreUnavailable: throttled']);
  });

  it.each([
    ['alone', configured({ intervalSeconds: 10 })],
    ['first of three', configured({ intervalSeconds: 10, ...THREE })],
  ])('reads the record of its shard once a round where it is %s and confirms nothing', async (_, mesh) => {
    const lab = meshLab(mesh);
    const deps = lab.deps();
    let reads = 0;
    const watchdog = {
      ...deps.watchdog,
      readShard: async (shard: number) => {
        reads += 1;
        return await deps.watchdog.readShard(shard);
      },
    };
    const input = { shard: 0, vantagePoint: 'outside' };
    const { rounds } = await lab.clock.run(watchMinute({ ...deps, watchdog }, input));
    expect(reads).toBe(rounds.length);
  });

  it('leaves a confirmation out if the record cannot be read, and says so', async () => {
    const lab = meshLab(configured({ intervalSeconds: 10, confirmSeconds: 2 }));
    const deps = lab.deps();
    let rounds = 0;
    const watchdog = {
      ...deps.watchdog,
      saveRound: (...round: Parameters<typeof deps.watchdog.saveRound>) => {
        rounds += 1;
        return deps.watchdog.saveRound(...round);
      },
      readShard: async (shard: number) => {
        const record = await deps.watchdog.readShard(shard);
        // The record of the first round, which the confirmation would follow.
        if (rounds === 1 && record) throw new StoreUnavailable('throttled');
        return record;
      },
    };
    const minute = await lab.clock.run(watchMinute({ ...deps, watchdog }, { shard: 0 }));
    expect(minute.problems[0]).toBe(
      'confirmation after 2026-11-22T13:30:00.000Z: StoreUnavailable: throttled',
    );
    expect(minute.rounds.length).toBeLessThan(6);
  });

  it('does nothing when the watchdog is switched off', async () => {
    const lab = meshLab(configured({ enabled: false }));
    expect(await lab.minute(0)).toEqual({ peers: 0, rounds: [], problems: [] });
  });

  it.each([
    [5, undefined],
    [1, undefined],
    [0, 'moon'],
  ])('refuses shard %s and vantage point %s, which are not configured', async (shard, vantagePoint) => {
    const lab = meshLab(configured());
    await expect(watchMinute(lab.deps(), { shard, vantagePoint })).rejects.toThrow(RangeError);
  });

  it('names the existing vantage points when it refuses one', async () => {
    const minute = watchMinute(meshLab(configured(THREE)).deps(), { shard: 0, vantagePoint: 'moon' });
    await expect(minute).rejects.toThrow('shard 0 of 1, vantage point moon of outside, east, west: deploy');
  });

  it('goes on with the regular rounds when a confirmation can’t be decided', async () => {
    const lab = meshLab(configured({ intervalSeconds: 10, confirmSeconds: 2 }));
    lab.dark.get('anybody')?.add(urlOf('b'));
    const deps = lab.deps();
    const isRegular = (roundAtMs: number) => (roundAtMs - START_MS) % 10_000 === 0;
    const watchdog = {
      ...deps.watchdog,
      saveRound: async (...[record, previousMs]: Parameters<typeof deps.watchdog.saveRound>) => {
        if (!isRegular(record.roundAtMs)) throw new StoreUnavailable('throttled');
        return await deps.watchdog.saveRound(record, previousMs);
      },
    };
    const minute = await lab.clock.run(watchMinute({ ...deps, watchdog }, { shard: 0 }));
    expect(minute.rounds.map(({ roundAtMs }) => (roundAtMs - START_MS) / 1_000)).toEqual([
      0, 10, 20, 30, 40, 50,
    ]);
    // One for each regular round after which the peer was in doubt: the first two.
    expect(minute.problems).toHaveLength(2);
  });

  it('counts a peer that nobody could ask as unchecked, and judges nothing of it', async () => {
    const lab = meshLab(
      watchdogConfiguration({
        components: { web: { health: { url: urlOf('web') } } },
        peers: { node: { agent: 'i-0123456789abcdef0' } },
      }),
    );
    await lab.minute(0);
    expect(lab.figures[0]).toMatchObject({ peers: 2, checks: 1, misses: 0, unchecked: 1 });
  });

  it('says that it may not look at agents: such peers would never be missed', async () => {
    const lab = meshLab(
      watchdogConfiguration({
        components: { web: { health: { url: urlOf('web') } } },
        peers: {
          node: { agent: 'i-0123456789abcdef0' },
          other: { agent: 'i-0123456789abcdef1' },
        },
      }),
    );
    const denied = async () => {
      throw new NotPermitted({ action: 'ssm:DescribeInstanceInformation', role: 'selfheal-watch-outside' });
    };
    const deps = { ...lab.deps('outside'), runbooks: { resolveTargets: denied } };
    const minute = await lab.clock.run(watchMinute(deps, { shard: 0, vantagePoint: 'outside' }));
    expect(minute.problems).not.toEqual([]);
    expect(new Set(minute.problems)).toEqual(
      new Set([
        'peers not checked: NotPermitted: missing permission: ssm:DescribeInstanceInformation for role selfheal-watch-outside',
      ]),
    );
    // One line a round, however many peers it is about; the others are judged all the same.
    expect(minute.problems).toHaveLength(minute.rounds.length);
    expect(lab.figures[0]).toMatchObject({ peers: 3, checks: 1, unchecked: 2 });
  });

  it('treats a transient error as no answer, and not as a problem of its own', async () => {
    const lab = meshLab(watchdogConfiguration({ peers: { node: { agent: 'i-0123456789abcdef0' } } }));
    const throttled = async () => {
      throw new ServiceUnavailable('ssm:DescribeInstanceInformation: ThrottlingException');
    };
    const deps = { ...lab.deps('outside'), runbooks: { resolveTargets: throttled } };
    const minute = await lab.clock.run(watchMinute(deps, { shard: 0, vantagePoint: 'outside' }));
    expect(minute.problems).toEqual([]);
    expect(lab.figures[0]).toMatchObject({ unchecked: 1 });
  });

  it('shares the peers among its shards', async () => {
    const lab = meshLab(configured({ shards: 3 }));
    const minutes = [
      await lab.minute(0, undefined, 0),
      await lab.minute(0, undefined, 1),
      await lab.minute(0, undefined, 2),
    ];
    expect(minutes.reduce((sum, { peers }) => sum + peers, 0)).toBe(5);
    expect((await lab.store.listShards()).map(({ shard }) => shard)).toEqual([0, 1, 2]);
  });
});
