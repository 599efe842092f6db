import { type ActDeps, act } from '../app/act.ts';
import { createCore, createNotifier, createRunbooks, createTokens } from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { attempt, operationInput, plannedStep, taskToken } from './inputs.ts';
import { wired } from './wired.ts';

const actInput = operationInput.extend({ step: plannedStep, attempt, taskToken });

export const createHandler = (deps: ActDeps) => lambdaHandler(actInput, (input) => act(deps, input));

export const handler = wired(() => {
  const core = createCore();
  return createHandler({
    ...core,
    ...createRunbooks(core),
    ...createNotifier(['soc', 'architect']),
    ...createTokens(),
  });
});
