import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { createAlarmReader } from '../adapters/cloudwatch/alarm-reader.ts';
import { createMetricData } from '../adapters/cloudwatch/metric-data.ts';
import { CLIENT_SETTINGS, once } from './clients.ts';
import type { PortBuilder } from './port-builders.ts';

/*
 * Ports that CloudWatch serves, in a file of their own: functions that rarely need them load the client only then, which
 * the bundler allows if no file that they load at start imports it.
 */
const cloudWatchClient = /* @__PURE__ */ once(() => new CloudWatchClient(CLIENT_SETTINGS));

export const alarms: PortBuilder<'alarms'> = () => createAlarmReader(cloudWatchClient());

export const metricData: PortBuilder<'metricData'> = () => createMetricData(cloudWatchClient());
