import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createTargetGroups } from '../adapters/elastic-load-balancing/target-groups.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const targetGroups = createTargetGroups(new ElasticLoadBalancingV2Client(CLIENT_SETTINGS));
