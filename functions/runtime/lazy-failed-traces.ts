import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only `settings.investigate: [xray]` needs it. */
export const lazyFailedTraces: PortBuilder<'failedTraces'> = () =>
  lazyPort(async () => (await import('./failed-traces.ts')).failedTraces);
