import * as z from 'zod';
import { executionEnded } from '../app/execution-ended.ts';
import type { RecoverDeps } from '../app/recover-operation.ts';
import {
  createCore,
  createEvents,
  createExecutions,
  createNotifier,
  createRunbooks,
} from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { wired } from './wired.ts';

/** `Step Functions Execution Status Change`; `error` and `cause` may be null. */
const executionEvent = z.object({
  detail: z
    .object({
      name: z.string(),
      status: z.string(),
      error: z.string().nullish(),
      cause: z.string().nullish(),
    })
    .transform(({ name, status, error, cause }) => ({
      name,
      status,
      ...(error != null && { error }),
      ...(cause != null && { cause }),
    })),
});

export const createHandler = (deps: RecoverDeps) =>
  lambdaHandler(executionEvent, ({ detail }) => executionEnded(deps, detail));

export const handler = wired(() => {
  const core = createCore();
  return createHandler({
    ...core,
    ...createRunbooks(core),
    ...createEvents(),
    ...createExecutions(),
    ...createNotifier(['architect']),
  });
});
