import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** For functions that rarely announce anything: the client of EventBridge is loaded with the first event. */
export const lazyEvents: PortBuilder<'events'> = (essentials) =>
  lazyPort(async () => (await import('./event-publishers.ts')).events(essentials));
