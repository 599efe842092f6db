import { describe, expect, it } from 'vitest';
import { meshStatusOf } from '../../../../functions/core/watchdog/mesh-status.ts';
import { allPeers, endpointOf } from '../../../../functions/core/watchdog/peer.ts';
import { parsePeerChange } from '../../../../functions/core/watchdog/peer-event.ts';
import { watchdogConfiguration } from '../../../factories/watchdog-configuration.ts';
import { judgeAll, peersOf, START_MS } from './judging.ts';

const HEALTH = { url: 'https://web.example.com/health' };

describe('peers of the configuration', () => {
  it('include the components with a health endpoint, and what is declared besides', () => {
    const configuration = watchdogConfiguration({
      components: { web: { health: HEALTH }, batch: {} },
      peers: { db: { tcp: '[fd12::1]:5432', component: 'batch' }, node: { agent: 'i-0123456789abcdef0' } },
    });
    expect(
      allPeers(configuration, []).map(({ name, check, component }) => [name, endpointOf(check), component]),
    ).toEqual([
      ['db', 'tcp://[fd12::1]:5432', 'batch'],
      ['node', 'ssm://i-0123456789abcdef0', undefined],
      ['web', 'https://web.example.com/health', 'web'],
    ]);
  });

  it('have the watchdog’s limits, unless they have their own', () => {
    const configuration = watchdogConfiguration({
      components: { web: { health: HEALTH }, api: { health: HEALTH } },
      peers: { api: { missesBeforeRestart: 5, restartGraceSeconds: '1m' } },
      watchdog: { missesBeforeRestart: 2 },
    });
    const [api, web] = allPeers(configuration, []);
    expect(api).toMatchObject({ component: 'api', check: { kind: 'http', url: HEALTH.url } });
    expect(api?.limits).toMatchObject({ missesBeforeRestart: 5, restartGraceMs: 60_000 });
    expect(web?.limits).toMatchObject({ missesBeforeRestart: 2, restartGraceMs: 0 });
  });

  it('can be switched off', () => {
    const configuration = watchdogConfiguration({
      components: { web: { health: HEALTH } },
      peers: { web: { enabled: false } },
    });
    expect(allPeers(configuration, [])).toEqual([]);
  });

  it('keep their place against registered ones', () => {
    const configuration = watchdogConfiguration({
      components: { web: { health: HEALTH } },
      peers: { off: { tcp: 'a:1', enabled: false } },
    });
    const registered = ['web', 'off', 'new'].map((name) => ({
      name,
      definition: { tcp: 'evil.example.com:1', targets: [], enabled: true },
      registeredAtMs: START_MS,
    }));
    expect(
      allPeers(configuration, registered).map(({ name, registeredAtMs }) => [name, registeredAtMs]),
    ).toEqual([
      ['new', START_MS],
      ['web', 0],
    ]);
  });
});

