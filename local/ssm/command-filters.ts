import { isFinal, statusOf } from './command-status.ts';
import type { Command, Invocation } from './commands.ts';
import { SsmError } from './protocol.ts';
import type { CommandFilter } from './requests.ts';

/*
 * The filters of ListCommands and ListCommandInvocations, which must all match:
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandFilter.html
 */

const EITHER = ['Pending', 'InProgress', 'Success', 'Cancelled', 'Failed', 'TimedOut', 'AccessDenied'];
const TIMED_OUT = ['DeliveryTimedOut', 'ExecutionTimedOut'];
const COMMAND_STATUSES = [...EITHER, ...TIMED_OUT, 'Incomplete', 'NoInstancesInTag', 'LimitExceeded'];
const INVOCATION_STATUSES = [
  ...EITHER,
  ...TIMED_OUT,
  'Delayed',
  'Undeliverable',
  'InvalidPlatform',
  'Terminated',
];
const STAGES = ['Executing', 'Complete'];

/** @throws SsmError `InvalidFilterKey`, `ValidationException` */
export function commandMatches(filters: readonly CommandFilter[]): (command: Command) => boolean {
  const matchers = filters.map(({ key, value }): ((command: Command) => boolean) => {
    if (key === 'Status') {
      check(key, value, COMMAND_STATUSES);
      return ({ detail }) => detail === value || statusOf(detail) === value;
    }
    if (key === 'ExecutionStage') {
      check(key, value, STAGES);
      return ({ invocations }) =>
        (invocations.every(({ detail }) => isFinal(detail)) ? 'Complete' : 'Executing') === value;
    }
    return sentAs(key, value);
  });
  return (command) => matchers.every((matches) => matches(command));
}

/** @throws SsmError `InvalidFilterKey`, `ValidationException` */
export function invocationMatches(
  filters: readonly CommandFilter[],
): (command: Command, invocation: Invocation) => boolean {
  const matchers = filters.map(({ key, value }): ((command: Command, invocation: Invocation) => boolean) => {
    if (key === 'ExecutionStage')
      throw new SsmError('InvalidFilterKey', 'ExecutionStage filters ListCommands only.');
    if (key !== 'Status') return sentAs(key, value);
    check(key, value, INVOCATION_STATUSES);
    return (_, { detail }) => detail === value || statusOf(detail) === value;
  });
  return (command, invocation) => matchers.every((matches) => matches(command, invocation));
}

function sentAs(
  key: 'InvokedAfter' | 'InvokedBefore' | 'DocumentName',
  value: string,
): (command: Command) => boolean {
  if (key === 'DocumentName') return ({ documentName }) => documentName === value;
  const timeMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new SsmError(
      'ValidationException',
      `${key} "${value}" must be a time such as 2024-07-07T00:00:00Z.`,
    );
  }
  return key === 'InvokedAfter'
    ? ({ requestedAt }) => requestedAt.getTime() >= timeMs
    : ({ requestedAt }) => requestedAt.getTime() < timeMs;
}

function check(key: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw new SsmError('ValidationException', `${key} "${value}" must be one of ${allowed.join(', ')}.`);
  }
}
