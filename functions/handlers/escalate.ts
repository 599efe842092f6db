import * as z from 'zod/mini';
import { type EscalateDeps, escalate } from '../app/heal/escalate.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { notifier } from '../runtime/notifier.ts';
import { store } from '../runtime/port-builders.ts';
import { failedUndos, failure, operationInput } from './inputs.ts';
import { wired } from './wired.ts';

const escalateInput = z.extend(operationInput, {
  failure: z.exactOptional(failure),
  failedUndos: z.exactOptional(failedUndos),
});

export const createHandler = (deps: EscalateDeps) =>
  lambdaHandler(escalateInput, (input) => escalate(deps, input));

export const handler = wired('escalate', createHandler, { notifier, store });
