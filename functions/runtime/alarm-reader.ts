import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { createAlarmReader } from '../adapters/cloudwatch/alarm-reader.ts';
import { CLIENT_SETTINGS } from './clients.ts';

/** For functions that rarely read alarms. */
export const alarmReader = createAlarmReader(new CloudWatchClient(CLIENT_SETTINGS));
