import * as z from 'zod/mini';
import { type ReconcileDeps, reconcile } from '../app/recover/reconcile.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAlarms as alarms } from '../runtime/lazy-alarms.ts';
import { lazyAliases as aliases } from '../runtime/lazy-aliases.ts';
import { lazyAutomations as automations } from '../runtime/lazy-automations.ts';
import { lazyCalendars as calendars } from '../runtime/lazy-calendars.ts';
import { lazyCodeDeployments as codeDeployments } from '../runtime/lazy-code-deployments.ts';
import { lazyConfigDeployments as configDeployments } from '../runtime/lazy-config-deployments.ts';
import { lazyCorrelation as correlation } from '../runtime/lazy-correlation.ts';
import { lazyDatabases as databases } from '../runtime/lazy-databases.ts';
import { lazyEvents as events } from '../runtime/lazy-events.ts';
import { lazyExecutions as executions, lazyTokens as tokens } from '../runtime/lazy-executions.ts';
import { lazyFunctions as functions } from '../runtime/lazy-functions.ts';
import { lazyInstances as instances } from '../runtime/lazy-instances.ts';
import { lazyLearning as learning } from '../runtime/lazy-learning.ts';
import { lazyNotifier as notifier } from '../runtime/lazy-notifier.ts';
import { lazyRunbooks as runbooks } from '../runtime/lazy-runbooks.ts';
import { lazyScalingGroups as scalingGroups } from '../runtime/lazy-scaling-groups.ts';
import { lazyServices as services } from '../runtime/lazy-services.ts';
import { lazyTargetGroups as targetGroups } from '../runtime/lazy-target-groups.ts';
import { metrics, store } from '../runtime/port-builders.ts';
import { logger } from '../runtime/telemetry.ts';
import { watchdog } from '../runtime/watchdog-store.ts';
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
  aliases,
  automations,
  calendars,
  codeDeployments,
  configDeployments,
  correlation,
  databases,
  events,
  executions,
  functions,
  instances,
  learning,
  metrics,
  notifier,
  runbooks,
  scalingGroups,
  services,
  store,
  targetGroups,
  tokens,
  watchdog,
});
