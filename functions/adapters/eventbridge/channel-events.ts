import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { ChannelEvents } from '../../ports/channels.ts';
import { putEvents, SOURCE } from './put-events.ts';

/** The events whose rules call the channels. */
export const NOTIFICATION_EVENT = 'Selfheal Notification';

/** ChannelEvents over the account's default event bus. A request each: together they might exceed what one may carry. */
export function createChannelEvents(client: EventBridgeClient): ChannelEvents {
  return {
    deliver: async (deliveries) => {
      const calls = deliveries.map((delivery) =>
        putEvents(client, [
          { Source: SOURCE, DetailType: NOTIFICATION_EVENT, Detail: JSON.stringify(delivery) },
        ]),
      );
      const [failure] = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected');
      if (failure?.status === 'rejected') throw failure.reason;
    },
  };
}
