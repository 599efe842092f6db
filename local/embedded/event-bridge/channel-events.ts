import { NOTIFICATION_EVENT } from '../../../functions/adapters/eventbridge/channel-events.ts';
import type { ChannelEvents } from '../../../functions/ports/channels.ts';
import type { Bus } from './event-publisher.ts';

/** ChannelEvents over a bus in this process. */
export function createBusChannelEvents(bus: Bus): ChannelEvents {
  return {
    deliver: async (deliveries) => {
      for (const detail of deliveries)
        bus.putEvent({ source: 'selfheal', detailType: NOTIFICATION_EVENT, detail });
    },
  };
}
