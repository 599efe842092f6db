// @thorough
// @slow
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_ACCOUNT } from '../../local/cloud/endpoint.ts';
import { answers } from '../../local/demo/measurements.ts';
import { succeed } from '../../local/demo/services/python-service.ts';
import { until } from '../factories/deployed-engine/until.ts';
import { VANTAGE_POINTS } from '../factories/deployed-watchdog/configuration.ts';
import { invokeFunction } from '../factories/deployed-watchdog/invoke.ts';
import { cutNetwork } from '../factories/deployed-watchdog/network-cut.ts';
import type { WebhookCall } from '../factories/deployed-watchdog/webhook.ts';
import {
  LEDGER,
  reportedByAll,
  startWatchdogWorld,
  type WatchdogWorld,
} from '../factories/deployed-watchdog/world.ts';
import { OPERATOR } from '../factories/events/selfheal-event.ts';
import { requirement } from '../factories/requirements.ts';

const INTERVAL_MS = 10_000;
const ISOLATION_REQUESTED = /CRITICAL.*peer payments offline after 3 requested restarts/;
const MAIN_PID = 'systemctl show --property=MainPID --value orders.service';

const SIGNAL = 'Selfheal Signal';
const OPERATION = 'Selfheal Operation State Change';
const ESCALATION = 'Selfheal Watchdog Escalation';
const RECOVERY = 'Selfheal Watchdog Recovery';

