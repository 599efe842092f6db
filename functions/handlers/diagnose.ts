import { type DiagnoseDeps, diagnoseOperation } from '../app/heal/diagnose.ts';
import { events } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyInstances as instances } from '../runtime/lazy-instances.ts';
import { store } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { operationInput } from './inputs.ts';
import { wired } from './wired.ts';

export const createHandler = (deps: DiagnoseDeps) =>
  lambdaHandler(operationInput, (input) => diagnoseOperation(deps, input));

export const handler = wired('diagnose', createHandler, { events, instances, runbooks, store });
