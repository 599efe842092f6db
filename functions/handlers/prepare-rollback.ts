import { type PrepareRollbackDeps, prepareRollback } from '../app/prepare-rollback.ts';
import { createCore, createEvents, createRunbooks } from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { failure, operationInput } from './inputs.ts';
import { wired } from './wired.ts';

const prepareInput = operationInput.extend({ failure });

export const createHandler = (deps: PrepareRollbackDeps) =>
  lambdaHandler(prepareInput, (input) => prepareRollback(deps, input));

export const handler = wired(() => {
  const core = createCore();
  return createHandler({ ...core, ...createEvents(), ...createRunbooks(core) });
});
