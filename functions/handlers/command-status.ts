import * as z from 'zod/mini';
import { type CommandStatusDeps, commandStatus } from '../app/command-status.ts';
import type { Home } from '../core/signal/home.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { metrics, runbooks, store, tokens } from '../runtime/port-builders.ts';
import { homeEvent } from './home-event.ts';
import { wired } from './wired.ts';

/** `EC2 Command Status-change Notification`. */
const commandDetail = z.pipe(
  z.object({ 'command-id': z.string(), 'document-name': z.string(), status: z.string() }),
  z.transform((detail) => ({
    commandId: detail['command-id'],
    document: detail['document-name'],
    status: detail.status,
  })),
);

export const createHandler = (deps: CommandStatusDeps & { readonly home: Home }) =>
  lambdaHandler(homeEvent(deps.home, commandDetail), async ({ detail }) => ({
    settlement: await commandStatus(deps, detail),
  }));

export const handler = wired('command-status', createHandler, { metrics, runbooks, store, tokens });
