import * as z from 'zod/mini';
import { triage } from '../app/triage/triage.ts';
import type { TriageDeps } from '../app/triage/triage-deps.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAlarms as alarms } from '../runtime/lazy-alarms.ts';
import { lazyCalendars as calendars } from '../runtime/lazy-calendars.ts';
import { lazyCorrelation as correlation } from '../runtime/lazy-correlation.ts';
import { lazyDiscovered as discovered } from '../runtime/lazy-discovered.ts';
import { lazyEvents as events } from '../runtime/lazy-events.ts';
import { lazyLearning as learning } from '../runtime/lazy-learning.ts';
import { lazyMetricData as metricData } from '../runtime/lazy-metric-data.ts';
import { lazyNotifier as notifier } from '../runtime/lazy-notifier.ts';
import { lazyWatchdog as watchdog } from '../runtime/lazy-watchdog.ts';
import { changes, metrics, store } from '../runtime/port-builders.ts';
import { wired } from './wired.ts';

/** Accepts any event of a signal rule; the use case finds out what it is. */
export const createHandler = (deps: TriageDeps) => lambdaHandler(z.unknown(), (event) => triage(deps, event));

export const handler = wired('triage', createHandler, {
  alarms,
  calendars,
  correlation,
  changes,
  discovered,
  events,
  learning,
  metricData,
  metrics,
  notifier,
  store,
  watchdog,
});
