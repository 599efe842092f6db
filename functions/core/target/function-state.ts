/** The state of a version of a Lambda function, as Lambda names it, and why it is in it. */
export interface FunctionState {
  /**
   * `Active` serves. `Pending` is being prepared, `Failed` could not be, and of an `Inactive` one, which nobody has called for
   * weeks, Lambda has reclaimed what it needs: to all three, requests fail. The first request to an inactive one has Lambda
   * prepare it again.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
   */
  readonly state: string;
  readonly reason?: string;
}

/** Why requests to a version would fail; `undefined` if Lambda serves it. */
export function unreadyState({ state, reason }: FunctionState): string | undefined {
  if (state === 'Active') return undefined;
  const why = reason === undefined ? '' : `: ${reason}`;
  return state === 'Inactive'
    ? `is Inactive${why}; requests to it fail until Lambda has prepared it again, which the first of them begins`
    : `is ${state}${why}`;
}
