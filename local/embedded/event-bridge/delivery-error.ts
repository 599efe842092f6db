/** Why a target did not accept an event, as dead letters state it. */
export interface DeliveryError {
  readonly code: 'NO_RESOURCE' | 'THROTTLING' | 'UNKNOWN';
  readonly message: string;
  /** Whether a retry is pointless. */
  readonly isFinal: boolean;
}

/** The embedded services' errors for a function, a state machine or a topic that does not exist. */
const GONE = ['ResourceNotFoundException', 'StateMachineDoesNotExist', 'NotFound'];
const THROTTLED = ['TooManyRequestsException', 'ThrottlingException'];

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
export function deliveryError(error: unknown): DeliveryError {
  const { name, code = name, message } = error as Error & { readonly code?: string };
  if (GONE.includes(code)) return { code: 'NO_RESOURCE', message, isFinal: true };
  return { code: THROTTLED.includes(code) ? 'THROTTLING' : 'UNKNOWN', message, isFinal: false };
}
