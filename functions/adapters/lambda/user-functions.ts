import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { NotPermitted, ServiceUnavailable } from '../../ports/errors.ts';
import type { MonitorFunctions } from '../../ports/monitor-functions.ts';
import type { FunctionAnswer, UserFunctions } from '../../ports/user-functions.ts';
import { guarded } from './guarded.ts';

const CALL = 'lambda:InvokeFunction';

/**
 * What the role of the called function lacks, or may lack: the message names the permission only sometimes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
const DENIED_TO_THE_FUNCTION: Readonly<Record<string, string>> = {
  KMSAccessDeniedException: 'kms:Decrypt',
  EC2AccessDeniedException: 'ec2:CreateNetworkInterface',
};

/** The user's functions over Lambda, synchronously. @throws ServiceError */
export function createUserFunctions(client: Pick<LambdaClient, 'send'>): UserFunctions & MonitorFunctions {
  const invoke = async (name: string, request: object, timeoutSeconds: number): Promise<FunctionAnswer> => {
    const [FunctionName, Qualifier] = name.split(':');
    const command = new InvokeCommand({
      FunctionName,
      ...(Qualifier !== undefined && { Qualifier }),
      Payload: Buffer.from(JSON.stringify(request)),
    });
    const abortSignal = AbortSignal.timeout(timeoutSeconds * 1_000);
    const response = await guarded(CALL, async () => {
      try {
        return await client.send(command, { abortSignal });
      } catch (error) {
        if (!abortSignal.aborted) throw error;
        throw new ServiceUnavailable(`${name} has not answered within ${timeoutSeconds} s`, {
          call: CALL,
          cause: error,
        });
      }
    }).catch((error: unknown) => {
      throw attributed(error);
    });
    const payload = parsed(response.Payload);
    return response.FunctionError === undefined ? { payload } : { functionError: errorIn(payload) };
  };
  return { invoke, ask: invoke, measure: invoke };
}

/** The same denial, of the permission that the called function lacks instead of the permission to call it. */
function attributed(error: unknown): unknown {
  if (!(error instanceof NotPermitted) || error.denial.action !== CALL) return error;
  const { serviceCode = '', call = CALL, cause } = error;
  const action = DENIED_TO_THE_FUNCTION[serviceCode];
  const words = cause instanceof Error ? cause.message : error.message;
  return action === undefined ? error : new NotPermitted({ action }, { call, serviceCode, words, cause });
}

/** @returns `undefined` for what is not JSON */
function parsed(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** What the runtime says of an error that the function threw, or of its time-out. */
function errorIn(
  payload: unknown,
): Extract<FunctionAnswer, { readonly functionError: unknown }>['functionError'] {
  const { errorType = 'Error', errorMessage = '' } = (payload ?? {}) as Readonly<Record<string, unknown>>;
  return { errorType: String(errorType), errorMessage: String(errorMessage) };
}
