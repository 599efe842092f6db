import { describe, expect, it } from 'vitest';
import { createMemoryCorrelationStore } from '../../../../functions/adapters/memory/correlation-store.ts';
import { createMemoryIncidentStore } from '../../../../functions/adapters/memory/incident-store.ts';
import { type ChannelNews, notifyChannels } from '../../../../functions/app/channels/notify-channels.ts';
import type { ResolveDeps } from '../../../../functions/app/channels/resolve-recovered.ts';
import { incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import type { AlarmState } from '../../../../functions/core/verification/alarm-observation.ts';
import type { ChannelDelivery } from '../../../../functions/ports/channels.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const CHANNELS = {
  pager: { type: 'pagerduty', secretArn },
  chat: { type: 'slack', secretArn, topics: ['soc', 'architect'] },
};
const START_MS = Date.UTC(2026, 10, 22, 12);
const FAILURE = { error: 'NotRecovered', cause: 'c' };

/** The use case with its store in memory, a pager and a chat. `db` has no alarm. */
function lab() {
  const deliveries: ChannelDelivery[] = [];
  const states = new Map<string, AlarmState>([[memoryAlarm(), 'ALARM']]);
  let isDown = false;
  let nowMs = START_MS;
  const deps: ResolveDeps = {
    configuration: configured({
      settings: { notify: { channels: CHANNELS } },
      components: { web: withMemoryAlarm(), db: {} },
    }),
    home: HOME,
    clock: { nowMs: () => nowMs },
    incidents: createMemoryIncidentStore(),
    correlation: createMemoryCorrelationStore(),
    alarms: { states: async (names) => new Map(names.flatMap((name) => statesOf(name))) },
    channels: {
      deliver: async (each) => {
        if (isDown) throw new ServiceUnavailable('PutEvents: throttled');
        deliveries.push(...each);
      },
    },
  };
  const statesOf = (name: string) => {
    const state = states.get(name);
    return state === undefined ? [] : [[name, state] as const];
  };
  const failed = (
    component = 'web',
    atMs = START_MS,
    alarmName: string | undefined = memoryAlarm(component),
  ) => ({
    kind: 'message' as const,
    topic: 'architect' as const,
    subject: `Selfheal: ${component}`,
    text: JSON.stringify({ kind: 'operation', message: 'm', component, alarmName, failure: FAILURE }),
    atMs,
  });
  return {
    deps,
    states,
    failed,
    say: (news: ChannelNews) => notifyChannels(deps, news),
    advance: (ms: number) => {
      nowMs += ms;
    },
    whileDown: async (during: () => Promise<unknown>) => {
      isDown = true;
      await during().finally(() => {
        isDown = false;
      });
    },
    pages: () => deliveries.filter(({ channel }) => channel === 'pager').map(({ request }) => request),
    chats: () => deliveries.filter(({ channel }) => channel === 'chat').map(({ request }) => request),
  };
}

const repaired = (atMs: number, component = 'web'): ChannelNews => ({
  kind: 'repaired',
  component,
  operationId: 'op',
  atMs,
});

