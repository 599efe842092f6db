import * as z from 'zod/mini';
import { executionEnded } from '../app/recover/execution-ended.ts';
import type { RecoverDeps } from '../app/recover/recover-operation.ts';
import type { Home } from '../core/signal/home.ts';
import { events } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyNotifier as notifier } from '../runtime/lazy-notifier.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { executions } from '../runtime/state-machines.ts';
import { homeEvent } from './home-event.ts';
import { wired } from './wired.ts';

/** `Step Functions Execution Status Change`; `error` and `cause` may be null. */
const executionDetail = z.pipe(
  z.object({
    name: z.string(),
    status: z.string(),
    error: z.nullish(z.string()),
    cause: z.nullish(z.string()),
  }),
  z.transform(({ name, status, error, cause }) => ({
    name,
    status,
    ...(error != null && { error }),
    ...(cause != null && { cause }),
  })),
);

export const createHandler = (deps: RecoverDeps & { readonly home: Home }) =>
  lambdaHandler(homeEvent(deps.home, executionDetail), ({ detail }) => executionEnded(deps, detail));

export const handler = wired('execution-ended', createHandler, {
  events,
  executions,
  metrics,
  notifier,
  store,
});
