/** The account and region that Selfheal is deployed in. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

/**
 * What is wrong with where an event comes from; `undefined` if it is of this account and region. The rules let no other
 * through: this is for an event that reaches a function without them.
 */
export function foreignProblem(event: unknown, home: Home): string | undefined {
  const { account, region } = (typeof event === 'object' && event !== null ? event : {}) as Record<
    string,
    unknown
  >;
  if (account === home.account && region === home.region) return undefined;
  return `the event is of ${placeOf(account, region)}, and only those of ${placeOf(home.account, home.region)} are acted on; stop forwarding it here`;
}

function placeOf(account: unknown, region: unknown): string {
  const named = (value: unknown) => (typeof value === 'string' ? value.slice(0, 32) : '(none)');
  return `account ${named(account)}, region ${named(region)}`;
}
