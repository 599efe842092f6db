import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { createScalingGroups } from '../../../../functions/adapters/auto-scaling/scaling-groups.ts';
import { RequestRefused, ServiceUnavailable } from '../../../../functions/ports/errors.ts';

/** The real client, to which the service always answers with this error. */
function answering(code: string) {
  const body = `<ErrorResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">
    <Error><Type>Sender</Type><Code>${code}</Code><Message>the group said so</Message></Error>
    <RequestId>7c6e177f-f082-11e1-ac58-3714bEXAMPLE</RequestId>
  </ErrorResponse>`;
  return createScalingGroups(
    new AutoScalingClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      maxAttempts: 1,
      requestHandler: {
        handle: async () => ({
          response: {
            statusCode: 400,
            headers: { 'content-type': 'text/xml' },
            body: new TextEncoder().encode(body),
          },
        }),
      } as never,
    }),
  );
}

describe('an Auto Scaling group', () => {
  it.each(['ScalingActivityInProgress', 'ResourceContention'])(
    'counts as unavailable while it is busy: %s',
    async (code) => {
      const groups = answering(code);
      await expect(groups.terminate('i-0123456789abcdef0')).rejects.toThrow(ServiceUnavailable);
      await expect(groups.setCapacity('web', 3)).rejects.toThrow(ServiceUnavailable);
    },
  );

  it('refuses a request for good', async () => {
    await expect(answering('ValidationError').terminate('i-0123456789abcdef0')).rejects.toThrow(
      RequestRefused,
    );
  });
});
