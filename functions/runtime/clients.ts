import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A call that hangs has failed: without these limits, the SDK waits for as long as the function may run. */
export const CLIENT_SETTINGS = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 6_000, throwOnRequestTimeout: true },
} as const;

/**
 * The SDK's clients, each built once, on first use. Region, credentials and endpoints come from the environment. The
 * annotations let the bundler leave out the clients that a function does not use.
 */
export const dynamoDbClient = /* @__PURE__ */ once(() => new DynamoDBClient(CLIENT_SETTINGS));

export function once<Client>(build: () => Client): () => Client {
  let client: Client | undefined;
  return () => {
    client ??= build();
    return client;
  };
}
