import type { WatchdogEvents } from '../../../functions/ports/watchdog-announcers.ts';
import type { EventBus } from './event-bus.ts';

/** Puts the watchdog's events on the embedded bus. */
export function createBusWatchdogEvents(bus: Pick<EventBus, 'putEvent'>): WatchdogEvents {
  return {
    publish: async (events) => {
      for (const { detailType, detail, atMs } of events)
        bus.putEvent({ source: 'selfheal', detailType, detail, timeMs: atMs });
    },
  };
}
