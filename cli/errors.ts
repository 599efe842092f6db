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
const EXPIRED_CREDENTIALS = /^(ExpiredToken|TokenRefreshRequired|RequestExpired)/;
const WITHOUT_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);

/** What to say of an error, and how to end; `undefined` for a defect. */
export function explain(error: unknown): { readonly exit: ExitName; readonly message: string } | undefined {
  if (error instanceof CommandFailed) return { exit: error.exit, message: error.message };
  const remedy = remedyOf(error);
  if (remedy === undefined || !(error instanceof Error)) return undefined;
  return { exit: 'aws', message: `${error.message}\n${remedy}` };
}

function remedyOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (WITHOUT_CREDENTIALS.has(error.name)) return CREDENTIALS_REMEDY;
  if (/^Region is missing/.test(error.message)) return 'Name it with --region, or set AWS_REGION.';
  if (!(error instanceof ServiceError)) return undefined;
  const { serviceCode = '' } = error;
  if (EXPIRED_CREDENTIALS.test(serviceCode)) return `The credentials have expired. ${CREDENTIALS_REMEDY}`;
  if (INVALID_CREDENTIALS.test(serviceCode)) {
    return `AWS does not accept these credentials, at least not in this Region. ${CREDENTIALS_REMEDY}`;
  }
  if (error instanceof NotPermitted)
    return 'Grant it to the role or user that you run this command as: docs/cli.md has the policy.';
  if (error instanceof NotFound) return 'Check --region, --profile and --table.';
  if (error instanceof ServiceUnavailable)
    return 'AWS could not be reached, or did not answer in time: check --region, --endpoint-url and the network, and try again.';
  return isForGood(error) ? 'AWS refused the request.' : undefined;
}
