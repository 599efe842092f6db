/** An error of Lambda's API, such as `TooManyRequestsException`: the function itself never ran. */
export class LambdaServiceError extends Error {
  override readonly name = 'LambdaServiceError';
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}
