import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { createTrail } from '../adapters/cloudtrail/trail.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const trail = createTrail(new CloudTrailClient(CLIENT_SETTINGS));
