import { describe, expect, it } from 'vitest';
import { changePeer } from '../../../../functions/app/watchdog/change-peer.ts';
import { meshStatus } from '../../../../functions/app/watchdog/mesh-status.ts';
import { watchMinute } from '../../../../functions/app/watchdog/watch-minute.ts';
import type { PeerChange } from '../../../../functions/core/watchdog/peer-event.ts';
import { NotPermitted, ServiceUnavailable, StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { watchdogConfiguration } from '../../../factories/watchdog-configuration.ts';
import { type MeshLab, meshLab, START_MS, urlOf } from './mesh-lab.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const configured = (watchdog: object = {}) =>
  watchdogConfiguration({
    components: Object.fromEntries(NAMES.map((name) => [name, { health: { url: urlOf(name) } }])),
    watchdog: { ...watchdog },
  });
const THREE = { vantagePoints: [{ name: 'outside' }, { name: 'east' }, { name: 'west' }] };

const depsOf = ({ store, clock, deps }: MeshLab) => ({
  watchdog: store,
  clock,
  configuration: deps().configuration,
});

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

  describe('that confirms misses', () => {
    const quick = { intervalSeconds: 10, confirmSeconds: 2 };
    const secondsOf = ({ rounds }: { readonly rounds: readonly { readonly roundAtMs: number }[] }) =>
      rounds.map(({ roundAtMs }) => (roundAtMs - START_MS) / 1_000);
    const restartsOf = ({ events }: MeshLab) =>
      events.flatMap(({ detailType, detail, atMs }) =>
        detailType === 'Selfheal Watchdog Escalation' && detail['action'] === 'restart'
          ? [`${detail['peerName']} ${(atMs - START_MS) / 1_000}`]
          : [],
      );

    it('asks for a restart within an interval and two quick looks', async () => {
      const lab = meshLab(configured(quick));
      lab.dark.get('anybody')?.add(urlOf('b'));
      expect(secondsOf(await lab.minute(0)).slice(0, 4)).toEqual([0, 2, 4, 10]);
      expect(lab.said().slice(0, 3)).toEqual(['b: alert', 'b: alert', 'b: restart']);
      expect(restartsOf(lab)[0]).toBe('b 4');
    });

    it('looks again at nobody who has answered', async () => {
      const lab = meshLab(configured(quick));
      expect(secondsOf(await lab.minute(0))).toEqual([0, 10, 20, 30, 40, 50]);
      expect(lab.asked).toHaveLength(30);
    });

    it('lets a peer that answers in between recover, and asks for nothing', async () => {
      const lab = meshLab(configured(quick));
      lab.dark.get('anybody')?.add(urlOf('b'));
      const deps = lab.deps();
      const probe = deps.http.probe;
      let asked = 0;
      const flaky: typeof deps = {
        ...deps,
        http: {
          probe: async (url, timeoutMs) => {
            if (url === urlOf('b') && ++asked === 2) lab.dark.get('anybody')?.clear();
            return await probe(url, timeoutMs);
          },
        },
      };
      const minute = await lab.clock.run(watchMinute(flaky, { shard: 0 }));
      expect(secondsOf(minute)).toEqual([0, 2, 10, 20, 30, 40, 50]);
      expect(lab.said()).toEqual(['b: alert', 'b: recovery']);
    });

    it('keeps a peer whose restart was requested to the interval, whatever others are confirmed', async () => {
      const lab = meshLab(configured(quick));
      lab.dark.get('anybody')?.add(urlOf('b'));
      const deps = lab.deps();
      const { probe } = deps.http;
      // The second peer goes dark after the first one's restart was asked for.
      const later: typeof deps = {
        ...deps,
        http: {
          probe: async (url, timeoutMs) => {
            if (restartsOf(lab).length > 0) lab.dark.get('anybody')?.add(urlOf('c'));
            return await probe(url, timeoutMs);
          },
        },
      };
      await lab.clock.run(watchMinute(later, { shard: 0 }));
      expect(restartsOf(lab)).toEqual(['b 4', 'c 14', 'b 30', 'c 40']);
    });

    it('goes on in the next invocation where the last one ended', async () => {
      const lab = meshLab(configured({ ...quick, missesBeforeRestart: 6 }));
      lab.dark.get('anybody')?.add(urlOf('b'));
      const [first, second] = [watchMinute(lab.deps(), { shard: 0 }), watchMinute(lab.deps(), { shard: 0 })];
      await lab.clock.run(Promise.all([first, second]));
      // 0, 2, 4, 6, 8 and 10: each decided once, though two invocations run them.
      expect(restartsOf(lab)[0]).toBe('b 10');
      expect((await lab.store.readShard(0))?.totals.misses).toBe(
        lab.figures.reduce((sum, { misses }) => sum + misses, 0),
      );
    });

    it('needs the votes of the vantage points for each look', async () => {
      const lab = meshLab(configured({ ...quick, ...THREE }));
      lab.dark.get('anybody')?.add(urlOf('b'));
      lab.dark.set('outside', new Set([urlOf('c')]));
      const minutes = await lab.clock.run(
        Promise.all(
          ['outside', 'east', 'west'].map((vantagePoint) =>
            watchMinute(lab.deps(vantagePoint), { shard: 0, vantagePoint }),
          ),
        ),
      );
      for (const minute of minutes) expect(secondsOf(minute).slice(0, 4)).toEqual([0, 2, 4, 10]);
      expect(lab.said().slice(0, 3)).toEqual(['b: alert', 'b: alert', 'b: restart']);
      expect(lab.said().filter((text) => text.startsWith('c'))).toEqual([]);
    });

    it('asks for nothing when the observer is cut off between two looks', async () => {
      const lab = meshLab(configured({ ...quick, intervalSeconds: 60 }));
      lab.dark.get('anybody')?.add(urlOf('b'));
      const deps = lab.deps();
      const { probe } = deps.http;
      let looks = 0;
      const cutOff: typeof deps = {
        ...deps,
        http: {
          probe: async (url, timeoutMs) => {
            if (++looks === NAMES.length + 1)
              for (const name of NAMES) lab.dark.get('anybody')?.add(urlOf(name));
            return await probe(url, timeoutMs);
          },
        },
      };
      const { rounds } = await lab.clock.run(watchMinute(cutOff, { shard: 0 }));
      expect(rounds.slice(1).map(({ outcome }) => outcome)).toContain('held');
      expect(restartsOf(lab)).toEqual([]);
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
    expect(outcomes.filter((outcome) => outcome === 'decided-elsewhere')).toHaveLength(4);
    expect(lab.said()).toEqual(['b: alert', 'b: alert']);
    expect((await lab.store.readShard(0))?.totals).toMatchObject({ checks: 10, misses: 2 });
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

  describe('with a peer that stays isolated', () => {
    /** 14 rounds: the isolation was asked for in the 12th, the first reminder is due in the 15th. */
    const isolated = async () => {
      const lab = meshLab(configured());
      lab.dark.get('anybody')?.add(urlOf('b'));
      for (let at = 0; at < 7; at++) await lab.minute(at * 60);
      expect(lab.said().slice(-2)).toEqual(['b: isolate', 'b: alert_architect']);
      lab.events.splice(0);
      return lab;
    };

    it('asks triage for its isolation again and again, and tells nobody else', async () => {
      const lab = await isolated();
      for (let at = 7; at < 10; at++) await lab.minute(at * 60);
      const ids = lab.events.map(({ detail }) => detail['signalId']);
      const roundAtMs = (round: number) => START_MS + (round - 1) * 30_000;
      expect(ids).toEqual([15, 18].map((round) => `watchdog/b/${roundAtMs(round)}/isolate`));
      expect(lab.said()).toEqual([]);
    });

    it('writes once a round, also when it reminds of it', async () => {
      const lab = await isolated();
      let writes = 0;
      const { saveRound, ...store } = lab.store;
      const counting: MeshLab['store'] = {
        ...store,
        saveRound: (...call) => {
          writes++;
          return saveRound(...call);
        },
        clearPending: async () => {
          throw new Error('nothing is pending');
        },
      };
      lab.clock.set(START_MS + 7 * 60_000);
      await lab.clock.run(watchMinute({ ...lab.deps(), watchdog: counting }, { shard: 0 }));
      expect(lab.events).toHaveLength(1);
      expect(writes).toBe(2);
    });

    it('keeps no reminder that it could not send: the next one comes', async () => {
      const lab = await isolated();
      lab.busIsDown = true;
      expect((await lab.minute(7 * 60)).problems).toHaveLength(1);
      expect((await lab.store.readShard(0))?.pending).toEqual([]);
      lab.busIsDown = false;
      await lab.minute(8 * 60);
      expect(lab.events).toHaveLength(1);
    });
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

  it('announces everything at once, and keeps of what it could not the repairs rather than the alerts', async () => {
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

  it('does nothing when it is switched off', async () => {
    const lab = meshLab(configured({ enabled: false }));
    expect(await lab.minute(0)).toEqual({ peers: 0, rounds: [], problems: [] });
  });

  it.each([
    [5, undefined],
    [0, 'moon'],
  ])('refuses shard %s and vantage point %s, which are not configured', async (shard, vantagePoint) => {
    const lab = meshLab(configured());
    await expect(watchMinute(lab.deps(), { shard, vantagePoint })).rejects.toThrow(RangeError);
  });

  it('names the vantage points that there are when it refuses one', async () => {
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

  it('takes a transient error for no answer, and for no problem of its own', async () => {
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

describe('partitions', () => {
  const everything = () => new Set(NAMES.map(urlOf));

  it('a partition of the only observer heals nothing, and one alert says so', async () => {
    const lab = meshLab(configured());
    await lab.minute(0);
    lab.dark.set('outside', everything());
    for (const at of [60, 120, 180, 240]) await lab.minute(at);
    expect(lab.said()).toEqual(['outside: alert_architect']);
    expect(lab.events.filter(({ detailType }) => detailType === 'Selfheal Signal')).toEqual([]);
  });

  const minuteOfAll = (lab: MeshLab, minute: number, points = ['outside', 'east', 'west']) => {
    lab.clock.set(START_MS + minute * 60_000);
    const invocations = points.map((vantagePoint) =>
      watchMinute(lab.deps(vantagePoint), { shard: 0, vantagePoint }),
    );
    return lab.clock.run(Promise.all(invocations));
  };

  it('a partition of one host from one vantage point heals nothing', async () => {
    const lab = meshLab(configured(THREE));
    lab.dark.set('east', new Set([urlOf('b')]));
    for (let minute = 0; minute < 4; minute++) await minuteOfAll(lab, minute);
    expect(lab.events).toEqual([]);
  });

  it('a vantage point that is cut off loses its votes, and the others go on', async () => {
    const lab = meshLab(configured(THREE));
    lab.dark.set('outside', everything());
    lab.dark.get('anybody')?.add(urlOf('b'));
    for (let minute = 0; minute < 2; minute++) await minuteOfAll(lab, minute);
    expect(lab.said().slice(0, 4)).toEqual([
      'outside: alert_architect',
      'b: alert',
      'b: alert',
      'b: restart',
    ]);
  });

  it('each round of several vantage points is decided once, by the first', async () => {
    const lab = meshLab(configured(THREE));
    const [first, ...others] = await minuteOfAll(lab, 0);
    expect(first?.rounds.map(({ outcome }) => outcome)).toEqual(['decided', 'decided']);
    for (const { rounds } of others) {
      expect(rounds.map(({ outcome }) => outcome)).toEqual(['decided-elsewhere', 'decided-elsewhere']);
    }
    expect(lab.figures).toHaveLength(2);
  });

  it('are waited for only as long as a report is missing', async () => {
    const together = meshLab(configured(THREE));
    await minuteOfAll(together, 0);
    // At most one look: the others' reports may come just after the first.
    for (const { durationMs } of together.figures) expect(durationMs).toBeLessThanOrEqual(500);
    const oneMissing = meshLab(configured(THREE));
    await minuteOfAll(oneMissing, 0, ['outside', 'east']);
    expect(oneMissing.figures.map(({ durationMs }) => durationMs)).toEqual([4_000, 4_000]);
  });

  it('the vantage point that decides may go silent: another takes its place, and says so', async () => {
    const lab = meshLab(configured(THREE));
    lab.dark.get('anybody')?.add(urlOf('b'));
    for (let minute = 0; minute < 2; minute++) await minuteOfAll(lab, minute, ['east', 'west']);
    expect(lab.said()).toEqual([
      'b: alert',
      'b: alert',
      'outside: alert_architect',
      'b: restart',
      'b: alert',
    ]);
  });
});

describe('peers registered at run time', () => {
  const register = (url: string): PeerChange => ({
    command: 'register',
    name: 'new',
    peer: { url, targets: [], enabled: true },
  });

  it('are watched from the next minute on, until they are removed', async () => {
    const lab = meshLab(configured());
    const deps = { ...depsOf(lab), notifier: { notify: async () => undefined } };
    expect(await changePeer(deps, { detail: register('http://10.0.0.5/') })).toEqual({
      outcome: 'registered',
      name: 'new',
    });
    expect((await lab.minute(0)).peers).toBe(6);
    expect(await changePeer(deps, { detail: { command: 'remove', name: 'new' } })).toEqual({
      outcome: 'removed',
      name: 'new',
    });
    expect((await lab.minute(60)).peers).toBe(5);
  });

  it('are refused at addresses that may not be asked, and nothing is kept', async () => {
    const lab = meshLab(configured());
    const deps = { ...depsOf(lab), notifier: { notify: async () => undefined } };
    const outcome = await changePeer(deps, { detail: register('http://169.254.169.254/') });
    expect(outcome).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('169.254.169.254') });
    expect(await lab.store.listPeers()).toEqual([]);
  });
});

describe('the status of the mesh', () => {
  it('is right while nothing but the rounds is written', async () => {
    const lab = meshLab(configured());
    await lab.minute(0);
    lab.dark.get('anybody')?.add(urlOf('b'));
    await lab.minute(60);
    const { stats, peers } = await meshStatus(depsOf(lab));
    expect(stats).toMatchObject({ total_checks: 20, total_misses: 2, peer_count: 5 });
    const [a, b] = peers;
    expect(a).toMatchObject({
      status: 'HEALTHY',
      last_seen: '2026-11-22T13:31:30.000Z',
      response_time_ms: 7,
    });
    expect(b).toMatchObject({
      status: 'DEGRADED',
      missed_count: 2,
      last_seen: '2026-11-22T13:30:30.000Z',
      response_time_ms: 7,
    });
  });
});
