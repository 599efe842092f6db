import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only configurations in which alerts can belong together call it. */
export const lazyCorrelation: PortBuilder<'correlation'> = ({ configuration }) =>
  lazyPort(async () =>
    (await import('./correlation-store.ts')).correlationStore(configuration.settings.historyRetentionDays),
  );
