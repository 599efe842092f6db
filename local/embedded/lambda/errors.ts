/** An error of Lambda's API, such as `TooManyRequestsException`: the function itself never ran. */
export class LambdaServiceError extends Error {
  override readonly name = 'LambdaServiceError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