describe('the channels', () => {
  it('page once for several failed attempts, and resolve once when a repair holds', async () => {
    const { say, failed, pages, chats } = lab();
    for (const minute of [0, 10, 20]) await say(failed('web', START_MS + minute * 60_000));
    await say(failed('web', START_MS + 20 * 60_000));
    await say(repaired(START_MS + 30 * 60_000));
    await say(repaired(START_MS + 30 * 60_000));
    expect(pages()).toEqual(['open', 'resolve']);
    expect(chats()).toEqual(['open', 'tell', 'tell', 'tell', 'resolve']);
  });

  it('do not page for a failure that is reported after the recovery', async () => {
    const { say, failed, pages, chats } = lab();
    await say(repaired(START_MS + 60_000));
    await say(failed());
    expect(pages()).toEqual([]);
    expect(chats()).toEqual(['tell']);
  });

  it('page again if the bus did not accept the page', async () => {
    const { say, failed, pages, whileDown } = lab();
    await whileDown(() => expect(say(failed())).rejects.toThrow(ServiceUnavailable));
    await say(failed());
    await whileDown(() => expect(say(repaired(START_MS + 1))).rejects.toThrow(ServiceUnavailable));
    await say(repaired(START_MS + 1));
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it.each([
    ['all alarms are OK', memoryAlarm(), { kind: 'tick' }],
    ['a monitor reports it', undefined, { kind: 'reported', component: 'web', atMs: START_MS + 60_000 }],
  ] as const)('resolve it after all if the bus did not accept that %s', async (_, alarmName, news) => {
    const { say, pages, states, advance, whileDown } = lab();
    const body = { kind: 'operation', component: 'web', failure: FAILURE, ...(alarmName && { alarmName }) };
    await say({
      kind: 'message',
      topic: 'architect',
      subject: 's',
      text: JSON.stringify(body),
      atMs: START_MS,
    });
    states.set(memoryAlarm(), 'OK');
    advance(60_000);
    await whileDown(() => expect(say(news)).rejects.toThrow(ServiceUnavailable));
    advance(60_000);
    expect(await say(news)).toEqual(['web']);
    expect(await say(news)).toEqual([]);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('resolve an incident when a person has made all alarms of the component OK', async () => {
    const { say, failed, pages, states, advance } = lab();
    await say(failed());
    advance(60_000);
    expect(await say({ kind: 'tick' })).toEqual([]);
    states.delete(memoryAlarm());
    expect(await say({ kind: 'tick' })).toEqual([]);
    states.set(memoryAlarm(), 'INSUFFICIENT_DATA');
    expect(await say({ kind: 'tick' })).toEqual([]);
    states.set(memoryAlarm(), 'OK');
    expect(await say({ kind: 'tick' })).toEqual(['web']);
    expect(await say({ kind: 'tick' })).toEqual([]);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('resolve it whatever an alarm says that is for display only', async () => {
    const shown = { metric: 'cpu', threshold: 90, severity: 'INFO' };
    const components = { web: { alarms: { memory: { metric: 'memory', threshold: 80 }, shown } } };
    const { deps, say, failed, pages, states, advance } = lab();
    const configuration = configured({ settings: { notify: { channels: CHANNELS } }, components });
    Object.assign(deps, { configuration });
    for (const [name, { severity }] of Object.entries(configuration.alarms))
      states.set(name, severity === 'INFO' ? 'ALARM' : 'OK');
    await say(failed());
    advance(60_000);
    expect(await say({ kind: 'tick' })).toEqual(['web']);
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('do not take alarms that were never red for the recovery from another signal', async () => {
    const { say, pages, states, advance, deps } = lab();
    states.set(memoryAlarm(), 'OK');
    const text = JSON.stringify({ kind: 'operation', component: 'web', failure: FAILURE });
    await say({ kind: 'message', topic: 'architect', subject: 's', text, atMs: START_MS });
    advance(60_000);
    expect(await say({ kind: 'tick' })).toEqual([]);
    expect(pages()).toEqual(['open']);
    expect(await deps.incidents.readIncident(incidentKey('web', HOME))).toMatchObject({ status: 'open' });

    await say({ kind: 'reported', component: 'web', atMs: START_MS + 60_000 });
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('leave an incident open that began with an alarm, whatever a monitor reports', async () => {
    const { say, failed, pages } = lab();
    await say(failed());
    expect(await say({ kind: 'reported', component: 'web', atMs: START_MS + 60_000 })).toEqual([]);
    expect(pages()).toEqual(['open']);
  });

  it('page for the watchdog under a key of its own, and resolve when the peer answers again', async () => {
    const { say, pages } = lab();
    const detail = {
      timestamp: '2026-11-22T12:00:00.000Z',
      reason: 'offline',
      peerName: 'web',
      component: 'web',
    };
    await say({ kind: 'watchdog', detail: { ...detail, action: 'alert_architect', severity: 'CRITICAL' } });
    await say(repaired(START_MS + 1));
    await say({ kind: 'watchdog', detail: { ...detail, timestamp: '2026-11-22T12:05:00.000Z' } });
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('page for an alarm on Selfheal itself', async () => {
    const { say, pages } = lab();
    const alarm = (NewStateValue: string, atMs: number): ChannelNews => ({
      ...{ kind: 'message', topic: 'architect', subject: 'ALARM', atMs },
      text: JSON.stringify({ AlarmName: 'SelfhealEngine-act-errors', NewStateValue, NewStateReason: 'r' }),
    });
    await say(alarm('ALARM', START_MS));
    await say(alarm('OK', START_MS + 60_000));
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it('receive only what their topics receive, and no text that arrives as an event too', async () => {
    const { say, pages, chats } = lab();
    const text = JSON.stringify({ kind: 'operation', message: 'm', component: 'web', failure: FAILURE });
    await say({ kind: 'message', topic: 'soc', subject: 's', text, atMs: START_MS });
    await say({
      kind: 'message',
      topic: 'soc',
      subject: 's',
      text: 'Selfheal watchdog, HIGH',
      atMs: START_MS,
    });
    expect(pages()).toEqual([]);
    expect(chats()).toEqual(['open']);
  });

  it('notify nobody of the recovery of a component that had no incident', async () => {
    const { say, chats } = lab();
    await say(repaired(START_MS, 'db'));
    expect(await say({ kind: 'reported', component: 'db', atMs: START_MS })).toEqual([]);
    expect(chats()).toEqual([]);
  });
});
