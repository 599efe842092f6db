import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { KeptSecret } from '../../ports/approvals.ts';
import { translated } from '../aws/translate-error.ts';

/** A secret is there, and holds no text. */
class EmptySecret extends Error {
  override readonly name = 'EmptySecret';
  readonly code = 'EMPTY_SECRET';
}

/** A secret of Secrets Manager. A reading that failed is tried again with the next one. @throws ServiceError, EmptySecret */
export function createKeptSecret(client: SecretsManagerClient, arn: string): KeptSecret {
  let kept: Promise<string> | undefined;
  const read = async (): Promise<string> => {
    const command = new GetSecretValueCommand({ SecretId: arn });
    const { SecretString } = await translated('secretsmanager:GetSecretValue', () => client.send(command));
    if (!SecretString) throw new EmptySecret(`${arn}: holds no text; its entire value must be the secret`);
    return SecretString.trim();
  };
  return {
    read: async () => {
      kept ??= read();
      try {
        return await kept;
      } catch (error) {
        kept = undefined;
        throw error;
      }
    },
  };
}
