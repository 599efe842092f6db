import { ApiError } from '../api-error.ts';

/** An error of Lambda's API, such as `TooManyRequestsException`: the function itself never ran. */
export class LambdaServiceError extends ApiError {
  override readonly name = 'LambdaServiceError';
}
