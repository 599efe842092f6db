import {
  isForGood,
  NotFound,
  NotPermitted,
  ServiceError,
  ServiceUnavailable,
} from '../functions/ports/errors.ts';
import type { ExitName } from './exit-codes.ts';

/** Something that the user can mend: its message says what is wrong and what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

const CREDENTIALS_REMEDY =
  'Name a profile with --profile, set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with `aws sso login`.';

const INVALID_CREDENTIALS =
  /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|InvalidAccessKeyId|MissingAuthenticationToken|IncompleteSignature)/;
const EXPIRED_CREDENTIALS = /^(ExpiredToken|TokenRefreshRequired)/;
/** A signature holds for minutes around the time of the service. */
const WRONG_CLOCK =
  /^(RequestExpired|RequestInTheFuture|RequestTimeTooSkewed)|: Signature (expired|not yet current)/;
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|ProvisionedThroughputExceeded)/;
const WITHOUT_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);

/** What to say of an error, and how to end; `undefined` for a defect. */
export function explain(error: unknown): { readonly exit: ExitName; readonly message: string } | undefined {
  if (error instanceof CommandFailed) return { exit: error.exit, message: error.message };
  const remedy = remedyOf(error);
  if (remedy === undefined || !(error instanceof Error)) return undefined;
  // Credentials that AWS does not recognise say nothing about permissions.
  const isUnknown = INVALID_CREDENTIALS.test(serviceCodeOf(error));
  const said = isUnknown ? error.message.replace(/^missing permission: /, '') : error.message;
  return { exit: 'aws', message: `${said}\n${remedy}` };
}

const serviceCodeOf = (error: Error) => (error instanceof ServiceError ? (error.serviceCode ?? '') : '');

function remedyOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (WITHOUT_CREDENTIALS.has(error.name)) return CREDENTIALS_REMEDY;
  if (/^Region (is missing|not accepted)/.test(error.message))
    return 'Name one such as eu-west-1 with --region, or set AWS_REGION.';
  if (!(error instanceof ServiceError)) return undefined;
  const serviceCode = serviceCodeOf(error);
  if (WRONG_CLOCK.test(serviceCode) || WRONG_CLOCK.test(error.message))
    return 'The clock of this machine may be wrong: set it, and try again.';
  if (EXPIRED_CREDENTIALS.test(serviceCode)) return `The credentials have expired. ${CREDENTIALS_REMEDY}`;
  if (INVALID_CREDENTIALS.test(serviceCode)) {
    return `AWS does not accept these credentials, at least not in this Region. ${CREDENTIALS_REMEDY}`;
  }
  if (/OptInRequired$/.test(serviceCode)) return 'Enable the Region, or the service, for this account.';
  if (THROTTLED.test(serviceCode)) return 'AWS is throttling this account: wait a moment, and try again.';
  if (error instanceof NotPermitted)
    return 'Grant it to the role or user that you run this command as: docs/cli.md has the policy.';
  if (error instanceof NotFound) return 'Check --region, --profile and --table.';
  if (error instanceof ServiceUnavailable)
    return 'AWS could not be reached, or did not answer in time: check --region, --endpoint-url and the network, and try again.';
  return isForGood(error) ? 'AWS refused the request.' : undefined;
}
