import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** The client of EventBridge is loaded with the first anomaly. */
export const lazyAnomalySignals: PortBuilder<'anomalySignals'> = () =>
  lazyPort(async () => (await import('./anomaly-signals.ts')).anomalySignals());
