import { describe } from 'vitest';
import { createMetricSamples } from '../../functions/adapters/dynamodb/metric-samples.ts';
import { requirement } from '../factories/requirements.ts';
import { localTable } from './local-table.ts';
import { metricSamplesContract } from './metric-samples.contract.ts';

describe.skipIf(!requirement('java'))('DynamoDB Local', () => {
  const table = localTable();
  metricSamplesContract('DynamoDB Local', async () => createMetricSamples(await table.cleared()));
});
