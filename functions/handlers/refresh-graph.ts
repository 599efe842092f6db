import * as z from 'zod/mini';
import { type RefreshGraphDeps, refreshGraph } from '../app/discovery/refresh-graph.ts';
import { lambdaHandler } from '../runtime/lambda-handler.ts';
import { discovered, store } from '../runtime/port-builders.ts';
import { logger } from '../runtime/telemetry.ts';
import { topology } from '../runtime/topology.ts';
import { wired } from './wired.ts';

class RefreshIncomplete extends Error {
  override readonly name = 'RefreshIncomplete';
  readonly code = 'REFRESH_INCOMPLETE';
}

/** Invoked by a schedule; the event says nothing. Problems fail the invocation after the whole run, so that an alarm sees them. */
export const createHandler = (deps: RefreshGraphDeps) =>
  lambdaHandler(z.unknown(), async () => {
    const report = await refreshGraph(deps);
    if (report.problems.length > 0) {
      logger.error('the run was not complete', { report });
      throw new RefreshIncomplete(report.problems.join('\n'));
    }
    return report;
  });

export const handler = wired('refresh-graph', createHandler, { discovered, store, topology });
