import * as z from 'zod/mini';
import { type ConcludeDeps, conclude } from '../app/heal/conclude.ts';
import { FINAL_STATES } from '../core/operation/operation.ts';
import { events } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyNotifier as notifier } from '../runtime/lazy-notifier.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { failure, operationInput } from './inputs.ts';
import { wired } from './wired.ts';

const concludeInput = z.extend(operationInput, {
  state: z.enum(FINAL_STATES),
  failure: z.exactOptional(failure),
});

export const createHandler = (deps: ConcludeDeps) =>
  lambdaHandler(concludeInput, (input) => conclude(deps, input));

export const handler = wired('conclude', createHandler, { events, metrics, notifier, runbooks, store });
