import { describe, expect, it, vi } from 'vitest';
import { type ChannelNews, notifyChannels } from '../../../../functions/app/channels/notify-channels.ts';
import { incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { memoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { CHANNELS, COMPONENTS, FAILURE, lab, repaired, START_MS } from './channels-lab.ts';

describe('the channels', () => {
  it('page under one key for several failed attempts, open one ticket, and resolve when a repair holds', async () => {
    const { say, failed, pages, keys, tickets, chats, states } = lab();
    for (const minute of [0, 10, 20]) await say(failed('web', START_MS + minute * 60_000));
    await say(failed('web', START_MS + 20 * 60_000));
    states.set(memoryAlarm(), 'OK');
    await say(repaired(START_MS + 30 * 60_000));
    await say(repaired(START_MS + 30 * 60_000));
    expect(pages()).toEqual(['open', 'open', 'open', 'open', 'resolve']);
    expect(keys()).toEqual(new Set([incidentKey('web', HOME)]));
    expect(tickets()).toEqual(['open']);
    expect(chats()).toEqual(['open', 'open', 'open', 'open', 'resolve']);
  });

  it('page again for a failure long after the first, whose page somebody has closed by hand', async () => {
    const { say, failed, pages, tickets } = lab();
    await say(failed('db'));
    const laterMs = START_MS + 14 * 24 * 60 * 60_000;
    await say(failed('db', laterMs));
    expect(pages()).toEqual(['open', 'open']);
    expect(tickets()).toEqual(['open', 'open']);
    // What began later is not over because of what happened before it.
    await say(repaired(laterMs - 60_000, 'db'));
    expect(pages()).toEqual(['open', 'open']);
  });
  it('do not page for a failure that is reported after the recovery', async () => {
    const { say, failed, pages, chats, states } = lab();
    states.set(memoryAlarm(), 'OK');
    await say(repaired(START_MS + 60_000));
    await say(failed());
    expect(pages()).toEqual([]);
    expect(chats()).toEqual(['tell']);
  });

  it('page again if the bus did not accept the page', async () => {
    const { say, failed, pages, whileDown, states } = lab();
    states.set(memoryAlarm(), 'OK');
    await whileDown(() => expect(say(failed())).rejects.toThrow(ServiceUnavailable));
    await say(failed());
    await whileDown(() => expect(say(repaired(START_MS + 1))).rejects.toThrow(ServiceUnavailable));
    await say(repaired(START_MS + 1));
    expect(pages()).toEqual(['open', 'resolve']);
  });

  it.each(['the first failure', 'a further failure'])(
    'are left with no open page if the recovery overtakes the page of %s',
    async (which) => {
      const { say, failed, pages, tickets, states, overtakeNext } = lab();
      if (which === 'a further failure') await say(failed('web', START_MS - 60_000));
      states.set(memoryAlarm(), 'OK');
      overtakeNext(() => say(repaired(START_MS + 1)));
      await say(failed());
      expect(pages().at(-1)).toBe('resolve');
      expect(tickets()).toEqual(['open']);
      const before = pages().length;
      await say(repaired(START_MS + 1));
      expect(pages()).toHaveLength(before);
    },
  );

  it('are left with an open page if the next failure overtakes the end of the last one', async () => {
    const { say, failed, pages, tickets, chats, states, overtakeNext } = lab();
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    overtakeNext(() => say(failed('web', START_MS + 2)));
    await say(repaired(START_MS + 1));
    expect(pages()).toEqual(['open', 'open', 'resolve', 'open']);
    expect(tickets()).toEqual(['open', 'open']);
    expect(chats().at(-1)).toBe('open');
  });

  it('leave the SOC alone when the next failure overtakes the end of one that it was never paged for', async () => {
    const { say, failed, requestsTo, states, overtakeNext } = lab({
      components: COMPONENTS,
      settings: { notify: { channels: { ...CHANNELS, soc: { ...CHANNELS.pager, topics: ['soc'] } } } },
    });
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    overtakeNext(() => say(failed('web', START_MS + 3_000)));
    await say(repaired(START_MS + 2_000));
    expect(requestsTo('soc')).toEqual(['resolve']);
  });

  it('open a page for a failure that came with the end of the last one, whichever clock is ahead', async () => {
    const { say, failed, pages, states } = lab();
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    await say(repaired(START_MS + 10_000));
    await say(failed('web', START_MS + 9_000));
    expect(pages()).toEqual(['open', 'resolve']);
    await say(failed('web', START_MS + 9_001));
    expect(pages()).toEqual(['open', 'resolve', 'open']);
  });

  it('are left with no open page if the end is announced while its beginning is about to notice that', async () => {
    const { say, failed, pages, states, deps, overtakeNext } = lab();
    states.set(memoryAlarm(), 'OK');
    const { incidents } = deps;
    let announcing: Promise<unknown> | undefined;
    const announced = Promise.withResolvers<void>();
    const slow = {
      ...incidents,
      saveIncident: async (...[record, previous]: Parameters<typeof incidents.saveIncident>) => {
        if (record.status === 'resolved' && record.announced) await announced.promise;
        return await incidents.saveIncident(record, previous);
      },
    };
    overtakeNext(async () => {
      announcing = notifyChannels({ ...deps, incidents: slow }, repaired(START_MS + 2_000));
      await vi.waitFor(() => expect(pages()).toEqual(['resolve']));
      const { readIncident } = incidents;
      Object.assign(incidents, {
        readIncident: async (key: string) => {
          const read = await readIncident(key);
          announced.resolve();
          await announcing;
          return read;
        },
      });
    });
    await say(failed());
    expect(pages()).toEqual(['resolve', 'open', 'resolve']);
  });

  it('open one ticket for a failure that overtakes the end of the last one before it is announced itself', async () => {
    const { say, failed, pages, tickets, states, overtakeNext } = lab();
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    const nextFailure = failed('web', START_MS + 2);
    overtakeNext(async () => {
      overtakeNext(() => Promise.reject(new ServiceUnavailable('PutEvents: throttled')));
      await expect(say(nextFailure)).rejects.toThrow(ServiceUnavailable);
    });
    await say(repaired(START_MS + 1));
    expect(tickets()).toEqual(['open']);
    expect(pages().at(-1)).toBe('open');
    await say(nextFailure);
    expect(tickets()).toEqual(['open', 'open']);
  });

  it('name what is over by its title, not by its key, where it is of no component', async () => {
    const { say, bodies, overtakeNext } = lab();
    const alarm = (NewStateValue: string, atMs: number): ChannelNews => ({
      ...{ kind: 'message', topic: 'architect', subject: 'ALARM', atMs },
      text: JSON.stringify({ AlarmName: 'SelfhealEngine-act-errors', NewStateValue, NewStateReason: 'r' }),
    });
    overtakeNext(() => say(alarm('OK', START_MS + 60_000)));
    await say(alarm('ALARM', START_MS));
    const last = bodies().filter((body) => body.includes('is over'));
    expect(last).not.toEqual([]);
    for (const body of last) expect(body).toContain('SelfhealEngine-act-errors');
  });

  it('name what is over by its title where it is the watchdog’s, since its component may have another', async () => {
    const { say, bodies, overtakeNext } = lab();
    const detail = { reason: 'peer web-1 is offline', peerName: 'web-1', component: 'web' };
    const at = (ms: number) => ({ ...detail, timestamp: new Date(ms).toISOString() });
    overtakeNext(() => say({ kind: 'watchdog', detail: at(START_MS + 60_000) }));
    await say({ kind: 'watchdog', detail: { ...at(START_MS), action: 'alert_architect' } });
    const last = bodies().filter((body) => body.includes('is over'));
    expect(last).not.toEqual([]);
    for (const body of last) expect(body).toContain('web-1');
    expect(bodies().filter((body) => body.includes('web has recovered'))).toEqual([]);
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
});
