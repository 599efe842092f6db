import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { denialIn } from '../../core/denial.ts';
import {
  NotFound,
  NotPermitted,
  RequestRefused,
  type ServiceErrorOptions,
  ServiceUnavailable,
} from '../../ports/errors.ts';

/** As the SDK throws it: errors that a service answered with have `$fault`, network errors have `code`. */
type SdkError = Parameters<typeof isTransientError>[0] & { readonly code?: string };

type ErrorKind = 'unavailable' | 'not-permitted' | 'not-found' | 'refused';

/** Node's network errors that the SDK does not retry by itself. */
const NETWORK_CODES = new Set([
  'ECONNABORTED',
  'EHOSTDOWN',
  'ENETDOWN',
  'EPROTO',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/**
 * Codes that services return inside an answer, or on behalf of another service such as KMS, and that the SDK's lists
 * lack.
 */
const UNAVAILABLE_CODES =
  /Throttl|ExecutionLimitExceeded|^(Internal(Exception|Failure|ServerError)|ProvisionedThroughputExceeded|ServiceUnavailable|TransactionConflict)$/;

/** Credentials that are too old, or a clock that is wrong: the next environment of the function has fresh ones. */
const STALE_CREDENTIALS =
  /^(ExpiredToken(Exception)?|TokenRefreshRequired|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed)$/;
const STALE_SIGNATURE = /signature (expired|not yet current)/i;

/** The caller is unknown, or is not permitted to make the call, be it by another service such as KMS. */
const DENIAL_CODES =
  /^(KMS|EC2)?(AccessDenied|Authorization|Unauthorized|NotAuthorized|Forbidden)|^(AuthFailure|OptInRequired|KMSOptInRequired|InvalidAccessKeyId|InvalidClientTokenId|InvalidSecurity|MissingAuthenticationToken|SignatureDoesNotMatch|InvalidSignature|UnrecognizedClient)(Exception)?$/i;

const NOT_FOUND_CODES = /NotFound|DoesNotExist|^NoSuch|NonExistent/;

/** What an error code inside an answer means on its own. */
function kindOfCode(code: string): ErrorKind {
  const error = Object.assign(new Error(), { name: code }) as SdkError;
  if (isThrottlingError(error) || isTransientError(error)) return 'unavailable';
  if (UNAVAILABLE_CODES.test(code) || STALE_CREDENTIALS.test(code)) return 'unavailable';
  if (DENIAL_CODES.test(code)) return 'not-permitted';
  return NOT_FOUND_CODES.test(code) ? 'not-found' : 'refused';
}

/** `undefined` for a defect: neither a service's answer nor a network error. */
function kindOf(error: SdkError): ErrorKind | undefined {
  if (STALE_SIGNATURE.test(error.message)) return 'unavailable';
  // Lambda calls it a fault of the server that the role of a called function lacks a permission.
  if (DENIAL_CODES.test(error.name)) return 'not-permitted';
  if (isThrottlingError(error) || isTransientError(error) || isServerError(error)) return 'unavailable';
  if (NETWORK_CODES.has(error.code ?? '')) return 'unavailable';
  if (error.$fault === 'server') return 'unavailable';
  const kind = kindOfCode(error.name);
  if (kind !== 'refused') return kind;
  const { httpStatusCode = 0 } = error.$metadata ?? {};
  if (httpStatusCode === 401 || httpStatusCode === 403) return 'not-permitted';
  if (denialIn(error.message) !== undefined) return 'not-permitted';
  return error.$fault !== undefined || httpStatusCode >= 400 ? 'refused' : undefined;
}

/**
 * The only translation of what the SDK throws, by the SDK's own classification. A defect, such as a TypeError, is
 * returned unchanged.
 *
 * @param call as IAM names its permission, such as `ssm:SendCommand`
 * @param Unavailable the class for errors that may be transient
 */
export function translateError(
  call: string,
  error: unknown,
  Unavailable: typeof ServiceUnavailable = ServiceUnavailable,
): unknown {
  if (!(error instanceof Error)) return error;
  const sdkError = error as SdkError;
  const kind = kindOf(sdkError);
  if (kind === undefined) return error;
  const { requestId, attempts } = sdkError.$metadata ?? {};
  return serviceError(kind, Unavailable, {
    call,
    serviceCode: sdkError.$fault === undefined ? (sdkError.code ?? error.name) : error.name,
    words: error.message,
    ...(requestId !== undefined && { requestId }),
    ...(attempts !== undefined && { attempts }),
    cause: error,
  });
}

/** Translates an error inside an answer by its code: that of one event among many, or of one item of a transaction. */
export function translateCode(
  call: string,
  serviceCode: string,
  words: string,
  options: ErrorOptions & { readonly Unavailable?: typeof ServiceUnavailable } = {},
): Error {
  const { Unavailable = ServiceUnavailable, ...cause } = options;
  return serviceError(kindOfCode(serviceCode), Unavailable, { call, serviceCode, words, ...cause });
}

/** Sends a request, and translates its errors. */
export async function translated<Answer>(call: string, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    throw translateError(call, error);
  }
}

interface Facts extends ServiceErrorOptions {
  readonly call: string;
  readonly serviceCode: string;
  /** The service's own. */
  readonly words: string;
}

function serviceError(
  kind: ErrorKind,
  Unavailable: typeof ServiceUnavailable,
  { words, ...facts }: Facts,
): Error {
  const message = `${facts.call}: ${facts.serviceCode}: ${words}`;
  switch (kind) {
    case 'unavailable':
      return new Unavailable(message, facts);
    case 'not-permitted':
      return new NotPermitted(denialIn(words) ?? { action: facts.call }, { ...facts, words });
    case 'not-found':
      return new NotFound(message, facts);
    case 'refused':
      return new RequestRefused(message, facts);
  }
}
