/** The details of an invocation's status that are final. Source: "Understanding command statuses". */
const finalDetails = [
  'Success',
  'Failed',
  'DeliveryTimedOut',
  'ExecutionTimedOut',
  'Cancelled',
  'Undeliverable',
  'Terminated',
] as const;

export type FinalDetail = (typeof finalDetails)[number];
export type InvocationDetail = 'Pending' | 'InProgress' | 'Cancelling' | FinalDetail;
export type CommandDetail = InvocationDetail | 'Incomplete' | 'NoInstancesInTag';
/** The short status, in answers and in events. */
export type Status =
  | 'Pending'
  | 'InProgress'
  | 'Success'
  | 'Cancelled'
  | 'Cancelling'
  | 'TimedOut'
  | 'Failed';

export function isFinal(detail: InvocationDetail): detail is FinalDetail {
  return (finalDetails as readonly string[]).includes(detail);
}

/** The short status that goes with a detail. */
export function statusOf(detail: CommandDetail): Status {
  switch (detail) {
    case 'DeliveryTimedOut':
    case 'ExecutionTimedOut':
      return 'TimedOut';
    case 'Undeliverable':
    case 'Incomplete':
      return 'Failed';
    case 'Terminated':
      return 'Cancelled';
    case 'NoInstancesInTag':
      return 'Success';
    default:
      return detail;
  }
}

/** Whether an invocation counts towards MaxErrors. Delivery failures do not. */
export function countsAsError(detail: InvocationDetail): boolean {
  return detail === 'Failed' || detail === 'ExecutionTimedOut';
}

/**
 * The status of a whole command, from its invocations. The documented traps are kept: a tag target that matches no node
 * is a success, and one success is enough if all others merely could not be delivered.
 */
export function aggregate(details: readonly InvocationDetail[], maxErrors: number): CommandDetail {
  if (details.length === 0) return 'NoInstancesInTag';
  if (!details.every(isFinal)) {
    if (details.includes('Cancelling')) return 'Cancelling';
    return details.every((detail) => detail === 'Pending') ? 'Pending' : 'InProgress';
  }
  if (details.includes('Cancelled')) return 'Cancelled';
  const errors = details.filter(countsAsError);
  if (errors.length > maxErrors) return errors.includes('Failed') ? 'Failed' : 'ExecutionTimedOut';
  if (errors.length > 0) return 'Incomplete';
  if (details.includes('Success')) return 'Success';
  return details.includes('DeliveryTimedOut') ? 'DeliveryTimedOut' : 'Undeliverable';
}

/**
 * MaxConcurrency or MaxErrors as a number of nodes; a percentage is of `nodes`. Concurrency is at least 1.
 * Returns undefined for anything but a number or a percentage.
 */
export function limitOf(text: string, nodes: number, minimum: number): number | undefined {
  const match = /^(\d{1,7})(%?)$/.exec(text);
  if (match === null) return undefined;
  const number = Number(match[1]);
  if (match[2] !== '%') return Math.max(minimum, number);
  return number > 100 ? undefined : Math.max(minimum, Math.floor((nodes * number) / 100));
}
