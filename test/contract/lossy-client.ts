import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** What happens to the next requests: the answer gets lost on its way back, or the request on its way there. */
type Loss = 'answer' | 'request';

export interface LossyClient {
  readonly client: DynamoDBClient;
  /** The next `count` requests are lost. */
  readonly lose: (loss: Loss, count: number) => void;
}

/** A client whose connection breaks when told so, below the SDK's own retries. */
export function createLossyClient(config: DynamoDBClientConfig, maxAttempts: number): LossyClient {
  const client = new DynamoDBClient({ ...config, maxAttempts });
  let left = 0;
  let kind: Loss = 'answer';
  const broken = () =>
    Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
  client.middlewareStack.add(
    (next) => async (args) => {
      const isLost = left > 0;
      if (isLost) left--;
      if (isLost && kind === 'request') throw broken();
      const answer = await next(args);
      if (isLost) throw broken();
      return answer;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return {
    client,
    lose: (loss, count) => {
      kind = loss;
      left = count;
    },
  };
}
