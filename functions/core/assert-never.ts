/** Fails the compilation where a union has a member that is not handled, and the run if one slips through. */
export function assertNever(value: never): never {
  throw new TypeError(`unhandled case: ${JSON.stringify(value)}`);
}
