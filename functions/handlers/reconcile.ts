import * as z from 'zod/mini';
import { type ReconcileDeps, reconcile } from '../app/recover/reconcile.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { metrics, store, watchdog } from '../runtime/port-builders.ts';
import { seldomAlarms as alarms } from '../runtime/seldom-alarms.ts';
import { seldomAutomations as automations } from '../runtime/seldom-automations.ts';
import { seldomCalendars as calendars } from '../runtime/seldom-calendars.ts';
import { seldomCorrelation as correlation } from '../runtime/seldom-correlation.ts';
import { seldomDatabases as databases } from '../runtime/seldom-databases.ts';
import { seldomEvents as events } from '../runtime/seldom-events.ts';
import { seldomExecutions as executions, seldomTokens as tokens } from '../runtime/seldom-executions.ts';
import { seldomInstances as instances } from '../runtime/seldom-instances.ts';
import { seldomLearning as learning } from '../runtime/seldom-learning.ts';
import { seldomNotifier as notifier } from '../runtime/seldom-notifier.ts';
import { seldomRunbooks as runbooks } from '../runtime/seldom-runbooks.ts';
import { seldomServices as services } from '../runtime/seldom-services.ts';
import { seldomTargetGroups as targetGroups } from '../runtime/seldom-target-groups.ts';
import { logger } from '../runtime/telemetry.ts';
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
  readonly code = 'RECONCILE_INCOMPLETE';
}

export const handler = wired('reconcile', createHandler, {
  alarms,
  automations,
  calendars,
  correlation,
  databases,
  events,
  executions,
  instances,
  learning,
  metrics,
  notifier,
  runbooks,
  services,
  store,
  targetGroups,
  tokens,
  watchdog,
});
