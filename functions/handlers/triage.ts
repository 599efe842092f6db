import * as z from 'zod/mini';
import { triage } from '../app/triage/triage.ts';
import type { TriageDeps } from '../app/triage/triage-deps.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { changes, metrics, store, watchdog } from '../runtime/port-builders.ts';
import { seldomAlarms as alarms } from '../runtime/seldom-alarms.ts';
import { seldomCalendars as calendars } from '../runtime/seldom-calendars.ts';
import { seldomCorrelation as correlation } from '../runtime/seldom-correlation.ts';
import { seldomEvents as events } from '../runtime/seldom-events.ts';
import { seldomLearning as learning } from '../runtime/seldom-learning.ts';
import { seldomMetricData as metricData } from '../runtime/seldom-metric-data.ts';
import { seldomNotifier as notifier } from '../runtime/seldom-notifier.ts';
import { wired } from './wired.ts';

/** Accepts any event of a signal rule; the use case finds out what it is. */
export const createHandler = (deps: TriageDeps) => lambdaHandler(z.unknown(), (event) => triage(deps, event));

export const handler = wired('triage', createHandler, {
  alarms,
  calendars,
  correlation,
  changes,
  events,
  learning,
  metricData,
  metrics,
  notifier,
  store,
  watchdog,
});
