import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { createWatchdogStore } from '../../../functions/adapters/dynamodb/watchdog-store.ts';
import type { MiniStackPlace } from '../../conformance/places/ministack.ts';
import { invokeForEvent, output } from '../../factories/deployed-engine/functions.ts';
import { eventOf, grantOf, keptAsUndelivered, type Scenario } from './scenario.ts';

const OUTSIDE = 'selfheal-watch-outside';
/** A minute, and what its last round takes. */
const INVOCATION_MS = 75_000;

/** The watching functions are at work all the time. */
const CHANGES = /ChangePeer|rule\//;
const ESCALATIONS = /Escalations|rule\//;

/** Two vantage points, which both run every minute. */
export const WATCHDOG = {
  intervalSeconds: '10s',
  timeoutSeconds: '2s',
  missesBeforeRestart: 1,
  restartsBeforeIsolation: 20,
  vantagePoints: [{ name: 'outside' }, { name: 'inside' }],
  allowedAddresses: ['127.0.0.0/8'],
};

/** It is healed when the watchdog says that it is down. */
const WATCHED = {
  strategies: [
    {
      trigger: { statuses: ['OFFLINE'] },
      actions: [{ type: 'start_component' as const }],
      cooldownSeconds: 0,
    },
  ],
};

/** What the watchdog does, by its functions, schedules and rules. */
export const WATCHED_OVER: readonly Scenario[] = [
  {
    name: 'restarts a component that does not answer',
    component: WATCHED,
    run: async (place, component) => {
      await restarted(place, component);
    },
  },
  {
    name: 'notices an agent that is offline',
    component: WATCHED,
    run: async (place, component) => {
      const [instanceId = ''] = place.landscape.instancesOf(component);
      place.hosts.disconnect([instanceId]);
      const { operation } = await place.ended(component);
      expect(operation.alert).toMatchObject({ origin: 'watchdog' });
    },
  },
  {
    name: 'lets the second vantage point decide when the first has no permissions',
    component: WATCHED,
    breaks: [OUTSIDE],
    run: async (place, component) => {
      const deciding = await grantOf(place, 'SelfhealWatchdog-WatchoutsideRole', 'dynamodb:GetItem');
      await deciding.without(() => restarted(place, component));
    },
  },
  {
    name: 'registers and removes a peer',
    component: WATCHED,
    proves: CHANGES,
    run: async (place, component) => {
      const name = `more-${component}`;
      const peer = { tcp: '127.0.0.1:9', component, enabled: false };
      const change = (detail: Readonly<Record<string, unknown>>) =>
        place.putEvent({ source: 'selfheal.operator', detailType: 'Selfheal Peer', detail });
      await change({ command: 'register', name, peer });
      await place.poll(() => peersOf(place)).toContain(name);
      await change({ command: 'remove', name });
      await place.poll(async () => (await peersOf(place)).includes(name)).toBe(false);
    },
  },
  {
    name: 'reports a change of peers that it refuses',
    component: WATCHED,
    proves: CHANGES,
    run: async (place, component) => {
      const detail = { command: 'restart', name: component };
      await place.putEvent({ source: 'selfheal.operator', detailType: 'Selfheal Peer', detail });
      await place.poll(() => JSON.stringify(place.notifications('architect'))).toContain(component);
    },
  },
  {
    name: 'notifies people of an escalation',
    component: WATCHED,
    proves: ESCALATIONS,
    run: async (place, component) => {
      await escalate(place, component);
      for (const topic of ['soc', 'architect'] as const)
        await place.poll(() => JSON.stringify(place.notifications(topic))).toContain(component);
    },
  },
  {
    name: 'keeps watching on its schedules',
    component: WATCHED,
    // It may be at the end of a minute in which it could do nothing.
    breaks: [OUTSIDE],
    run: async (place, component) => {
      // By then, what watches now has ended.
      await place.sleep(INVOCATION_MS);
      await restarted(place, component);
      const rounds = await reportsOf(place);
      expect(rounds.every((roundAtMs) => Date.now() - roundAtMs < INVOCATION_MS / 2)).toBe(true);
    },
  },
  {
    name: 'keeps an escalation that its rule may not deliver',
    component: WATCHED,
    proves: ESCALATIONS,
    run: async (place, component) => {
      const telling = await grantOf(place, 'SelfhealWatchdog-EscalationsRole', 'sns:Publish');
      await telling.without(async () => {
        await escalate(place, component);
        await keptAsUndelivered(place, 'EscalationDeadLetterQueueUrl', component);
      });
    },
  },
  {
    name: 'keeps a change of peers that its rule may not deliver',
    component: WATCHED,
    proves: CHANGES,
    run: async (place, component) => {
      const rule = await grantOf(place, 'rule/SelfhealWatchdog-PeerChanges', 'lambda:InvokeFunction');
      await rule.without(async () => {
        const detail = { command: 'remove', name: component };
        await place.putEvent({ source: 'selfheal.operator', detailType: 'Selfheal Peer', detail });
        await keptAsUndelivered(place, 'WatchdogDeadLetterQueueUrl', component);
      });
    },
  },
  {
    name: 'keeps a change of peers that its function failed on',
    component: WATCHED,
    proves: CHANGES,
    breaks: ['selfheal-change-peer'],
    run: async (place, component) => {
      const detail = { command: 'remove', name: `gone-${component}` };
      const event = eventOf(place, 'selfheal.operator', 'Selfheal Peer', detail);
      await place.whileBroken('selfheal-change-peer', async () => {
        await invokeForEvent(place.aws, 'selfheal-change-peer', event);
        await keptAsUndelivered(place, 'WatchdogDeadLetterQueueUrl', component);
      });
    },
  },
];

async function restarted(place: MiniStackPlace, component: string): Promise<void> {
  place.health.fail(component);
  const { alert } = await place.completed(component);
  expect(alert.origin).toBe('watchdog');
}

async function escalate(place: MiniStackPlace, component: string): Promise<void> {
  const detail = {
    action: 'alert_architect',
    severity: 'CRITICAL',
    reason: `${component} is down`,
    timestamp: new Date().toISOString(),
  };
  await place.putEvent({ source: 'selfheal', detailType: 'Selfheal Watchdog Escalation', detail });
}

async function peersOf(place: MiniStackPlace): Promise<readonly string[]> {
  return (await storeOf(place).listPeers()).map(({ name }) => name);
}

/** When each vantage point reported last. */
async function reportsOf(place: MiniStackPlace): Promise<readonly number[]> {
  const reports = await storeOf(place).listReports(0);
  expect(reports.map(({ vantagePoint }) => vantagePoint).sort()).toEqual(['inside', 'outside']);
  return reports.map(({ roundAtMs }) => roundAtMs);
}

function storeOf({ aws, outputs }: MiniStackPlace) {
  const client = new DynamoDBClient(aws);
  return createWatchdogStore({ client, tableName: output({ outputs }, 'TableName') });
}
