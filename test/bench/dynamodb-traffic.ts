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

/** AWS bills two units for each item of up to 1 KB that a transaction writes. */
const UNITS_PER_TRANSACTED_WRITE = 2;

interface Keys {
  readonly Keys?: readonly unknown[];
  readonly ConsistentRead?: boolean;
}

interface Asked {
  readonly RequestItems?: Readonly<Record<string, Keys>>;
  readonly TransactItems?: readonly object[];
}

/**
 * As the answer says, and no less than AWS bills: MiniStack leaves out the keys of a batch that have no item, and
 * DynamoDB Local a part of what transactions write.
 */
export function consumedUnits(request: string, answer: string): number {
  const { ConsumedCapacity = [] } = JSON.parse(answer) as { ConsumedCapacity?: Capacity | Capacity[] };
  const reported = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  const { RequestItems = {}, TransactItems = [] } = JSON.parse(request) as Asked;
  const writes = TransactItems.filter((item) => !('ConditionCheck' in item)).length;
  const least = Object.values(RequestItems).reduce(
    (sum, { Keys = [], ConsistentRead = false }) => sum + Keys.length * (ConsistentRead ? 1 : 0.5),
    writes * UNITS_PER_TRANSACTED_WRITE,
  );
  return Math.max(reported, least);
}
