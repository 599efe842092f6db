import { describe, expect, it } from 'vitest';
import { incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import type { ChannelDelivery } from '../../../../functions/ports/channels.ts';
import { configured, memoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { CHANNELS, LATER_MS, lab, repaired, START_MS, TICK } from './channels-lab.ts';

/** The lab, with what was sent to the chat. */
function chatLab() {
  const place = lab();
  const messages: string[] = [];
  const { deliver } = place.deps.channels;
  Object.assign(place.deps.channels, {
    deliver: async (each: readonly ChannelDelivery[]) => {
      for (const { channel, body } of each) if (channel === 'chat') messages.push(JSON.stringify(body));
      await deliver(each);
    },
  });
  return { ...place, messages };
}

describe('the message that an incident is over', () => {
  it('says that the repair held, of which operation', async () => {
    const { say, failed, states, messages } = chatLab();
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    await say(repaired(LATER_MS));
    expect(messages.at(-1)).toContain('Selfheal: web has recovered');
    expect(messages.at(-1)).toContain('It was repaired, and the repair held.');
    expect(messages.at(-1)).toContain('op');
  });

  it('says that nothing reports the component any longer', async () => {
    const { say, failed, states, messages, advance } = chatLab();
    await say(failed());
    states.set(memoryAlarm(), 'OK');
    advance(60_000);
    await say(TICK);
    expect(messages.at(-1)).toContain('It is no longer reported as unhealthy.');
  });

  it('says that the component is no longer configured', async () => {
    const { deps, say, failed, messages, advance } = chatLab();
    await say(failed());
    Object.assign(deps, {
      configuration: configured({
        settings: { notify: { channels: CHANNELS } },
        components: { other: {} },
      }),
    });
    advance(60_000);
    await say(TICK);
    expect(messages.at(-1)).toContain('It is no longer configured.');
  });

  it('says that the monitor reports the end', async () => {
    const { say, failed, messages } = chatLab();
    await say(failed('db', START_MS, { origin: 'monitor', metric: 'errors' }));
    const about = { component: 'db', origin: 'monitor', metric: 'errors' } as const;
    await say({ kind: 'reported', ...about, atMs: LATER_MS });
    expect(messages.at(-1)).toContain('Its monitor reports that it has recovered.');
  });
});

describe('an incident that others change at the same time', () => {
  it('is tried five times, and named', async () => {
    const { deps, say, failed } = lab();
    let tries = 0;
    Object.assign(deps.incidents, {
      saveIncident: async () => {
        tries += 1;
        return false;
      },
    });
    await expect(say(failed())).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: `incident ${incidentKey('web', HOME)}: changed 5 times by others meanwhile; Lambda tries again`,
    });
    expect(tries).toBe(5);
  });

  it('has a repair noted by another delivery, where an alarm is still red', async () => {
    const { deps, say, failed } = lab();
    await say(failed());
    Object.assign(deps.incidents, { saveIncident: async () => false });
    await expect(say(repaired(LATER_MS))).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: `incident ${incidentKey('web', HOME)}: changed by others meanwhile; Lambda tries again`,
    });
  });
});
