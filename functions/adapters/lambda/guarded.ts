import { OverwriteRefused, RequestRefused, ServiceUnavailable } from '../../ports/errors.ts';
import { translated } from '../aws/translate-error.ts';

const STALE_REVISION = 'PreconditionFailedException';
/** Another change of the function is still being carried out, or it is only being prepared. */
const BUSY = 'ResourceConflictException';

/**
 * Sends a request to change or invoke something that exists already.
 *
 * @throws OverwriteRefused if it no longer has the revision that the request names
 * @throws ServiceUnavailable also while Lambda carries out another change of the function, or prepares it
 */
export async function guarded<Answer>(call: string, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await translated(call, send);
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    const facts = { call, serviceCode: error.serviceCode ?? '', cause: error };
    if (error.serviceCode === STALE_REVISION) throw new OverwriteRefused(error.message, facts);
    if (error.serviceCode === BUSY) throw new ServiceUnavailable(error.message, facts);
    throw error;
  }
}
