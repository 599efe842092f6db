import { describe, expect, it } from 'vitest';
import { linksOf } from '../../../../functions/core/notification/console-links.ts';
import { incidentKey } from '../../../../functions/core/notification/incident-key.ts';
import type { ChannelDelivery } from '../../../../functions/ports/channels.ts';
import { withMemoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';
import { lab, repaired, START_MS, TICK } from './channels-lab.ts';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const HOOK = { type: 'webhook', url: 'https://hooks.example.com/selfheal', secretArn };

/** The lab with other settings, and what is delivered. */
function delivering(settings: object) {
  const place = lab({ components: { web: withMemoryAlarm(), db: {} }, settings });
  const deliveries: ChannelDelivery[] = [];
  Object.assign(place.deps.channels, {
    deliver: async (each: readonly ChannelDelivery[]) => void deliveries.push(...each),
  });
  return { ...place, deliveries };
}

const message = (body: unknown, topic: 'soc' | 'architect' = 'soc') => ({
  ...({ kind: 'message', topic, subject: 'Selfheal', atMs: START_MS } as const),
  text: JSON.stringify(body),
});

describe('a webhook', () => {
  it('is given the notice itself, with the key of the incident that ends', async () => {
    const { say, failed, deps, deliveries } = delivering({ notify: { channels: { hook: HOOK } } });
    await say(failed('db'));
    await say(repaired(START_MS + 60_000, 'db'));
    const key = incidentKey('db', HOME);
    expect(deliveries.at(-1)).toStrictEqual({
      ...{ channel: 'hook', request: 'resolve', key },
      body: {
        ...{ title: 'Selfheal: db has recovered', urgency: 'info', component: 'db' },
        message: 'It was repaired, and the repair held.',
        ...{ facts: [], done: [], left: [], incident: { key, change: 'resolve' } },
        links: linksOf({ component: 'db', operationId: 'op' }, deps),
      },
    });
  });

  it.each(['soc', 'architect'] as const)('of the topic %s alone learns of a recovery', async (topic) => {
    const { say, failed, deliveries } = delivering({
      notify: { channels: { hook: { ...HOOK, topics: [topic] } } },
    });
    await say(failed('db'));
    await say(repaired(START_MS + 60_000, 'db'));
    expect(deliveries.at(-1)?.request).toBe('resolve');
  });

  it('gets what is no incident as a message without a key', async () => {
    const { say, deliveries } = delivering({ notify: { channels: { hook: { ...HOOK, topics: ['soc'] } } } });
    expect(await say(message({ kind: 'operation', message: 'it is under way', component: 'db' }))).toEqual([
      'hook',
    ]);
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]).toStrictEqual({ channel: 'hook', request: 'tell', body: expect.anything() });
    expect(deliveries[0]?.body).toMatchObject({ message: 'it is under way' });
  });

  it.each([null, 5, 'text', true])('gets nothing of a message that is no object: %o', async (body) => {
    const { say, deliveries } = delivering({ notify: { channels: { hook: { ...HOOK, topics: ['soc'] } } } });
    expect(await say(message(body))).toEqual([]);
    expect(deliveries).toEqual([]);
  });
});

it.each([true, false])(
  'a proposal in Slack has buttons only if clicks are accepted: %s',
  async (isAccepted) => {
    const approvals = {
      slack: { signingSecretArn: secretArn },
      people: { ada: { slack: 'U0123ABCDEF', email: 'ada@example.com' } },
    };
    const { say, deliveries } = delivering({
      notify: { channels: { chat: { type: 'slack', secretArn, topics: ['soc'] } } },
      ...(isAccepted && { approvals }),
    });
    await say(message({ kind: 'proposal', message: 'may I?', component: 'db', proposalId: 'proposal-1' }));
    expect(deliveries).toHaveLength(1);
    expect(JSON.stringify(deliveries[0]?.body).includes('"button"')).toBe(isAccepted);
  },
);

describe('the end of an incident', () => {
  const asked = () => Promise.reject(new Error('asked'));

  it('after a repair is announced without a look at alarms where the component has none', async () => {
    const { say, failed, deps } = lab();
    await say(failed('db'));
    Object.assign(deps.alarms, { states: asked });
    expect(await say(repaired(START_MS + 60_000, 'db'))).toEqual(['db']);
  });

  it('is looked for neither in alarms nor in the fleet while no incident is open', async () => {
    const { say, deps } = lab();
    Object.assign(deps.alarms, { states: asked });
    Object.assign(deps, { store: { readFleet: asked } });
    expect(await say(TICK)).toEqual([]);
  });
});
