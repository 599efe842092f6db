import {
  type FaultRootCause,
  GetTraceSummariesCommand,
  type TraceSummary,
  type XRayClient,
} from '@aws-sdk/client-xray';
import type { FailedTrace, TraceCause, TraceFailure } from '../../core/investigation/failed-trace.ts';
import type { FailedTraces } from '../../ports/failed-traces.ts';
import { translated } from '../aws/translate-error.ts';

/** FailedTraces over GetTraceSummaries. */
export function createFailedTraces(client: Pick<XRayClient, 'send'>): FailedTraces {
  return {
    find: async (names, { fromMs, toMs }, next) => {
      const command = new GetTraceSummariesCommand({
        StartTime: new Date(fromMs),
        EndTime: new Date(toMs),
        Sampling: true,
        FilterExpression: filterOf(names),
        ...(next !== undefined && { NextToken: next }),
      });
      const {
        TraceSummaries = [],
        TracesProcessedCount = 0,
        NextToken = '',
      } = await translated('xray:GetTraceSummaries', () => client.send(command));
      return {
        traces: TraceSummaries.flatMap(failedTraceOf),
        scanned: TracesProcessedCount,
        ...(NextToken !== '' && { next: NextToken }),
      };
    },
  };
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html */
function filterOf(names: readonly string[]): string {
  return names
    .map((name) => `service("${name}") { fault = true OR error = true OR throttle = true }`)
    .join(' OR ');
}

function failedTraceOf(summary: TraceSummary): readonly FailedTrace[] {
  const { Id, HasFault, HasThrottle, EntryPoint, FaultRootCauses = [], ErrorRootCauses = [] } = summary;
  if (Id === undefined) return [];
  const clientFailure: TraceFailure = HasThrottle === true ? 'throttle' : 'error';
  const causes = [
    ...FaultRootCauses.map((cause) => causeOf('fault', cause)),
    ...ErrorRootCauses.map((cause) => causeOf(clientFailure, cause)),
  ];
  const unexplained: TraceCause = {
    failure: HasFault === true ? 'fault' : clientFailure,
    path: [EntryPoint?.Name ?? 'unknown'],
  };
  return [{ id: Id, causes: causes.length > 0 ? causes : [unexplained] }];
}

/** Causes of faults and of errors have the same shape. */
function causeOf(failure: TraceFailure, { Services = [] }: FaultRootCause): TraceCause {
  const entities = Services.flatMap(({ EntityPath = [] }) => EntityPath);
  const thrown = entities.flatMap(({ Exceptions = [] }) => Exceptions.slice(0, 1)).at(-1);
  return {
    failure,
    path: Services.flatMap(({ Name, EntityPath = [] }) =>
      [Name, ...EntityPath.map((entity) => entity.Name)].filter((name) => name !== undefined),
    ),
    ...(thrown && {
      exception: {
        ...(thrown.Name !== undefined && { name: thrown.Name }),
        ...(thrown.Message !== undefined && { message: thrown.Message }),
      },
    }),
  };
}
