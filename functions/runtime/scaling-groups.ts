import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { createScalingGroups } from '../adapters/auto-scaling/scaling-groups.ts';
import { CLIENT_SETTINGS } from './clients.ts';

export const scalingGroups = createScalingGroups(new AutoScalingClient(CLIENT_SETTINGS));
