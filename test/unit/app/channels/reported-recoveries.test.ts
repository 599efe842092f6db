import { describe, expect, it } from 'vitest';
import type { ChannelNews } from '../../../../functions/app/channels/notify-channels.ts';
import type { SignalOrigin } from '../../../../functions/core/signal/health-alert.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { LATER_MS, lab, START_MS, TICK } from './channels-lab.ts';

const reported = (
  component = 'db',
  {
    origin = 'monitor',
    metric = 'errors',
  }: { readonly origin?: SignalOrigin; readonly metric?: string } = {},
): ChannelNews => ({ kind: 'reported', component, origin, metric, atMs: LATER_MS });

/** A component without alarms that the watchdog checks. */
const HEARTBEATS = {
  components: { web: {} },
  peers: { web: { component: 'web', url: 'https://web.example.com/health' } },
  watchdog: { enabled: true },
};

describe('the incident of a component', () => {
  it('ends with the recovery that a monitor reports, after a repair that a person asked for', async () => {
    const { say, failed } = lab();
    await say(failed('db', START_MS, { origin: 'manual' }));
    expect(await say(reported())).toEqual(['db']);
  });

  it('stays open when nothing observes the component, until the end is reported', async () => {
    const { say, failed, pages, advance } = lab();
    await say(failed('db', START_MS, { origin: 'monitor', metric: 'errors' }));
    advance(3_600_000);
    expect(await say(TICK)).toEqual([]);
    expect(await say(reported())).toEqual(['db']);
    expect(await say(reported())).toEqual([]);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it.each([
    ['another metric of the monitor', { origin: 'monitor', metric: 'latency' }],
    ['an anomaly', { origin: 'anomaly', metric: 'errors' }],
  ] as const)('stays open when the end of %s is reported', async (_, other) => {
    const { say, failed, pages } = lab();
    await say(failed('db', START_MS, { origin: 'monitor', metric: 'errors' }));
    expect(await say(reported('db', other))).toEqual([]);
    expect(pages()).toEqual(['open']);
  });

  it('ends with the anomaly that it began with, which may name another metric at its end', async () => {
    const { say, failed } = lab();
    await say(failed('db', START_MS, { origin: 'anomaly', metric: 'errors' }));
    expect(await say(reported('db', { origin: 'anomaly', metric: 'latency' }))).toEqual(['db']);
  });

  it.each([
    ['alarms', { components: { web: withMemoryAlarm() } }],
    ['heartbeats', HEARTBEATS],
  ])('stays open, whatever else reports a recovery, while %s say otherwise', async (_, parts) => {
    const { say, failed, pages, unhealthy, advance } = lab(parts);
    unhealthy.add('web');
    await say(failed('web', START_MS, { origin: 'watchdog', metric: 'heartbeat' }));
    advance(60_000);
    expect(await say(reported('web', { origin: 'anomaly', metric: 'latency' }))).toEqual([]);
    expect(await say(TICK)).toEqual([]);
    expect(pages()).toEqual(['open']);
  });

  it('ends when the heartbeats of a component without alarms are back', async () => {
    const { say, failed, pages, advance } = lab(HEARTBEATS);
    await say(failed('web', START_MS, { origin: 'watchdog', metric: 'heartbeat' }));
    advance(60_000);
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('stays open while it cannot be read which components are unhealthy', async () => {
    const { deps, say, failed, advance, pages } = lab(HEARTBEATS);
    await say(failed());
    advance(60_000);
    const { store } = deps;
    Object.assign(deps, {
      store: { readFleet: () => Promise.reject(new ServiceUnavailable('GetItem: throttled')) },
    });
    await expect(say(TICK)).rejects.toMatchObject({
      message: 'alarms of components with an incident: ServiceUnavailable: GetItem: throttled',
    });
    expect(pages()).toEqual(['open']);
    Object.assign(deps, { store });
    expect(await say(TICK)).toEqual(['web']);
  });

  it('cannot be ended by a signal that names no component', async () => {
    const { say, pages } = lab();
    const text = JSON.stringify({ AlarmName: 'act-errors', NewStateValue: 'ALARM', NewStateReason: 'r' });
    const detail = { action: 'alert_architect', severity: 'CRITICAL', reason: 'offline' } as const;
    await say({ kind: 'message', topic: 'architect', subject: 'ALARM', text, atMs: START_MS });
    await say({
      kind: 'watchdog',
      detail: { ...detail, timestamp: new Date(START_MS).toISOString(), peerName: 'db', component: 'db' },
    });
    for (const component of ['alarm_act-errors', 'watchdog_db', 'constructor'])
      expect(await say(reported(component))).toEqual([]);
    expect(pages()).toEqual(['open', 'open']);
  });

  it.each([
    ['nothing reports it any longer', 'web', TICK],
    ['a monitor reports its end', 'db', reported()],
  ] as const)('ends after all if the bus did not accept that %s', async (_, component, news) => {
    const { say, failed, pages, states, advance, whileDown } = lab();
    await say(failed(component, START_MS, { origin: 'monitor', metric: 'errors' }));
    states.set(memoryAlarm(), 'OK');
    advance(60_000);
    await whileDown(() => expect(say(news)).rejects.toThrow('PutEvents: throttled'));
    advance(60_000);
    expect(await say(news)).toEqual([component]);
    expect(await say(news)).toEqual([]);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('causes no report of its end if there was none', async () => {
    const { say, chats } = lab();
    expect(await say(reported())).toEqual([]);
    expect(chats()).toEqual([]);
  });
});
