import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { createMetricData } from '../adapters/cloudwatch/metric-data.ts';
import { CLIENT_SETTINGS } from './clients.ts';

/** For functions that rarely read metrics. */
export const metricDataReader = createMetricData(new CloudWatchClient(CLIENT_SETTINGS));
