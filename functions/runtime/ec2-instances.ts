import { EC2Client } from '@aws-sdk/client-ec2';
import { createEc2Instances } from '../adapters/ec2/ec2-instances.ts';
import { CLIENT_SETTINGS } from './clients.ts';
import { ThrottledOnly } from './throttled-only.ts';

/** A reboot that the client sends again would be a second one. */
export const ec2Instances = createEc2Instances(
  new EC2Client({ ...CLIENT_SETTINGS, retryStrategy: new ThrottledOnly() }),
);
