import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { WatchdogEvents } from '../../ports/watchdog-announcers.ts';
import { putAllEvents } from './put-events.ts';

/** WatchdogEvents over the account's default event bus. */
export function createWatchdogPublisher(client: EventBridgeClient): WatchdogEvents {
  return { publish: (events) => putAllEvents(client, events) };
}
