import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** For functions that rarely notify: the client of SNS is loaded with the first notification. */
export const lazyNotifier: PortBuilder<'notifier'> = (essentials) =>
  lazyPort(async () => (await import('./notifier.ts')).notifier(essentials));
