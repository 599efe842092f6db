import { createMemoryMetricSamples } from '../../functions/adapters/memory/metric-samples.ts';
import { metricSamplesContract } from './metric-samples.contract.ts';

metricSamplesContract('memory', async () => createMemoryMetricSamples());
