/** A port whose methods are all asynchronous, as those of every service of AWS are. */
type AsynchronousPort<Port> = { readonly [Method in keyof Port]: (...args: never[]) => Promise<unknown> };

/**
 * A port that is loaded, with its client of AWS, when one of its methods is first called. A file that imports its port
 * only in `load` gets the port's code into a file of its own in the function's package, which a start does not read.
 */
export function lazyPort<Port extends AsynchronousPort<Port>>(load: () => Promise<Port>): Port {
  let loaded: Promise<Port> | undefined;
  return new Proxy({} as Port, {
    // A promise that resolves to the port asks for `then`, and would call it.
    get: (_, method) => (method === 'then' ? undefined : called(method as keyof Port)),
  });

  function called(method: keyof Port) {
    return async (...args: never[]) => {
      loaded ??= load();
      return await (await loaded)[method](...args);
    };
  }
}