describe('registering a peer', () => {
  const configuration = watchdogConfiguration({ components: { web: { health: HEALTH } } });
  const objection = (peer: object, name = 'new') => problemOf({ command: 'register', name, peer });
  const problemOf = (detail: object, to = configuration) => {
    const parsed = parsePeerChange(detail, to);
    return 'problem' in parsed ? parsed.problem : undefined;
  };

  it.each([{ url: 'http://10.0.0.5/health' }, { tcp: 'db.example.com:5432', component: 'web' }])(
    'accepts %j',
    (peer) => {
      expect(objection(peer)).toBeUndefined();
    },
  );

  it.each([
    { url: 'http://169.254.169.254/latest/meta-data/' },
    { url: 'http://127.0.0.1/' },
    { url: 'http://2130706433/' },
    { url: 'http://0x7f.1/' },
    { url: 'http://localhost:8080/' },
    { url: 'http://api.localhost/' },
    { tcp: '[::1]:22' },
    { tcp: '[fd00:ec2::254]:80' },
    { tcp: '[::ffff:169.254.169.254]:80' },
  ])('refuses %j', (peer) => {
    expect(objection(peer)).toMatch(/may not be contacted: see watchdog.allowedAddresses$/);
  });

  it('accepts what the configuration allows', () => {
    const lenient = watchdogConfiguration({ watchdog: { allowedAddresses: ['127.0.0.0/8'] } });
    const peer = { url: 'http://localhost:8080/' };
    expect(problemOf({ command: 'register', name: 'new', peer }, lenient)).toBeUndefined();
  });

  it('refuses what has nothing to ask, a component that does not exist, and the configuration’s own', () => {
    expect(objection({})).toMatch(/nothing to check/);
    expect(objection({ tcp: 'a:1', component: 'nobody' })).toMatch(/no component nobody/);
    expect(objection({ tcp: 'a:1' }, 'web')).toMatch(/a peer in selfheal.yaml/);
  });

  it('accepts one by the name of a component that nobody watches yet', () => {
    const unwatched = watchdogConfiguration({ components: { batch: {} } });
    const change = { command: 'register', name: 'batch', peer: { tcp: 'a:1' } };
    expect(problemOf(change, unwatched)).toBeUndefined();
  });
});

describe('the status of the mesh', () => {
  it('has self, peers and statistics, under the names that they have always had', () => {
    const peers = peersOf('a', 'b', 'c', 'd', 'e');
    const missing = { outside: ['b'] };
    const [, , , last] = judgeAll(peers, ['outside'], [{ outside: [] }, missing, missing, missing]);
    const record = {
      ...(last as NonNullable<typeof last>).record,
      responses: { roster: 'ffffffff', milliseconds: [] },
    };
    const status = meshStatusOf('outside', peers, [record], 1);
    expect(status.self).toBe('outside');
    expect(status.stats).toEqual({
      total_checks: 20,
      total_misses: 3,
      total_restarts: 1,
      total_isolations: 0,
      started_at: '2026-11-22T13:30:01.000Z',
      peer_count: 5,
    });
    expect(status.peers.slice(0, 2)).toEqual([
      {
        name: 'a',
        endpoint: 'http://a.example.com/health',
        status: 'HEALTHY',
        last_seen: '2026-11-22T13:31:31.000Z',
        missed_count: 0,
        restart_count: 0,
      },
      {
        name: 'b',
        endpoint: 'http://b.example.com/health',
        status: 'OFFLINE',
        last_seen: '2026-11-22T13:30:01.000Z',
        missed_count: 0,
        restart_count: 1,
        last_restart: '2026-11-22T13:31:31.000Z',
      },
    ]);
  });

  it('lists the peers of all shards by their names', () => {
    const peers = peersOf('d', 'b', 'a', 'c', 'e', 'f');
    const names = meshStatusOf('outside', peers, [], 3).peers.map(({ name }) => name);
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('still says when a peer that answers again was restarted last', () => {
    const peers = peersOf('a', 'b', 'c', 'd', 'e');
    const missing = { outside: ['b'] };
    const rounds = judgeAll(
      peers,
      ['outside'],
      [{ outside: [] }, missing, missing, missing, { outside: [] }],
    );
    const lastRestartAt = (index: number) => {
      const { record } = rounds[index] ?? {};
      if (!record) throw new Error('no such round');
      const kept = { ...record, responses: { roster: 'ffffffff', milliseconds: [] } };
      return meshStatusOf('outside', peers, [kept], 1).peers.find(({ name }) => name === 'b');
    };
    expect(lastRestartAt(3)).toMatchObject({ status: 'OFFLINE', last_restart: expect.any(String) });
    expect(lastRestartAt(4)).toMatchObject({
      status: 'HEALTHY',
      last_restart: lastRestartAt(3)?.last_restart,
    });
  });

  it('has no times before the first round', () => {
    const { peers, stats } = meshStatusOf('outside', peersOf('a'), [], 1);
    expect(peers[0]).not.toHaveProperty('last_seen');
    expect(stats).not.toHaveProperty('started_at');
  });
});
