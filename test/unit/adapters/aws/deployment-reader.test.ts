import { InvalidDocument, SSMClient, SSMServiceException } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import {
  createDeploymentReader,
  type DeploymentClients,
} from '../../../../functions/adapters/aws/deployment-reader.ts';
import { RequestRefused } from '../../../../functions/ports/errors.ts';
import { scriptedClient } from '../scripted-client.ts';

const statusAt = (answer: Error) => {
  const { client: ssm } = scriptedClient(SSMClient, answer);
  return createDeploymentReader({ ssm } as unknown as DeploymentClients).documentStatus('Own-Repair');
};

it.each(['No matching value was found for Name.', 'Document with name Own-Repair does not exist.'])(
  'a document is missing if Systems Manager says: %s',
  async (message) => {
    expect(await statusAt(new InvalidDocument({ message, $metadata: {} }))).toBeUndefined();
  },
);

it('a document is not missing because a request for it was refused', async () => {
  const refusal = { name: 'ValidationException', $fault: 'client', message: 'no', $metadata: {} } as const;
  await expect(statusAt(new SSMServiceException(refusal))).rejects.toThrow(RequestRefused);
});
