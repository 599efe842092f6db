/**
 * The errors of the CloudWatch API that this endpoint can return: the shape's name, as the SDK's error classes carry
 * it, the code that the older query protocol used for the same thing, and the HTTP status.
 *
 * Source: CloudWatch API model 2010-08-01 (`error.code`, `error.httpStatusCode`).
 */
export const API_ERRORS = {
  AccessDenied: { queryCode: 'AccessDenied', status: 403 },
  InvalidFormatFault: { queryCode: 'InvalidFormat', status: 400 },
  InvalidNextToken: { queryCode: 'InvalidNextToken', status: 400 },
  InvalidParameterCombinationException: { queryCode: 'InvalidParameterCombination', status: 400 },
  InvalidParameterValueException: { queryCode: 'InvalidParameterValue', status: 400 },
  MissingRequiredParameterException: { queryCode: 'MissingParameter', status: 400 },
  ResourceNotFound: { queryCode: 'ResourceNotFound', status: 404 },
  ResourceNotFoundException: { queryCode: 'ResourceNotFoundException', status: 404 },
  ValidationException: { queryCode: 'ValidationError', status: 400 },
} as const;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** A refusal by the local CloudWatch; `code` is the name of the API's error shape. */
export class CloudWatchError extends Error {
  override readonly name = 'CloudWatchError';
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
