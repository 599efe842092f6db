/** Whether a write took effect cannot be known: throttled, timed out, or the store is out of reach. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The API refused a command for good; sending it again would not help. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  /** The API's own error code, such as InvalidParameters. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A service could not be reached, or asked to be left alone for a while; asking again may help. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}

/**
 * Gives an API's error the name that state machines retry by.
 *
 * @throws ServiceUnavailable with the API's error as its cause
 */
export async function orUnavailable<Result>(service: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    const { name, message } = error as Error;
    throw new ServiceUnavailable(`${service}: ${name}: ${message}`, { cause: error });
  }
}

/** A topic refused a notification for good: it is gone, or may not be used. */
export class NotificationRefused extends Error {
  override readonly name = 'NotificationRefused';
}
