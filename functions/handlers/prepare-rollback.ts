import * as z from 'zod/mini';
import { type DenialDeps, notingPort } from '../app/denials.ts';
import { type PrepareRollbackDeps, prepareRollback } from '../app/heal/prepare-rollback.ts';
import { events } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAutomations as automations } from '../runtime/lazy-automations.ts';
import { lazyFunctions as functions } from '../runtime/lazy-functions.ts';
import { store } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { failure, operationInput } from './inputs.ts';
import { wired } from './wired.ts';

const prepareInput = z.extend(operationInput, { failure });

/** A command that may not be cancelled may end by itself: then nothing else names the permission. */
export const createHandler = (deps: PrepareRollbackDeps & Omit<DenialDeps, 'notifier'>) =>
  lambdaHandler(prepareInput, (input) =>
    prepareRollback(
      {
        ...deps,
        automations: notingPort(deps, deps.automations),
        functions: notingPort(deps, deps.functions),
        runbooks: notingPort(deps, deps.runbooks),
      },
      input,
    ),
  );

export const handler = wired('prepare-rollback', createHandler, {
  automations,
  events,
  functions,
  runbooks,
  store,
});
