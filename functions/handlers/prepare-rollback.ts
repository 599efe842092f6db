import * as z from 'zod/mini';
import { type DenialDeps, notingPort } from '../app/denials.ts';
import { type PrepareRollbackDeps, prepareRollback } from '../app/prepare-rollback.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { events, runbooks, store } from '../runtime/port-builders.ts';
import { failure, operationInput } from './inputs.ts';
import { wired } from './wired.ts';

const prepareInput = z.extend(operationInput, { failure });

/** A command that may not be cancelled may end by itself: then nothing else names the permission. */
export const createHandler = (deps: PrepareRollbackDeps & Omit<DenialDeps, 'notifier'>) =>
  lambdaHandler(prepareInput, (input) =>
    prepareRollback({ ...deps, runbooks: notingPort(deps, deps.runbooks) }, input),
  );

export const handler = wired('prepare-rollback', createHandler, { events, runbooks, store });
