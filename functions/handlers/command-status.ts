import * as z from 'zod';
import { type CommandStatusDeps, commandStatus } from '../app/command-status.ts';
import { createCore, createRunbooks, createTokens } from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { wired } from './wired.ts';

/** `EC2 Command Status-change Notification`. */
const commandEvent = z.object({
  detail: z
    .object({ 'command-id': z.string(), 'document-name': z.string(), status: z.string() })
    .transform((detail) => ({
      commandId: detail['command-id'],
      document: detail['document-name'],
      status: detail.status,
    })),
});

export const createHandler = (deps: CommandStatusDeps) =>
  lambdaHandler(commandEvent, async ({ detail }) => ({ settlement: await commandStatus(deps, detail) }));

export const handler = wired(() => {
  const core = createCore();
  return createHandler({ ...core, ...createRunbooks(core), ...createTokens() });
});
