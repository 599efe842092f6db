import { type DiagnoseDeps, diagnoseOperation } from '../app/diagnose.ts';
import { createCore, createEvents } from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { operationInput } from './inputs.ts';
import { wired } from './wired.ts';

export const createHandler = (deps: DiagnoseDeps) =>
  lambdaHandler(operationInput, (input) => diagnoseOperation(deps, input));

export const handler = wired(() => createHandler({ ...createCore(), ...createEvents() }));
