import { describe, expect, it } from 'vitest';
import { createMemoryIncidentStore } from '../../../../functions/adapters/memory/incident-store.ts';
import { announce } from '../../../../functions/app/channels/announce.ts';
import type { IncidentRecord } from '../../../../functions/core/notification/incident.ts';
import type { IncidentChange, Notice } from '../../../../functions/core/notification/notice.ts';
import type { ChannelDelivery } from '../../../../functions/ports/channels.ts';
import { StoreUnavailable } from '../../../../functions/ports/errors.ts';
import { configured } from '../../../factories/configuration.ts';
import { CHANNELS, START_MS, TEXTS } from './channels-lab.ts';

const KEY = 'selfheal-web';
const noticeOf = (change: IncidentChange['change']): Notice => ({
  ...TEXTS,
  incident: { key: KEY, change },
});
const RECORD: IncidentRecord = {
  ...({ key: KEY, component: 'web', status: 'open', sinceMs: START_MS, announced: false } as const),
};

/** A notice, and what is on record once the channels have it. */
async function announced(change: IncidentChange['change'], ...meanwhile: readonly Partial<IncidentRecord>[]) {
  const incidents = createMemoryIncidentStore();
  const saved: IncidentRecord[] = [];
  const deliveries: ChannelDelivery[][] = [];
  const read = async () => await incidents.readIncident(KEY);
  const deps = {
    configuration: configured({
      settings: { notify: { channels: { ...CHANNELS, soc: { ...CHANNELS.pager, topics: ['soc'] } } } },
    }),
    incidents: {
      ...incidents,
      saveIncident: async (...[record, previous]: Parameters<typeof incidents.saveIncident>) => {
        saved.push(record);
        return await incidents.saveIncident(record, previous);
      },
    },
    channels: {
      deliver: async (each: readonly ChannelDelivery[]) => {
        deliveries.push([...each]);
        const record = meanwhile[deliveries.length - 1];
        if (record) await incidents.saveIncident({ ...RECORD, ...record }, await read());
      },
    },
  };
  const say = async (what = change, atMs = START_MS) =>
    await announce(deps, { notice: noticeOf(what), topics: ['architect'], atMs });
  const requests = () =>
    deliveries.map((each) => each.map(({ channel, request }) => `${channel} ${request}`));
  return { deps, saved, requests, say, read };
}

describe('a notice', () => {
  it('is sent to the channels of its topics, which it names', async () => {
    const { say, requests } = await announced('open');
    expect(await say()).toEqual(['pager', 'chat', 'tickets']);
    expect(requests()).toEqual([['pager open', 'chat open', 'tickets open']]);
  });

  it('is sent to nobody where it ends what never began', async () => {
    const { say, requests } = await announced('resolve');
    expect(await say()).toEqual([]);
    expect(requests()).toEqual([]);
  });

  it('tells only chats of a failure from before the recovery', async () => {
    const { say, requests } = await announced('open');
    await say('resolve', START_MS + 60_000);
    expect(await say()).toEqual(['chat']);
    expect(requests()).toEqual([['chat tell']]);
  });
});

describe('a page', () => {
  it('whose incident ends while it is sent is ended, for everybody who may know of it', async () => {
    const end = { status: 'resolved', sinceMs: START_MS + 1, announced: true } as const;
    const { say, requests, saved } = await announced('open', end);
    await say();
    expect(requests()).toEqual([
      ['pager open', 'chat open', 'tickets open'],
      ['pager resolve', 'chat resolve', 'soc resolve'],
    ]);
    const ends = saved.filter(({ status }) => status === 'resolved');
    expect(ends.map(({ announced: isKnown }) => isKnown)).toEqual([false, true]);
  });

  it('is not ended where the record of the end has changed five times meanwhile', async () => {
    const end = { status: 'resolved', sinceMs: START_MS + 1, announced: true } as const;
    const { say, requests, deps } = await announced('open', end);
    const { saveIncident } = deps.incidents;
    let tries = 0;
    deps.incidents.saveIncident = async (...given) => {
      if (given[0].status === 'open') return await saveIncident(...given);
      tries += 1;
      return false;
    };
    await expect(say()).rejects.toThrow(
      new StoreUnavailable('incident selfheal-web: changed 5 times by others meanwhile; Lambda tries again'),
    );
    expect(tries).toBe(5);
    expect(requests()).toHaveLength(1);
  });
});

describe('an end', () => {
  it('whose incident has begun again while it is sent opens another page, and changes no record', async () => {
    const again = { status: 'open', sinceMs: START_MS + 120_000, announced: false } as const;
    const { say, requests, saved, read, deps } = await announced('resolve', again);
    await deps.incidents.saveIncident({ ...RECORD, announced: true }, undefined);
    await say('resolve', START_MS + 60_000);
    expect(requests()).toEqual([
      ['pager resolve', 'chat resolve'],
      ['pager open', 'chat open'],
    ]);
    expect(saved.filter(({ status }) => status === 'open')).toHaveLength(1);
    expect(await read()).toMatchObject({ ...again, announced: false });
  });

  it('says once what has overtaken it, whatever happens then', async () => {
    const again = { status: 'open', sinceMs: START_MS + 120_000 } as const;
    const over = { status: 'resolved', sinceMs: START_MS + 180_000, announced: true } as const;
    const { say, requests, deps } = await announced('resolve', again, over);
    await deps.incidents.saveIncident({ ...RECORD, announced: true }, undefined);
    await say('resolve', START_MS + 60_000);
    expect(requests()).toHaveLength(2);
  });
});
