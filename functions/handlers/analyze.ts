import * as z from 'zod/mini';
import { analyze } from '../app/analyze/analyze.ts';
import type { AnalyzeBatchDeps } from '../app/analyze/analyze-batch.ts';
import { metricData } from '../runtime/cloudwatch-ports.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { lazyAnomalySignals as anomalySignals } from '../runtime/lazy-anomaly-signals.ts';
import { lazyMonitorFunctions as monitorFunctions } from '../runtime/lazy-monitor-functions.ts';
import { lazyNotifier as notifier } from '../runtime/lazy-notifier.ts';
import { lazyRunbooks as runbooks } from '../runtime/lazy-runbooks.ts';
import { baselines, changes, samples, store } from '../runtime/port-builders.ts';
import { logger } from '../runtime/telemetry.ts';
import { wired } from './wired.ts';

class AnalysisIncomplete extends Error {
  override readonly name = 'AnalysisIncomplete';
  readonly code = 'ANALYSIS_INCOMPLETE';
}

/** Invoked by a schedule; the event says nothing. Problems fail the invocation after the whole run, so that an alarm sees them. */
export const createHandler = (deps: AnalyzeBatchDeps) =>
  lambdaHandler(z.unknown(), async () => {
    const report = await analyze(deps);
    if (report.problems.length > 0) {
      logger.error('the run was not complete', { report });
      throw new AnalysisIncomplete(report.problems.join('\n'));
    }
    return report;
  });

export const handler = wired('analyze', createHandler, {
  anomalySignals,
  baselines,
  changes,
  metricData,
  monitorFunctions,
  notifier,
  runbooks,
  samples,
  store,
});
