import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { createLogSearches } from '../adapters/cloudwatch-logs/log-searches.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const logSearches = createLogSearches(new CloudWatchLogsClient(CLIENT_SETTINGS));
