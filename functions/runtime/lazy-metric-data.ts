import { lazyPort } from './lazy-port.ts';
import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only the diagnosis of components with `traffic` calls it. */
export const lazyMetricData: PortBuilder<'metricData'> = () =>
  lazyPort(async () => (await import('./metric-data-reader.ts')).metricDataReader);
