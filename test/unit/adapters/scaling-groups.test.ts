import {
  AutoScalingClient,
  ResourceContentionFault,
  ScalingActivityInProgressFault,
} from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { createScalingGroups } from '../../../functions/adapters/auto-scaling/scaling-groups.ts';
import { scriptedClient } from './scripted-client.ts';

const SAYS = { message: 'said the service', $metadata: { httpStatusCode: 400 } };

describe('the capacity of an Auto Scaling group', () => {
  it.each([new ScalingActivityInProgressFault(SAYS), new ResourceContentionFault(SAYS)])(
    'can be set later while the group is busy: $name',
    async (answer) => {
      const groups = createScalingGroups(scriptedClient(AutoScalingClient, answer).client);
      await expect(groups.setCapacity('web', 3)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    },
  );
});
