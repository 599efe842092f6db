import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { FunctionLook, FunctionRequest } from '../../../functions/ports/user-functions.ts';
import { type ScriptedHealth, scriptedHealth } from './health.ts';
import { type ScriptedFunction, scriptedFunction } from './user-function.ts';

/** The components' health endpoints, and what the user's function does, on one port. */
export interface HealthEndpoints extends ScriptedHealth {
  readonly urlOf: (component: string) => string;
  /** Where the user's function hands over its requests. */
  readonly functionUrl: string;
  readonly userFunction: ScriptedFunction;
  readonly close: () => Promise<void>;
}

/** @param serves whether a component that really runs answers; `undefined` for one whose health is scripted */
export async function startHealthEndpoints(
  serves: (component: string) => Promise<boolean> | undefined = () => undefined,
): Promise<HealthEndpoints> {
  const health = scriptedHealth(() => Date.now());
  const userFunction = scriptedFunction(health);
  const server = createServer((request, response) => {
    if (request.method === 'POST') return void answerFunction(userFunction, request, response);
    const component = (request.url ?? '').slice(1);
    const serving = serves(component) ?? Promise.resolve(health.answer(component));
    void serving.then((good) => response.writeHead(good ? 200 : 503, { connection: 'close' }).end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the health endpoints have no port');
  return {
    ...health,
    userFunction,
    functionUrl: `http://127.0.0.1:${address.port}/`,
    urlOf: (component) => `http://127.0.0.1:${address.port}/${component}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** 500 stands for an error that the function throws. */
async function answerFunction(
  { handle }: ScriptedFunction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const answer = handle((await json(request)) as FunctionRequest | FunctionLook);
    response.writeHead(200, { connection: 'close' }).end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(500, { connection: 'close' }).end(String(error));
  }
}
