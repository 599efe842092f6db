import { EC2AccessDeniedException, KMSAccessDeniedException, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createUserFunctions } from '../../../functions/adapters/lambda/user-functions.ts';
import { scriptedClient } from './scripted-client.ts';

const refused = (error: Error) =>
  createUserFunctions(scriptedClient(LambdaClient, error).client).measure(
    'repair:live',
    { version: 1 } as never,
    5,
  );

describe('a function whose own role lacks a permission', () => {
  const SAYS = { message: 'said the service', $metadata: { httpStatusCode: 502 } };

  it.each([
    [new KMSAccessDeniedException(SAYS), 'kms:Decrypt'],
    [new EC2AccessDeniedException(SAYS), 'ec2:CreateNetworkInterface'],
  ])('is reported with what it lacks, not as an outage: %s', async (error, action) => {
    await expect(refused(error)).rejects.toMatchObject({ name: 'NotPermitted', denial: { action } });
  });

  it('is reported with the permission that the message names', async () => {
    const message =
      'User: arn:aws:sts::111122223333:assumed-role/Repair/repair is not authorized to perform: kms:CreateGrant';
    await expect(refused(new KMSAccessDeniedException({ ...SAYS, message }))).rejects.toMatchObject({
      denial: { action: 'kms:CreateGrant', role: 'Repair' },
    });
  });
});
