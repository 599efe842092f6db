import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: triage reads heartbeats only for alerts that it diagnoses. */
export const lazyWatchdog: PortBuilder<'watchdog'> = (essentials) =>
  lazyPort(async () => (await import('./watchdog-store.ts')).watchdog(essentials));
