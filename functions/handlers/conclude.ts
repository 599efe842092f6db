import * as z from 'zod';
import { type ConcludeDeps, conclude } from '../app/conclude.ts';
import { createCore, createEvents, createRunbooks } from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { failure, operationInput } from './inputs.ts';
import { wired } from './wired.ts';

const concludeInput = operationInput.extend({
  state: z.enum(['COMPLETED', 'FAILED']),
  failure: failure.exactOptional(),
});

export const createHandler = (deps: ConcludeDeps) =>
  lambdaHandler(concludeInput, (input) => conclude(deps, input));

export const handler = wired(() => {
  const core = createCore();
  return createHandler({ ...core, ...createRunbooks(core), ...createEvents() });
});
