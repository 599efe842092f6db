import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only components with `logs` need it. */
export const lazyLogSearches: PortBuilder<'logSearches'> = () =>
  lazyPort(async () => (await import('./log-searches.ts')).logSearches);
