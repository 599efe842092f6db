/** A call that a function makes to the outside: one method of one port. */
export interface DependencyCall {
  readonly functionName: string;
  /** Such as `store`. */
  readonly port: string;
  /** Such as `admit`. */
  readonly method: string;
  readonly args: readonly unknown[];
}

/**
 * Intercepts the calls of a function to its dependencies, to inject faults: it may wait, throw, proceed twice, or crash
 * the function before or after the call has had its effect.
 *
 * @param crash ends the function at once, with `Runtime.ExitError`; what it returns never settles
 */
export type InterceptCall = (
  call: DependencyCall,
  proceed: () => Promise<unknown>,
  crash: () => Promise<never>,
) => Promise<unknown>;

/** Where one instance of a function runs. Once it is dead, nothing in it has any effect. */
export class Sandbox {
  readonly #functionName: string;
  readonly #intercept: InterceptCall | undefined;
  #isDead = false;
  #onCrash: (() => void) | undefined;

  constructor(functionName: string, intercept?: InterceptCall) {
    this.#functionName = functionName;
    this.#intercept = intercept;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** @param onCrash called if the invocation that begins now crashes */
  begin(onCrash: () => void): void {
    this.#onCrash = onCrash;
  }

  kill(): void {
    this.#isDead = true;
  }

  /**
   * The same dependencies, for use inside: an asynchronous call returns only if the sandbox is still alive. Plain data,
   * such as the configuration, and synchronous answers, such as the time, are left as they are.
   */
  guard<Deps extends object>(deps: Deps): Deps {
    return Object.fromEntries(
      Object.entries(deps).map(([port, value]) => [port, this.#guardPort(port, value)]),
    ) as Deps;
  }

  #guardPort(port: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const methods = Object.entries(value);
    if (!methods.some(([, method]) => typeof method === 'function')) return value;
    return Object.fromEntries(
      methods.map(([name, method]) => [
        name,
        typeof method === 'function' ? this.#guardMethod(port, name, method as Method) : method,
      ]),
    );
  }

  #guardMethod(port: string, method: string, target: Method): Method {
    const isClock = port === 'clock';
    return (...args) => {
      if (this.#isDead) return forever();
      if (isClock || this.#intercept === undefined) return this.#whileAlive(target(...args));
      const result = this.#intercept(
        { functionName: this.#functionName, port, method, args },
        // A call that was held up until the function was gone sends nothing.
        async () => await (this.#isDead ? forever() : target(...args)),
        () => this.#crash(),
      );
      return this.#whileAlive(result);
    };
  }

  #whileAlive(result: unknown): unknown {
    if (!(result instanceof Promise)) return result;
    return new Promise((resolve, reject) => {
      result.then(
        (value) => {
          if (!this.#isDead) resolve(value);
        },
        (error: unknown) => {
          if (!this.#isDead) reject(error);
        },
      );
    });
  }

  #crash(): Promise<never> {
    this.kill();
    this.#onCrash?.();
    return forever();
  }
}

type Method = (...args: readonly unknown[]) => unknown;

function forever(): Promise<never> {
  return new Promise(() => {});
}