describe.skipIf(!(requirement('hosts') && requirement('python')))('the watchdog, on real hosts', () => {
  let world: WatchdogWorld;
  let ordersPid: string;

  const peer = async (name: string) => (await world.status()).peers.find((one) => one.name === name);
  const ends = (component: string) =>
    world.said
      .events(OPERATION, { component })
      .filter(({ detail }) => detail['state'] === 'COMPLETED' || detail['state'] === 'FAILED')
      .map(({ detail }) => `${detail['strategyId']} ${detail['state']}`);
  const tellOfPeer = (detail: object) =>
    world.cloud.bus.put({ Source: OPERATOR, DetailType: 'Selfheal Peer', Detail: JSON.stringify(detail) });
  const rungs = (peerName: string) =>
    world.said
      .events(ESCALATION, { peerName })
      .map(({ detail }) => `${detail['action']} ${detail['severity']}`);

  beforeAll(async () => {
    world = await startWatchdogWorld();
    const { orders, payments, shop } = world.hosts;
    await reportedByAll(world);
    ordersPid = await succeed(orders, MAIN_PID);

    const url = `http://${orders.ip}:9100/`;
    await tellOfPeer({ command: 'register', name: 'extra', peer: { url } });
    // Three troubles at once, each on a host of its own.
    cutNetwork('group', [shop.ip]);
    await succeed(orders, 'systemctl kill --signal=SIGKILL orders.service');
    await payments.writeFile(LEDGER, '{"accounts": ["alice", ');
    await succeed(payments, 'systemctl kill --signal=SIGKILL payments.service');
  });

  afterAll(async () => {
    await world?.stop();
  });

  it('restarts a service that was killed, and sees it HEALTHY again', async () => {
    const { orders } = world.hosts;
    expect(await succeed(orders, 'systemctl show --property=Restart --value orders.service')).toBe('no');

    await until('the end of a repair of orders', 90, () => ends('orders')[0]);
    await until('orders HEALTHY', 30, async () => (await peer('orders'))?.status === 'HEALTHY' || undefined);

    expect(ends('orders')).toEqual(['restart COMPLETED']);
    expect(rungs('orders').slice(0, 3)).toEqual(['alert MEDIUM', 'alert MEDIUM', 'restart HIGH']);
    // A busy machine may answer late once more, which asks for no second restart.
    expect(
      rungs('orders')
        .slice(3)
        .filter((rung) => rung !== 'alert MEDIUM'),
    ).toEqual([]);
    const pid = await succeed(orders, MAIN_PID);
    expect(pid).not.toBe('0');
    expect(pid).not.toBe(ordersPid);
    expect(await peer('orders')).toMatchObject({ restart_count: 1, missed_count: 0 });
    await until('its recovery', 10, () => world.said.events(RECOVERY, { peerName: 'orders' })[0]);
  });

  it('isolates, after three restarts, a service that dies at every start', async () => {
    const { payments } = world.hosts;
    await until('the end of an isolation of payments', 180, () =>
      ends('payments').find((end) => end.startsWith('isolate')),
    );

    // On a busy machine a restart may still be under way when the next is requested, which is then refused.
    expect(new Set(ends('payments').slice(0, -1))).toEqual(new Set(['restart FAILED']));
    expect(ends('payments').at(-1)).toBe('isolate COMPLETED');
    expect(rungs('payments').filter((rung) => !rung.startsWith('alert '))).toEqual([
      'restart HIGH',
      'restart HIGH',
      'restart HIGH',
      'isolate CRITICAL',
      'alert_architect CRITICAL',
    ]);
    expect(await peer('payments')).toMatchObject({ status: 'ISOLATED', restart_count: 3 });
    // Something that would answer, were it not for the network.
    await succeed(payments, 'systemd-run --quiet python3 -m http.server 9100');
    await until('the server on the host', 10, async () => {
      const { exitCode } = await payments.exec(
        'curl --silent --fail --output /dev/null http://127.0.0.1:9100/',
      );
      return exitCode === 0 || undefined;
    });
    expect(await answers(`http://${payments.ip}:9100/`)).toBe(false);
    expect(payments.agentConnected()).toBe(true);
  });

  it('notifies the SOC and the architect of the isolation', async () => {
    const { soc, architect } = world.said.notices;
    await until('word to the SOC', 10, () => soc.find(({ Message }) => ISOLATION_REQUESTED.test(Message)));
    await until('notice to the architect', 10, () =>
      architect.find(({ Message }) => ISOLATION_REQUESTED.test(Message)),
    );
  });

  it('calls the architect’s webhook with its key, of the isolation alone', async () => {
    const calls = await until('the call', 10, () => {
      const about = world.webhook.calls.filter(({ body }) => body.includes('payments'));
      return about.length > 0 ? about : undefined;
    });
    expect(calls).toHaveLength(1);
    const [{ method, path, headers, body }] = calls as [WebhookCall];
    expect({ method, path, key: headers['x-architect-key'] }).toEqual({
      method: 'POST',
      path: '/architect',
      key: world.webhookKey,
    });
    expect(JSON.parse(body)).toMatchObject({
      'detail-type': ESCALATION,
      detail: { peerName: 'payments', action: 'alert_architect', severity: 'CRITICAL', restartCount: 3 },
    });
  });

  it('watches a peer that is registered at run time, until it is removed', async () => {
    const seen = await until('a heartbeat of it', 90, async () => {
      const extra = await peer('extra');
      return extra?.response_time_ms === undefined ? undefined : extra;
    });
    expect(seen).toMatchObject({
      endpoint: `http://${world.hosts.orders.ip}:9100/`,
      status: 'HEALTHY',
      missed_count: 0,
    });

    await tellOfPeer({ command: 'remove', name: 'extra' });
    await until('its removal', 10, async () => ((await peer('extra')) ? undefined : true));
  });

  it.each([
    ['the metadata of an instance', { url: 'http://169.254.169.254/latest/meta-data/' }],
    ['the metadata of a task', { url: 'http://169.254.170.2/v2/credentials' }],
    ['loopback', { tcp: '127.0.0.1:22' }],
    ['loopback in disguise', { url: 'http://2130706433/' }],
    ['loopback in IPv6', { tcp: '[::1]:22' }],
    ['loopback by name', { url: 'http://localhost:8080/' }],
  ])('refuses to watch %s', async (_what, endpoint) => {
    const detail = { command: 'register', name: 'sneaky', peer: endpoint };
    const event = { source: OPERATOR, account: LOCAL_ACCOUNT, region: world.cloud.aws.region, detail };
    expect(await invokeFunction(world.cloud.aws, 'selfheal-change-peer', event)).toEqual({
      outcome: 'refused',
      reason: expect.stringContaining('may not be contacted: see watchdog.allowedAddresses'),
    });
    await tellOfPeer(detail);
    await tellOfPeer({ command: 'register', name: 'after', peer: { agent: world.hosts.shop.instanceId } });
    await until('the next registration', 10, () => peer('after'));
    await tellOfPeer({ command: 'remove', name: 'after' });
    await until('its removal', 10, async () => ((await peer('after')) ? undefined : true));
    expect(await peer('sneaky')).toBeUndefined();
  });

  it('heals nothing that one vantage point alone cannot reach', async () => {
    const sees = await world.report(VANTAGE_POINTS.other);
    expect(sees?.missed).toEqual(expect.arrayContaining(['shop', 'shop-exporter']));
    expect(sees?.roundAtMs).toBeGreaterThan(Date.now() - 2 * INTERVAL_MS);
    expect(await peer('shop')).toMatchObject({ status: 'HEALTHY', missed_count: 0, restart_count: 0 });
    expect(world.said.events(SIGNAL, { component: 'shop' })).toEqual([]);
    expect(rungs('shop')).toEqual([]);
    expect(rungs('shop-exporter')).toEqual([]);
    expect(rungs('shop-agent')).toEqual([]);
  });
});
