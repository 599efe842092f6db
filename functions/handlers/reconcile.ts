import * as z from 'zod';
import { type ReconcileDeps, reconcile } from '../app/reconcile.ts';
import {
  createAlarms,
  createCore,
  createEvents,
  createExecutions,
  createNotifier,
  createRunbooks,
  createTokens,
} from '../runtime/dependencies.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { logger } from '../runtime/telemetry.ts';
import { createWatchdogCore } from '../runtime/watchdog-dependencies.ts';
import { wired } from './wired.ts';

/** Invoked by a schedule; the event says nothing. Problems fail the invocation after the whole round, so that an alarm sees them. */
export const createHandler = (deps: ReconcileDeps) =>
  lambdaHandler(z.unknown(), async () => {
    const report = await reconcile(deps);
    if (report.problems.length > 0) {
      logger.error('the round was not complete', { report });
      throw new ReconcileIncomplete(report.problems.join('\n'));
    }
    return report;
  });

class ReconcileIncomplete extends Error {
  override readonly name = 'ReconcileIncomplete';
}

export const handler = wired(() => {
  const core = createCore();
  return createHandler({
    ...core,
    ...createRunbooks(core),
    ...createEvents(),
    ...createAlarms(),
    ...createExecutions(),
    ...createNotifier(['architect']),
    ...createTokens(),
    watchdog: createWatchdogCore().store,
  });
});
