import type { PortBuilder } from './port-builders.ts';

/** Loaded with the first call: only the diagnosis of components with `traffic` calls it. */
export const seldomMetricData: PortBuilder<'metricData'> = () => ({
  read: async (...asked) => {
    const { metricDataReader } = await import('./metric-data-reader.ts');
    return await metricDataReader.read(...asked);
  },
});
