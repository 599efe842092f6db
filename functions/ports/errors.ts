import { type Denial, describeDenial } from '../core/denial.ts';

/** What is known of the answer, where there was one. */
export interface ServiceErrorOptions extends ErrorOptions {
  /** The call, as IAM names its permission, such as `ssm:SendCommand`. */
  readonly call?: string;
  /** The service's own error code, such as ThrottlingException, or the network's, such as ECONNRESET. */
  readonly serviceCode?: string;
  /** What AWS support asks for. */
  readonly requestId?: string;
  /** How often the SDK sent the request; before the last time, no answer came, or a transient error. @default 1 */
  readonly attempts?: number;
}

/**
 * A call to a service that failed. Its kinds exclude each other, so that every handler names the kind; any other error
 * is a defect. Names are those that state machines retry and catch by.
 */
export abstract class ServiceError extends Error {
  abstract override readonly name: string;
  /** Stable, for dashboards and log queries. */
  abstract readonly code: string;
  readonly call: string | undefined;
  readonly serviceCode: string | undefined;
  readonly requestId: string | undefined;
  readonly attempts: number;

  constructor(message: string, options: ServiceErrorOptions = {}) {
    super(message, options);
    this.call = options.call;
    this.serviceCode = options.serviceCode;
    this.requestId = options.requestId;
    this.attempts = options.attempts ?? 1;
  }
}

/** Throttled, timed out, out of reach, or at fault itself: asking again may help, and what was asked may have been done. */
export class ServiceUnavailable extends ServiceError {
  override readonly name: string = 'ServiceUnavailable';
  override readonly code: string = 'SERVICE_UNAVAILABLE';
}

/**
 * The service is busy with the target, and refuses what it was asked for until that is over, which may take minutes. This try
 * has done nothing. State machines count its retries apart, so that they use up none of those for what is out of order.
 */
export class TargetBusy extends ServiceUnavailable {
  override readonly name = 'TargetBusy';
  override readonly code = 'TARGET_BUSY';
}

/** The store is unavailable: whether a write took effect cannot be known. */
export class StoreUnavailable extends ServiceUnavailable {
  override readonly name = 'StoreUnavailable';
  override readonly code = 'STORE_UNAVAILABLE';
}

/** The service refused the request for good: nothing was done, and asking again would not help. */
export class RequestRefused extends ServiceError {
  override readonly name = 'RequestRefused';
  override readonly code = 'REQUEST_REFUSED';
}

/** What was to be overwritten is no longer what was read. Nothing was done: read it again. */
export class OverwriteRefused extends ServiceError {
  override readonly name = 'OverwriteRefused';
  override readonly code = 'OVERWRITE_REFUSED';
}

/** What the request is about does not exist. Nothing was done. */
export class NotFound extends ServiceError {
  override readonly name = 'NotFound';
  override readonly code = 'NOT_FOUND';
}

/** A permission is missing: nothing was done, and only a person can change that. */
export class NotPermitted extends ServiceError {
  override readonly name = 'NotPermitted';
  override readonly code = 'NOT_PERMITTED';
  readonly denial: Denial;

  /** @param options `words`: the service's own message, to find the policy by */
  constructor(denial: Denial, options: ServiceErrorOptions & { readonly words?: string } = {}) {
    const { words, serviceCode = 'AccessDenied' } = options;
    super([describeDenial(denial), ...(words === undefined ? [] : [serviceCode, words])].join(': '), options);
    this.denial = denial;
  }
}

/** Whether asking again would not change the answer. */
export function isForGood(error: unknown): error is RequestRefused | NotFound | NotPermitted {
  return error instanceof ServiceError && !(error instanceof ServiceUnavailable);
}

/** Whether a service may have refused a request because it had accepted it from the SDK before, and the answer was lost. */
export function mayHaveBeenAccepted(error: unknown): boolean {
  return isForGood(error) && !(error instanceof NotPermitted) && error.attempts > 1;
}
