import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { RequestRefused } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

const CALL = 'sts:GetCallerIdentity';

/**
 * The caller's ARN; of an assumed role, it ends with the name of the session. No policy can
 * forbid the call.
 *
 * @throws ServiceError
 */
export async function readCallerIdentity(client: STSClient): Promise<string> {
  const { Arn } = await translated(CALL, () => client.send(new GetCallerIdentityCommand({})));
  if (!Arn) throw new RequestRefused(`${CALL} returned no ARN`, { call: CALL });
  return Arn;
}
