import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { createLambdaAliases } from '../../../../functions/adapters/lambda/lambda-aliases.ts';
import { createInProcessClient } from '../../../embedded/in-process-client.ts';
import type { VersionedFunctions } from '../../../embedded/lambda/versioned-functions.ts';
import type { ReleasedFunction } from '../../incidents/hosts.ts';
import * as first from './releases/quotes-1.ts';
import * as second from './releases/quotes-2.ts';

const NAME = 'quotes';
const ALIAS = 'live';

/** An order that names no currency, as most do. */
const ORDER: first.Order = { cents: 1_999 };

/** The function `quotes` and the address at which people ask it for prices. */
export interface QuotesFunction extends ReleasedFunction {
  /** Publishes both releases in the cloud; the alias points to the first. */
  readonly deploy: (functions: VersionedFunctions) => void;
  readonly close: () => Promise<void>;
}

/** Serves each request by an invocation of the alias, with 500 for an error of the function. */
export async function startQuotes(): Promise<QuotesFunction> {
  let deployed: VersionedFunctions | undefined;
  const cloud = (): VersionedFunctions => {
    if (!deployed) throw new Error(`${NAME} is not deployed yet`);
    return deployed;
  };
  const server = createServer((_request, response) => {
    try {
      const quote = cloud().invoke(NAME, ALIAS, ORDER);
      response.writeHead(200).end(`${JSON.stringify(quote)}\n`);
    } catch {
      response.writeHead(500).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (path = '/') => `http://127.0.0.1:${port}${path}`,
    deploy: (functions) => {
      deployed = functions;
      for (const { handler } of [first, second])
        functions.publish(NAME, (order) => handler(order as first.Order));
      functions.createAlias(NAME, ALIAS, '1');
    },
    release: async (FunctionVersion) => {
      const command = new UpdateAliasCommand({ FunctionName: NAME, Name: ALIAS, FunctionVersion });
      await createInProcessClient<LambdaClient>('Lambda', cloud().operations).send(command);
    },
    version: async () => {
      const aliases = createLambdaAliases(createInProcessClient('Lambda', cloud().operations));
      return (await aliases.read({ functionName: NAME, alias: ALIAS })).pointer.version;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
