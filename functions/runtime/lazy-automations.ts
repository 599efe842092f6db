import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first automation: most configurations name none. */
export const lazyAutomations: PortBuilder<'automations'> = () =>
  lazyPort(async () => (await import('./automations.ts')).automations);
