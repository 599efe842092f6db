import { describe, expect, it } from 'vitest';
import type { ChannelNews } from '../../../../functions/app/channels/notify-channels.ts';
import { incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import type { SignalOrigin } from '../../../../functions/core/signal/health-alert.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { CHANNELS, lab, repaired, START_MS } from './channels-lab.ts';

const TICK: ChannelNews = { kind: 'tick' };
const LATER_MS = START_MS + 60_000;

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

/** A component with two alarms, one of which rarely has data. */
function twoAlarms() {
  const place = lab();
  const alarms = {
    memory: { metric: 'memory', threshold: 80 },
    sparse: { metric: 'errors', threshold: 1 },
  };
  const configuration = configured({
    settings: { notify: { channels: CHANNELS } },
    components: { web: { alarms } },
  });
  Object.assign(place.deps, { configuration });
  const nameOf = (wanted: string) =>
    Object.entries(configuration.alarms).find(([, { metric }]) => metric === wanted)?.[0] ?? '';
  return { ...place, memory: nameOf('memory'), sparse: nameOf('errors') };
}

describe('the incident of a component', () => {
  it('ends when a person has repaired the component, and its alarms say so', async () => {
    const { say, failed, pages, states, unhealthy, advance } = lab();
    unhealthy.add('web');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual([]);
    unhealthy.delete('web');
    expect(await say(TICK)).toEqual([]);
    states.delete(memoryAlarm());
    expect(await say(TICK)).toEqual([]);
    states.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    expect(await say(TICK)).toEqual([]);
    states.set(memoryAlarm(), 'OK');
    expect(await say(TICK)).toEqual(['web']);
    expect(await say(TICK)).toEqual([]);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('ends though an alarm never has data, and the next failure pages again', async () => {
    const { say, failed, pages, tickets, states, advance, memory, sparse } = twoAlarms();
    states.set(sparse, 'INSUFFICIENT_DATA').set(memory, 'ALARM');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual([]);
    states.set(memory, 'OK');
    expect(await say(TICK)).toEqual(['web']);
    await say(failed('web', START_MS + 3_600_000));
    expect(pages()).toEqual(['open', 'resolve', 'open']);
    expect(tickets()).toEqual(['open', 'open']);
  });

  it('stays open while the fault is contained, although nothing reports it any longer', async () => {
    const { say, failed, states, advance } = lab();
    await say(failed('web', START_MS, { origin: 'alarm', metric: 'memory', result: 'CONTAINED' }));
    states.set(memoryAlarm(), 'OK');
    advance(10 * 60_000);
    expect(await say(TICK)).toEqual([]);
  });

  it.each([
    ['ends when its component is no longer configured, once nothing heals it', {}, ['web']],
    [
      'stays open while a removed component is contained: nobody else would lift that',
      { result: 'CONTAINED' },
      [],
    ],
  ])('%s', async (_, more, ended) => {
    const { say, failed, deps, advance, inFlight } = lab();
    await say(failed('web', START_MS, { origin: 'alarm', metric: 'memory', ...more }));
    advance(60_000);
    Object.assign(deps, { configuration: { ...deps.configuration, components: {} } });
    inFlight.add('web');
    expect(await say(TICK)).toEqual([]);
    inFlight.delete('web');
    expect(await say(TICK)).toEqual(ended);
    expect(await say(TICK)).toEqual([]);
  });

  it('ends with the recovery that a monitor reports, after a repair that a person asked for', async () => {
    const { say, failed } = lab();
    await say(failed('db', START_MS, { origin: 'manual' }));
    expect(await say(reported())).toEqual(['db']);
  });

  it('stays open while another of its alarms is red', async () => {
    const { say, failed, states, advance, memory, sparse } = twoAlarms();
    states.set(sparse, 'ALARM').set(memory, 'OK');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual([]);
  });

  it('ends after a repair that held as soon as no alarm is red, though its only alarm has no data then', async () => {
    const { say, failed, states, advance, pages, unhealthy, inFlight } = lab();
    await say(failed());
    advance(60_000);
    expect(await say(repaired(LATER_MS))).toEqual([]);
    // The reconciler has seen the alarm red after the repair, and no OK since.
    unhealthy.add('web');
    expect(await say(TICK)).toEqual([]);
    states.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    inFlight.add('web');
    expect(await say(TICK)).toEqual([]);
    inFlight.delete('web');
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('stays open without data if it has failed again since the repair that held', async () => {
    const { say, failed, states, advance } = lab();
    await say(failed());
    advance(60_000);
    await say(repaired(LATER_MS));
    await say(failed('web', LATER_MS + 1));
    states.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    advance(120_000);
    expect(await say(TICK)).toEqual([]);
  });

  it('stays open after a repair that held while another of its alarms is red, and ends with that alarm', async () => {
    const { say, failed, states, advance, pages, memory, sparse } = twoAlarms();
    states.set(sparse, 'ALARM').set(memory, 'OK');
    await say(failed());
    advance(60_000);
    expect(await say(repaired(LATER_MS))).toEqual([]);
    expect(pages()).toEqual(['open']);
    states.set(sparse, 'OK');
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('is no longer contained after a repair that held, so that the alarm that was red ends it', async () => {
    const { say, failed, states, advance, memory, sparse } = twoAlarms();
    await say(failed('web', START_MS, { origin: 'alarm', metric: 'memory', result: 'CONTAINED' }));
    states.set(sparse, 'ALARM').set(memory, 'OK');
    advance(60_000);
    expect(await say(repaired(LATER_MS))).toEqual([]);
    states.set(sparse, 'OK');
    expect(await say(TICK)).toEqual(['web']);
  });

  it('ends whatever an alarm says that is for display only', async () => {
    const shown = { metric: 'cpu', threshold: 90, severity: 'INFO' };
    const components = { web: { alarms: { memory: { metric: 'memory', threshold: 80 }, shown } } };
    const { deps, say, failed, pages, states, advance } = lab();
    const configuration = configured({ settings: { notify: { channels: CHANNELS } }, components });
    Object.assign(deps, { configuration });
    for (const [name, { severity }] of Object.entries(configuration.alarms))
      states.set(name, severity === 'INFO' ? 'ALARM' : 'OK');
    await say(failed());
    advance(60_000);
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it.each(['manual', 'monitor', 'diagnosis', undefined] as const)(
    'ends when the component no longer counts as unhealthy, whatever it began with: %s',
    async (origin) => {
      const { say, failed, pages, states, unhealthy, inFlight, advance } = lab();
      states.set(memoryAlarm(), 'OK');
      unhealthy.add('web');
      await say(failed('web', START_MS, origin === undefined ? {} : { origin, metric: 'errors' }));
      advance(60_000);
      expect(await say(TICK)).toEqual([]);
      unhealthy.delete('web');
      inFlight.add('web');
      expect(await say(TICK)).toEqual([]);
      inFlight.delete('web');
      expect(await say(TICK)).toEqual(['web']);
      expect(pages()).toEqual(['open', 'resolve']);
    },
  );

  it('stays open at first: the component may not count as unhealthy yet', async () => {
    const { say, failed, states, advance } = lab();
    states.set(memoryAlarm(), 'OK');
    await say(failed());
    advance(30_000);
    expect(await say(TICK)).toEqual([]);
    advance(30_000);
    expect(await say(TICK)).toEqual(['web']);
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
    const { deps, say, failed, pages, unhealthy, advance } = lab();
    const settings = { notify: { channels: CHANNELS } };
    Object.assign(deps, { configuration: configured({ settings, ...parts }) });
    unhealthy.add('web');
    await say(failed('web', START_MS, { origin: 'watchdog', metric: 'heartbeat' }));
    advance(60_000);
    expect(await say(reported('web', { origin: 'anomaly', metric: 'latency' }))).toEqual([]);
    expect(await say(TICK)).toEqual([]);
    expect(pages()).toEqual(['open']);
  });

  it('ends when the heartbeats of a component without alarms are back', async () => {
    const { deps, say, failed, pages, advance } = lab();
    Object.assign(deps, {
      configuration: configured({
        settings: { notify: { channels: CHANNELS } },
        ...HEARTBEATS,
      }),
    });
    await say(failed('web', START_MS, { origin: 'watchdog', metric: 'heartbeat' }));
    advance(60_000);
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
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

describe('many incidents that end together', () => {
  const NAMES = Array.from({ length: 300 }, (_, nth) => `web-${nth}`);

  function crowd() {
    const place = lab();
    const components = Object.fromEntries(NAMES.map((name) => [name, withMemoryAlarm()]));
    const configuration = configured({ settings: { notify: { channels: CHANNELS } }, components });
    Object.assign(place.deps, { configuration });
    for (const name of NAMES) place.states.set(memoryAlarm(name), 'OK');
    return place;
  }

  it('have their alarms read together, and their ends announced together', async () => {
    const { deps, say, failed, advance } = crowd();
    const { states } = deps.alarms;
    let reads = 0;
    let announcing = 0;
    let most = 0;
    Object.assign(deps.alarms, {
      states: async (names: readonly string[]) => {
        reads += 1;
        return await states(names);
      },
    });
    for (const name of NAMES) await say(failed(name));
    const { deliver } = deps.channels;
    Object.assign(deps.channels, {
      deliver: async (each: Parameters<typeof deliver>[0]) => {
        announcing += 1;
        most = Math.max(most, announcing);
        await deliver(each);
        announcing -= 1;
      },
    });
    advance(60_000);
    expect(await say(TICK)).toHaveLength(NAMES.length);
    expect(reads).toBe(1);
    expect(most).toBeGreaterThan(1);
  });

  it('all have their ends announced, except those whose ends cannot be', async () => {
    const { deps, say, failed, advance } = crowd();
    for (const name of NAMES) await say(failed(name));
    const { saveIncident, readIncident } = deps.incidents;
    const stuck = ['web-0', 'web-7'].map((name) => incidentKey(name, HOME));
    Object.assign(deps.incidents, {
      saveIncident: async (...[record, previous]: Parameters<typeof saveIncident>) => {
        if (stuck.includes(record.key)) throw new ServiceUnavailable('PutItem: throttled');
        return await saveIncident(record, previous);
      },
    });
    advance(60_000);
    const problems = await say(TICK).catch(({ code, message }) => [code, ...message.split('\n').toSorted()]);
    expect(problems).toEqual([
      'RESOLVE_INCOMPLETE',
      ...stuck.map((key) => `incident ${key}: ServiceUnavailable: PutItem: throttled`),
    ]);
    for (const name of NAMES) {
      const status = stuck.includes(incidentKey(name, HOME)) ? 'open' : 'resolved';
      expect(await readIncident(incidentKey(name, HOME))).toMatchObject({ status });
    }
  });

  it('stay open while it cannot be read which components are unhealthy', async () => {
    const { deps, say, failed, advance, pages } = lab();
    Object.assign(deps, {
      configuration: configured({ settings: { notify: { channels: CHANNELS } }, ...HEARTBEATS }),
    });
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
});

describe('the end of an incident that channels do not know yet', () => {
  it('is announced though an old failure arrives meanwhile', async () => {
    const { say, failed, advance, states, pages, whileDown } = lab();
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    advance(60_000);
    await whileDown(() => expect(say(repaired(LATER_MS))).rejects.toThrow('throttled'));
    await say(failed('web', START_MS + 1_000));
    expect(pages()).toEqual(['open']);
    expect(await say(TICK)).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('costs no second write for a failure that channels know of', async () => {
    const { deps, say, failed } = lab();
    await say(failed());
    const { saveIncident } = deps.incidents;
    let writes = 0;
    Object.assign(deps.incidents, {
      saveIncident: async (...given: Parameters<typeof saveIncident>) => {
        writes += 1;
        return await saveIncident(...given);
      },
    });
    await say(failed('web', START_MS + 60_000));
    expect(writes).toBe(1);
  });
});
