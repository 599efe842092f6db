import type { EventPublisher } from '../ports/announcers.ts';
import type { PortBuilder } from './port-builders.ts';

/** For functions that seldom announce anything: the client of EventBridge is loaded with the first event. */
export const seldomEvents: PortBuilder<'events'> = (essentials) => {
  let loaded: Promise<EventPublisher> | undefined;
  const publisher = async () => {
    loaded ??= import('./event-publishers.ts').then(({ events }) => events(essentials));
    return await loaded;
  };
  return {
    stateChanged: async (change) => await (await publisher()).stateChanged(change),
    signal: async (detail) => await (await publisher()).signal(detail),
  };
};
