import type { Execution } from './execution.ts';
import { jsonBytes, MAXIMUM_EVENT_PAYLOAD_BYTES } from './limits.ts';

/**
 * `detail` of a `Step Functions Execution Status Change` event.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function statusEventDetail(execution: Execution): Readonly<Record<string, unknown>> {
  const { arn, machine, name, status, startMs, stopMs, error, cause } = execution;
  const isWhole = jsonBytes(execution.input) + jsonBytes(execution.output) <= MAXIMUM_EVENT_PAYLOAD_BYTES;
  const output = execution.output === undefined ? null : JSON.stringify(execution.output);
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: startMs,
    stopDate: stopMs ?? null,
    input: isWhole ? JSON.stringify(execution.input) : null,
    inputDetails: { included: isWhole },
    output: isWhole ? output : null,
    outputDetails: { included: isWhole },
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: status === 'RUNNING' || status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    redriveStatusReason: null,
    error: error ?? null,
    cause: cause ?? null,
  };
}
