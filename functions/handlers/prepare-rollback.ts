import * as z from 'zod/mini';
import { type PrepareRollbackDeps, prepareRollback } from '../app/prepare-rollback.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { events, runbooks, store } from '../runtime/port-builders.ts';
import { failure, operationInput } from './inputs.ts';
import { wired } from './wired.ts';

const prepareInput = z.extend(operationInput, { failure });

export const createHandler = (deps: PrepareRollbackDeps) =>
  lambdaHandler(prepareInput, (input) => prepareRollback(deps, input));

export const handler = wired('prepare-rollback', createHandler, { events, runbooks, store });
