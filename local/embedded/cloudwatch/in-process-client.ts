import {
  CloudWatchClient,
  CloudWatchServiceException,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmEngine } from '../../alarms/alarm-engine.ts';
import { API_ERRORS, CloudWatchError } from '../../alarms/errors.ts';
import { getMetricData } from '../../alarms/get-metric-data.ts';

/**
 * A client of the SDK whose GetMetricData goes straight to the metrics in this process: the real adapter runs over it,
 * without sockets, credentials or retries.
 */
export function createInProcessCloudWatchClient(engine: AlarmEngine): CloudWatchClient {
  const send = async (command: unknown): Promise<GetMetricDataCommandOutput> => {
    if (!(command instanceof GetMetricDataCommand))
      throw new TypeError('CloudWatch: only GetMetricData is supported in this process');
    const { StartTime, EndTime, ...input } = command.input;
    try {
      const answer = getMetricData(engine, {
        ...input,
        StartTime: seconds(StartTime),
        EndTime: seconds(EndTime),
      });
      return withDates(answer as WireAnswer);
    } catch (error) {
      throw error instanceof CloudWatchError ? asSdkError(error) : error;
    }
  };
  return Object.assign(Object.create(CloudWatchClient.prototype) as CloudWatchClient, { send });
}

/** As on the wire: timestamps are epoch seconds. */
interface WireAnswer {
  readonly MetricDataResults: readonly { readonly Timestamps: readonly number[] }[];
}

function withDates(answer: WireAnswer): GetMetricDataCommandOutput {
  const results = answer.MetricDataResults.map((result) => ({
    ...result,
    Timestamps: result.Timestamps.map((each) => new Date(each * 1000)),
  }));
  return { ...answer, MetricDataResults: results, $metadata: {} };
}

function seconds(date: Date | undefined): number | undefined {
  return date && date.getTime() / 1000;
}

function asSdkError({ code, message }: CloudWatchError): CloudWatchServiceException {
  const httpStatusCode = API_ERRORS[code].status;
  return new CloudWatchServiceException({
    name: code,
    message,
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
}
