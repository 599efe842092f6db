/**
 * About as long as a task token of Step Functions is; an emulator's is a UUID. What a write costs depends on the size
 * of the item that the token is in. The store packs tokens that are Base64, so that it pays for less than this.
 */
export const TOKEN_CHARACTERS = 700;

const TOKEN = /("token":\{"S":")([^"]+)(")/g;
const FILLING = /~+(?=")/g;

/** The request with a demand for the capacity that it consumes. */
export function withCapacityAsked(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), ReturnConsumedCapacity: 'TOTAL' });
}

/** Fills task tokens up on their way to the table… */
export function withLongTokens(body: string): string {
  return body.replace(
    TOKEN,
    (_, before: string, token: string, after: string) => before + token.padEnd(TOKEN_CHARACTERS, '~') + after,
  );
}

/** …and takes the filling off on their way back. */
export function withShortTokens(body: string): string {
  return body.replace(FILLING, '');
}

interface Capacity {
  readonly CapacityUnits?: number;
}

interface Keys {
  readonly Keys?: readonly unknown[];
  readonly ConsistentRead?: boolean;
}

/** As the answer says. AWS also bills the keys of a batch that have no item, which MiniStack leaves out. */
export function consumedUnits(request: string, answer: string): number {
  const { ConsumedCapacity = [] } = JSON.parse(answer) as { ConsumedCapacity?: Capacity | Capacity[] };
  const reported = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  const { RequestItems = {} } = JSON.parse(request) as { RequestItems?: Readonly<Record<string, Keys>> };
  const least = Object.values(RequestItems).reduce(
    (sum, { Keys = [], ConsistentRead = false }) => sum + Keys.length * (ConsistentRead ? 1 : 0.5),
    0,
  );
  return Math.max(reported, least);
}
