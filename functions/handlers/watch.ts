import * as z from 'zod/mini';
import { type WatchMinuteDeps, watchMinute } from '../app/watchdog/watch-minute.ts';
import { componentName } from '../core/configuration/names.ts';
import { watchdogEvents } from '../runtime/event-publishers.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { http, tcp, watchdogMetrics } from '../runtime/port-builders.ts';
import { runbooks } from '../runtime/run-command.ts';
import { logger } from '../runtime/telemetry.ts';
import { watchdog } from '../runtime/watchdog-store.ts';
import { wired } from './wired.ts';

/** The input from the schedule of each shard and vantage point. */
const watchInput = z.object({
  shard: z._default(z.int().check(z.minimum(0), z.maximum(99)), 0),
  vantagePoint: z.optional(componentName),
});

class WatchIncomplete extends Error {
  override readonly name = 'WatchIncomplete';
  readonly code = 'WATCH_INCOMPLETE';
}

/** Invoked every minute. Problems fail the invocation after the last round, so that an alarm sees them. */
export const createHandler = (deps: WatchMinuteDeps) =>
  lambdaHandler(watchInput, async (input) => {
    const minute = await watchMinute(deps, input);
    if (minute.problems.length > 0) {
      logger.error('the minute was not complete', { minute });
      throw new WatchIncomplete(minute.problems.join('\n'));
    }
    return minute;
  });

export const handler = wired('watch', createHandler, {
  http,
  runbooks,
  tcp,
  watchdog,
  watchdogEvents,
  watchdogMetrics,
});
