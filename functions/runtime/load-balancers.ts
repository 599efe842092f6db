import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createLoadBalancers } from '../adapters/elastic-load-balancing/load-balancers.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const loadBalancers = createLoadBalancers(new ElasticLoadBalancingV2Client(CLIENT_SETTINGS));
