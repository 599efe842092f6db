import { createMemoryCorrelationStore } from '../../../../functions/adapters/memory/correlation-store.ts';
import { createMemoryIncidentStore } from '../../../../functions/adapters/memory/incident-store.ts';
import { type ChannelNews, notifyChannels } from '../../../../functions/app/channels/notify-channels.ts';
import type { ResolveDeps } from '../../../../functions/app/channels/resolve.ts';
import { EMPTY_FLEET } from '../../../../functions/core/admission/records.ts';
import type { SignalOrigin } from '../../../../functions/core/signal/health-alert.ts';
import type { AlarmState } from '../../../../functions/core/verification/alarm-observation.ts';
import type { ChannelDelivery } from '../../../../functions/ports/channels.ts';
import { ServiceUnavailable } from '../../../../functions/ports/errors.ts';
import { configured, memoryAlarm, withMemoryAlarm } from '../../../factories/configuration.ts';
import { HOME } from '../../../factories/events/selfheal-event.ts';

/** What a notice says, of which these tests read nothing. */
export const TEXTS = {
  title: 'web',
  urgency: 'error',
  component: 'web',
  message: 'm',
  facts: [],
  done: [],
  left: [],
  links: [],
} as const;

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
export const CHANNELS = {
  pager: { type: 'pagerduty', secretArn },
  chat: { type: 'slack', secretArn, topics: ['soc', 'architect'] },
  tickets: {
    type: 'jira',
    secretArn,
    url: 'https://example.atlassian.net',
    user: 'ops@example.com',
    project: 'OPS',
  },
};
export const START_MS = Date.UTC(2026, 10, 22, 12);
/** When an incident that began at the start may end. */
export const LATER_MS = START_MS + 60_000;
export const TICK: ChannelNews = { kind: 'tick' };
export const FAILURE = { error: 'NotRecovered', cause: 'c' };

/** A component with an alarm, and one that nothing observes. */
export const COMPONENTS = { web: withMemoryAlarm(), db: {} };

/** The use case with its store in memory, a pager, a chat and a ticket system. */
export function lab(parts: object = { components: COMPONENTS }) {
  const deliveries: ChannelDelivery[] = [];
  const states = new Map<string, AlarmState>([[memoryAlarm(), 'ALARM']]);
  const inTrouble = { unhealthy: new Set<string>(), inFlight: new Set<string>() };
  let isDown = false;
  let overtaking: (() => Promise<unknown>) | undefined;
  let nowMs = START_MS;
  const deps: ResolveDeps = {
    configuration: configured({ settings: { notify: { channels: CHANNELS } }, ...parts }),
    home: HOME,
    clock: { nowMs: () => nowMs },
    incidents: createMemoryIncidentStore(),
    correlation: createMemoryCorrelationStore(),
    store: {
      readFleet: async () => ({
        ...EMPTY_FLEET,
        unhealthy: [...inTrouble.unhealthy],
        inFlight: [...inTrouble.inFlight],
      }),
    },
    alarms: { states: async (names) => new Map(names.flatMap((name) => statesOf(name))) },
    channels: {
      deliver: async (each) => {
        if (isDown) throw new ServiceUnavailable('PutEvents: throttled');
        const first = overtaking;
        overtaking = undefined;
        await first?.();
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
    {
      origin,
      metric,
      ...more
    }: { readonly origin?: SignalOrigin; readonly metric?: string; readonly result?: string } = {
      origin: 'alarm',
      metric: 'memory',
    },
  ) => ({
    kind: 'message' as const,
    topic: 'architect' as const,
    subject: `Selfheal: ${component}`,
    text: JSON.stringify({
      kind: 'operation',
      message: 'm',
      component,
      origin,
      metric,
      ...(more.result ? more : { failure: FAILURE }),
    }),
    atMs,
  });
  const requestsTo = (name: string) =>
    deliveries.filter(({ channel }) => channel === name).map(({ request }) => request);
  return {
    deps,
    states,
    failed,
    /** The components that count as unhealthy, and those being healed. */
    ...inTrouble,
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
    /** Another function says something while the next request is on its way, and is faster. */
    overtakeNext: (by: () => Promise<unknown>) => {
      overtaking = by;
    },
    requestsTo,
    pages: () => requestsTo('pager'),
    bodies: () => deliveries.map(({ body }) => JSON.stringify(body)),
    /** The keys by which the pager tells incidents apart. */
    keys: () =>
      new Set(
        deliveries.flatMap(({ channel, body }) =>
          channel === 'pager' && 'dedup_key' in body ? [body.dedup_key] : [],
        ),
      ),
    tickets: () => requestsTo('tickets'),
    chats: () => requestsTo('chat'),
  };
}

export const repaired = (atMs: number, component = 'web'): ChannelNews => ({
  kind: 'repaired',
  component,
  operationId: 'op',
  atMs,
});
