import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const withPeers = (peers: string, sections: Parameters<typeof configurationText>[0] = {}) =>
  `${configurationText(sections)}peers: ${peers}\n`;

describe('peers', () => {
  it('need something to ask', () => {
    expectProblem(withPeers('{ ▼bastion: { } }'), { code: 'missing-key', path: 'peers.bastion' });
  });

  it('need something to ask even by the name of a component, if that has no health endpoint', () => {
    expectProblem(withPeers('{ ▼web: { missesBeforeRestart: 5 } }'), {
      code: 'missing-key',
      path: 'peers.web',
    });
  });

  it('a peer with the name of a component with a health endpoint may change a single setting', () => {
    const components = `components:
  web: { targets: { tags: { a: b } }, service: a.service, health: { url: 'http://a/' }, signals: [memory] }`;
    expect(problemsOf(withPeers('{ web: { missesBeforeRestart: 5 } }', { components }))).toEqual([]);
  });

  it('have exactly one thing to ask', () => {
    expectProblem(withPeers('{ a: ▼{ url: "http://a/", tcp: "a:1" } }'), {
      code: 'conflicting-keys',
      path: 'peers.a',
    });
  });

  it.each(['a', 'a:99999', 'a:', ':1', '[::1]'])('cannot be asked at %s', (address) => {
    expect(problemsOf(withPeers(`{ a: { tcp: "${address}" } }`)).map(({ code }) => code)).toHaveLength(1);
  });

  it('heal components that exist', () => {
    expectProblem(withPeers('{ a: { tcp: "a:1", component: ▼wep } }'), {
      code: 'unknown-component',
      path: 'peers.a.component',
      nearest: 'web',
    });
  });

  it('let strategies answer heartbeats of a component without a health endpoint', () => {
    const strategies = `strategies:
  - { id: restart, trigger: { metrics: [memory, heartbeat] }, actions: [{ type: start_component }] }`;
    expect(problemsOf(withPeers('{ a: { tcp: "a:1", component: web } }', { strategies }))).toEqual([]);
    expect(problemsOf(configurationText({ strategies })).map(({ code }) => code)).toEqual([
      'metric-never-alerts',
    ]);
  });
});

describe('an endpoint', () => {
  const component = (url: string) =>
    configurationText({
      components: `components:
  web: { targets: { tags: { a: b } }, service: a.service, signals: [memory], health: { url: ▼'${url}' } }`,
    });

  it.each([
    ['components.web.health.url', component('http://127.0.0.1:8080/health')],
    ['components.web.health.url', component('https://localhost/health')],
    ['components.web.health.url', component('http://169.254.169.254/')],
    ['peers.a.url', withPeers("{ a: { url: ▼'http://0x7f.1/', component: web } }")],
    ['peers.a.tcp', withPeers("{ a: { tcp: ▼'[::1]:22', component: web } }")],
  ])('is refused if no Lambda function can reach it: %s of %s', (path, text) => {
    expectProblem(text, { code: 'unreachable-endpoint', path });
    const allowed = 'watchdog: { allowedAddresses: [127.0.0.0/8, 169.254.0.0/16, ::1/128] }\n';
    expect(problemsOf(text.replace('▼', '') + allowed)).toEqual([]);
  });

  it('may be in a private network or have a private name', () => {
    for (const url of ['http://10.0.0.5/', 'http://api.shop.local/', 'http://192.168.1.1:8080/'])
      expect(problemsOf(component(url).replace('▼', ''))).toEqual([]);
  });
});

describe('the watchdog', () => {
  it('looks every 30 s from outside any VPC, and climbs as it always has', () => {
    const loaded = loadConfiguration(configurationText(), 'selfheal.yaml');
    expect(loaded.ok && loaded.compiled.watchdog).toEqual({
      enabled: true,
      intervalSeconds: 30,
      timeoutSeconds: 5,
      missesBeforeRestart: 3,
      restartsBeforeIsolation: 3,
      restartGraceSeconds: 0,
      forgetRestartsAfterSeconds: 600,
      vantagePoints: [{ name: 'outside' }],
      shards: 1,
      maxConcurrentProbes: 500,
      allowedAddresses: [],
    });
  });

  it.each(['9s', '6m'])('does not look every %s', (interval) => {
    const codes = problemsOf(`${configurationText()}watchdog: { intervalSeconds: ${interval} }\n`);
    expect(codes.map(({ code }) => code)).toEqual(['out-of-range']);
  });

  it('has vantage points of different names', () => {
    const text = `${configurationText()}watchdog: { vantagePoints: [{ name: a }, { name: a }] }\n`;
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['repeated-value']);
  });
});

describe('confirmations', () => {
  const withWatchdog = (watchdog: string) => `${configurationText()}watchdog: ${watchdog}\n`;

  it('come sooner than the next interval', () => {
    for (const seconds of ['10s', '30s'])
      expectProblem(withWatchdog(`{ intervalSeconds: 10s, confirmSeconds: ▼${seconds} }`), {
        code: 'invalid-value',
        path: 'watchdog.confirmSeconds',
      });
    expect(problemsOf(withWatchdog('{ intervalSeconds: 10s, confirmSeconds: 2s }'))).toEqual([]);
  });
});

describe('event sources', () => {
  const withSources = (sources: string) => `${configurationText()}settings: { sources: ${sources} }\n`;

  it('cannot be those of AWS, under which nobody may send, nor any kind of text', () => {
    for (const source of ['aws.cloudwatch', 'two words', '""', '"*"', 'x'.repeat(129)])
      expectProblem(withSources(`{ controls: [▼${source}] }`), {
        code: 'invalid-format',
        path: 'settings.sources.controls[0]',
      });
    expect(problemsOf(withSources('{ signals: [acme.monitor, Grafana/prod], controls: [] }'))).toEqual([]);
  });
});
