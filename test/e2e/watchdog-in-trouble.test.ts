// @thorough
// @slow
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../factories/deployed-engine/until.ts';
import { VANTAGE_POINTS } from '../factories/deployed-watchdog/configuration.ts';
import { cutNetwork } from '../factories/deployed-watchdog/network-cut.ts';
import { disableSchedule } from '../factories/deployed-watchdog/schedules.ts';
import {
  reportedByAll,
  startWatchdogWorld,
  type WatchdogWorld,
} from '../factories/deployed-watchdog/world.ts';
import { requirement } from '../factories/requirements.ts';

const INTERVAL_MS = 10_000;
const MINUTE_MS = 60_000;
const DEAD_MAN = 'SelfhealEngine-watchdog-silent-0';

const SIGNAL = 'Selfheal Signal';
const ESCALATION = 'Selfheal Watchdog Escalation';
const RECOVERY = 'Selfheal Watchdog Recovery';

describe.skipIf(!(requirement('hosts') && requirement('python')))('the watchdog, itself in trouble', () => {
  let world: WatchdogWorld;

  beforeAll(async () => {
    world = await startWatchdogWorld();
    await reportedByAll(world);
  });

  afterAll(async () => {
    await world?.stop();
  });

  it('holds its votes when an observer’s own network is cut, and says so once', async () => {
    const cut = cutNetwork(
      'others',
      Object.values(world.hosts).map(({ ip }) => ip),
    );
    try {
      await until('the suspicion', 40, () => world.said.events(ESCALATION, { change: 'suspected' })[0]);
      // Long enough for a restart, if anybody were to ask for one.
      await sleep(3 * INTERVAL_MS);
      const dark = (await world.report(VANTAGE_POINTS.deployed))?.missed;
      expect(dark).toEqual(expect.arrayContaining(['orders', 'orders-exporter', 'payments', 'shop']));
    } finally {
      cut.heal();
    }
    await until(
      'the end of the suspicion',
      40,
      () => world.said.events(RECOVERY, { vantagePoint: VANTAGE_POINTS.deployed })[0],
    );
    expect(world.said.events(ESCALATION)).toMatchObject([
      { detail: { vantagePoint: VANTAGE_POINTS.deployed, action: 'alert_architect', severity: 'HIGH' } },
    ]);
    expect(world.said.events(SIGNAL)).toEqual([]);
    expect(world.webhook.calls.filter(({ body }) => body.includes('cut off'))).toHaveLength(1);
    const shopNow = (await world.status()).peers.find(({ name }) => name === 'shop');
    expect(shopNow).toMatchObject({ status: 'HEALTHY', restart_count: 0 });
  });

  it('sounds an alarm within three minutes of its last round', async () => {
    const { alarms, aws } = world.cloud;
    const state = () => alarms.registry.get(DEAD_MAN).state.value;
    const { architect } = world.said.notices;
    // Until a whole minute with rounds has passed, those before the deployment count as silent.
    await until('a minute with rounds', 130, async () => {
      await alarms.evaluateNow();
      return state() === 'OK' || undefined;
    });
    const toldBefore = architect.length;

    await disableSchedule(aws, VANTAGE_POINTS.deployed);
    await world.other.stop();
    // A minute of rounds that has begun is finished first.
    const last = await until('its last round', 150, async () => {
      const report = await world.report(VANTAGE_POINTS.deployed);
      return report && report.roundAtMs < Date.now() - 2 * INTERVAL_MS ? report.roundAtMs : undefined;
    });
    await alarms.evaluateNow(last + 3 * MINUTE_MS);
    expect(state()).toBe('ALARM');
    await until('word of it to the architect', 10, () =>
      architect.slice(toldBefore).find(({ Subject }) => Subject.startsWith(`ALARM: "${DEAD_MAN}"`)),
    );
  });
});
