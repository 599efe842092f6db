import * as z from 'zod';
import { type ConcludeDeps, conclude } from '../app/conclude.ts';
import { createCore, createEvents, createRunbooks } from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { failure, operationInput } from './inputs.ts';

const concludeInput = operationInput.extend({
  state: z.enum(['COMPLETED', 'FAILED']),
  failure: failure.exactOptional(),
});

export const createHandler = (deps: ConcludeDeps) =>
  lambdaHandler(concludeInput, (input) => conclude(deps, input));

const core = createCore();
export const handler = createHandler({ ...core, ...createRunbooks(core), ...createEvents() });
